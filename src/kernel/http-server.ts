import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { BindOptions } from './inet-socket.ts'
import { listenTcp } from './inet-socket.ts'
import { closeServer, plainAddress } from './tcp-server.ts'

/** What a server in a namespace is asked. */
export interface HttpRequest {
  method: string
  /** With its query: `/health?full=1` */
  path: string
  headers: IncomingMessage['headers']
  body: string
  /** The source address that the server sees, without port. */
  peer: string
  peerPort: number
  /** The address of its own that was asked. */
  local: string
}

export type HttpAnswer =
  string | { status?: number; headers?: Record<string, string>; body?: string | Uint8Array }
export type HttpHandler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>

/** A request body larger than this is answered with 413. */
const LARGEST_BODY = 16 << 20

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= LARGEST_BODY) chunks.push(chunk)
  }
  return length > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString()
}

async function answer(request: IncomingMessage, handler: HttpHandler): Promise<HttpAnswer> {
  const body = await readBody(request)
  if (body === undefined) return { status: 413, body: 'the body is larger than 16 MiB\n' }
  return handler({
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
    peer: plainAddress(request.socket.remoteAddress),
    peerPort: request.socket.remotePort ?? 0,
    local: plainAddress(request.socket.localAddress),
  })
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handler: HttpHandler,
): Promise<void> {
  try {
    const result = await answer(request, handler)
    const {
      status = 200,
      headers = {},
      body = '',
    } = typeof result === 'string' ? { body: result } : result
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body)
  } catch (error) {
    // The client went away, or the handler threw: whoever asked reads why.
    if (response.headersSent || response.destroyed) response.destroy()
    else response.writeHead(500).end(`the handler threw: ${String(error)}\n`)
  }
}

/** An HTTP server that lives in a namespace, within this process. */
export class HttpServer implements AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly #server: Server

  private constructor(server: Server, address: string, port: number) {
    this.#server = server
    this.address = address
    this.port = port
  }

  /**
   * @example
   * await using server = await HttpServer.start(fd, { port: 80, label: 'web' }, r => r.peer)
   */
  static async start(
    namespace: number,
    options: BindOptions,
    handler: HttpHandler,
  ): Promise<HttpServer> {
    // Loading it takes longer than a scenario needs to start.
    const { createServer } = await import('node:http')
    const { fd, address, port } = listenTcp(namespace, options)
    const server = createServer((request, response) => void respond(request, response, handler))
    server.on('connection', socket => socket.unref())
    server.unref()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ fd }, resolve)
    })
    return new HttpServer(server, address, port)
  }

  /** Ends it and every open connection. */
  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await closeServer(this.#server)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

import net from 'node:net'
import { listenTcp, type BindOptions } from './inet-socket.ts'

/** A connection to a server in a namespace. */
export interface TcpPeer {
  /** The source address that the server sees, without port. */
  peer: string
  peerPort: number
  /** The address of its own that was asked. */
  local: string
}

export type TcpHandler = (socket: net.Socket, peer: TcpPeer) => void

/** IPv4 as such, where a socket of both kinds says `::ffff:192.0.2.1`. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '')
}

/** Stops listening; already closed is closed. */
export function closeServer(server: net.Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
  })
}

/** Sends back what comes, until the peer has had its say. */
const echoTcp: TcpHandler = socket => socket.pipe(socket)

/** A TCP server that lives in a namespace, within this process. */
export class TcpServer implements AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly #server: net.Server
  readonly #sockets: Set<net.Socket>

  private constructor(server: net.Server, sockets: Set<net.Socket>, address: string, port: number) {
    this.#server = server
    this.#sockets = sockets
    this.address = address
    this.port = port
  }

  /** @param handler default: echo */
  static async start(
    namespace: number,
    options: BindOptions,
    handler: TcpHandler = echoTcp,
  ): Promise<TcpServer> {
    const { fd, address, port } = listenTcp(namespace, options)
    const sockets = new Set<net.Socket>()
    const server = net.createServer({ allowHalfOpen: handler === echoTcp }, socket => {
      sockets.add(socket)
      socket.unref()
      socket.once('close', () => sockets.delete(socket))
      // A reset by the peer is the peer's business.
      socket.on('error', () => socket.destroy())
      handler(socket, {
        peer: plainAddress(socket.remoteAddress),
        peerPort: socket.remotePort ?? 0,
        local: plainAddress(socket.localAddress),
      })
    })
    server.unref()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ fd }, resolve)
    })
    return new TcpServer(server, sockets, address, port)
  }

  /** Ends it and every open connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await closeServer(this.#server)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

import { scaled } from '../clock.ts'
import type { IncomingMessage } from 'node:http'
import { DeadlineError, UsageError } from '../errors.ts'
import { connectTcp } from '../kernel/inet-socket.ts'
import { addressesFor } from './hosts-file.ts'
import type { Node } from './node.ts'
import type { Service } from './service.ts'

/** A service, or the address and port of whatever answers. */
export type FetchTarget = Service | { readonly address: string; readonly port: number }

export interface FetchOptions {
  /** With its query. Default `/`. */
  path?: string
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Milliseconds until the connection stands, and again for the answer. Default 1000. */
  timeoutMs?: number
}

export interface FetchAnswer {
  status: number
  /** Names in lower case. */
  headers: IncomingMessage['headers']
  body: string
}

async function readAll(answer: IncomingMessage): Promise<FetchAnswer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  const { statusCode: status = 0, headers } = answer
  return { status, headers, body: Buffer.concat(chunks).toString() }
}

const wildcards = ['::', '0.0.0.0', '']

function placeOf(node: Node, target: FetchTarget): { address: string; port: number } {
  const { port, address = '' } = target
  if (!wildcards.includes(address)) return { address, port }
  const server = 'node' in target ? target.node : undefined
  const best = server === undefined ? undefined : addressesFor(node, server)[0]?.address
  if (best !== undefined) return { address: best, port }
  throw new UsageError(`"${node.label}" has no address to fetch from`, {
    code: 'TNET_ADDRESS_NONE',
    hint: 'give what serve() or publish() returned, or { address, port }',
  })
}

/** One HTTP request over a connection of its own, which begins in the node's namespace. */
export async function fetchFrom(
  node: Node,
  target: FetchTarget,
  { path = '/', method = 'GET', headers = {}, body, timeoutMs: given = 1000 }: FetchOptions,
): Promise<FetchAnswer> {
  // Loading it takes longer than a scenario needs to start.
  const { request } = await import('node:http')
  const to = placeOf(node, target)
  const timeoutMs = scaled(given)
  const socket = await connectTcp(node.netns.fd, { to, label: node.label, timeoutMs })
  const host = `${to.address.includes(':') ? `[${to.address}]` : to.address}:${to.port}`
  const late = new DeadlineError(`no whole answer from ${host} within ${timeoutMs} ms`, {
    code: 'TNET_FETCH_TIMEOUT',
    hint: 'give it more time with timeoutMs',
  })
  const timer = setTimeout(() => socket.destroy(late), timeoutMs)
  const sent = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const all = { host, connection: 'close', ...sent, ...headers }
      request({ createConnection: () => socket, path, method, headers: all })
        .once('response', resolve)
        .once('error', reject)
        .end(body)
    })
    return await readAll(answer)
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

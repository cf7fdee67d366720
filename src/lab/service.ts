import type { HttpHandler } from '../kernel/http-server.ts'
import type { TcpHandler } from '../kernel/tcp-server.ts'
import type { UdpHandler } from '../kernel/udp-server.ts'
import type { Node } from './node.ts'

/** Somewhere that answers: what `toCurl`, `toReach` and `publish` take. */
export interface Service {
  readonly node: Node
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** When it answers on one address only. */
  readonly address?: string
}

export interface ServeOptions {
  /** Default: every address of the node, IPv4 and IPv6. */
  address?: string
}

interface Server {
  readonly port: number
  close(): void | Promise<void>
}

/** A server of this process that lives on a node: its sockets were made there. */
export class NodeServer implements Service, AsyncDisposable {
  readonly node: Node
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly address?: string
  readonly #server: Server
  readonly #forget: () => void

  private constructor(
    node: Node,
    protocol: 'tcp' | 'udp',
    server: Server,
    { address }: ServeOptions,
  ) {
    this.node = node
    this.protocol = protocol
    this.port = server.port
    if (address !== undefined) this.address = address
    this.#server = server
    this.#forget = node.lab.undo.push(`server on port ${server.port}`, () => server.close())
  }

  static async http(
    node: Node,
    port: number,
    handler: HttpHandler,
    options: ServeOptions,
  ): Promise<NodeServer> {
    const { HttpServer } = await import('../kernel/http-server.ts')
    const place = { ...options, port, label: node.label }
    return new NodeServer(
      node,
      'tcp',
      await HttpServer.start(node.netns.fd, place, handler),
      options,
    )
  }

  static async tcp(
    node: Node,
    port: number,
    handler: TcpHandler | undefined,
    options: ServeOptions,
  ): Promise<NodeServer> {
    const { TcpServer } = await import('../kernel/tcp-server.ts')
    const place = { ...options, port, label: node.label }
    return new NodeServer(
      node,
      'tcp',
      await TcpServer.start(node.netns.fd, place, handler),
      options,
    )
  }

  static async udp(
    node: Node,
    port: number,
    handler: UdpHandler | undefined,
    options: ServeOptions,
  ): Promise<NodeServer> {
    const { UdpServer } = await import('../kernel/udp-server.ts')
    const place = { ...options, port, label: node.label }
    return new NodeServer(node, 'udp', new UdpServer(node.netns.fd, place, handler), options)
  }

  /** Ends it and every open connection. */
  async close(): Promise<void> {
    this.#forget()
    await this.#server.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

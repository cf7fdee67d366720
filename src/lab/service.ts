import type { HttpHandler } from '../kernel/http-server.ts'
import type { TcpHandler } from '../kernel/tcp-server.ts'
import type { UdpHandler, UdpServer } from '../kernel/udp-server.ts'
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
  #isOpen = true

  protected constructor(
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
    this.#announce('serves')
  }

  #announce(deed: string): void {
    const place = this.address === undefined ? '' : ` of ${this.address}`
    const port = `${this.protocol.toUpperCase()} port ${this.port}${place}`
    this.node.netns.announce(`# the script ${deed} ${port}`)
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

  /** Ends it and every open connection. */
  async close(): Promise<void> {
    this.#forget()
    if (this.#isOpen && !this.node.netns.isClosed) this.#announce('no longer serves')
    this.#isOpen = false
    await this.#server.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** A UDP server, which can also send datagrams that nobody asked for. */
export class NodeUdpServer extends NodeServer {
  readonly #udp: UdpServer

  private constructor(node: Node, server: UdpServer, options: ServeOptions) {
    super(node, 'udp', server, options)
    this.#udp = server
  }

  static async start(
    node: Node,
    port: number,
    handler: UdpHandler | undefined,
    options: ServeOptions,
  ): Promise<NodeUdpServer> {
    const { UdpServer } = await import('../kernel/udp-server.ts')
    const place = { ...options, port, label: node.label }
    return new NodeUdpServer(node, new UdpServer(node.netns.fd, place, handler), options)
  }

  /**
   * Sends a datagram of its own accord, from its own port.
   *
   * @returns false when the kernel did not take it: no route, no room, a rule against it
   * @example
   * server.send('hello', { address: '192.0.2.2', port: 8285 })
   */
  send(data: Uint8Array | string, to: { address: string; port: number }): boolean {
    return this.#udp.send(data, to)
  }
}

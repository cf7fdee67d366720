import net from 'node:net'
import { KernelError } from '../errors.ts'
import { connectTcp } from './inet-socket.ts'
import { NetlinkConnection } from './netlink/connection.ts'
import { linkSet } from './netlink/link-request.ts'
import { addressWithPort, type SocketAddress } from './socket/socket-address.ts'

export interface RelayOptions {
  to: SocketAddress
  /** The node's label, for errors. */
  label: string
}

/** As Node says it of its own sockets: `connect ECONNREFUSED 192.0.2.10:2379`. */
function wordsOf(failure: unknown, to: SocketAddress): string {
  if (!(failure instanceof KernelError)) return String(failure)
  return `${failure.operation} ${failure.errno} ${addressWithPort(to)}`
}

/** In the sandbox's own namespace, where nothing else is, `lo` is down to begin with. */
function loopbackUp(): void {
  using wire = new NetlinkConnection('here', { label: 'the sandbox', name: 'sandbox' })
  wire.execute([linkSet({ index: 1, name: 'lo' }, { up: true })])
}

/**
 * A port of this process that leads into a namespace: what connects to it here is connected to an
 * address there. For libraries that make their own sockets, in whatever namespace they are.
 *
 * @example
 * await using relay = await Relay.open(alpha.fd, { to: { address: '192.0.2.10', port: 2379 }, label: 'alpha' })
 * relay.port // on 127.0.0.1
 */
export class Relay implements AsyncDisposable {
  readonly port: number
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()
  #failure: string | undefined

  private constructor(server: net.Server, namespace: number, options: RelayOptions) {
    this.#server = server
    this.port = (server.address() as net.AddressInfo).port
    server.on('connection', near => void this.#lead(near, namespace, options))
  }

  static async open(namespace: number, options: RelayOptions): Promise<Relay> {
    const server = net.createServer({ pauseOnConnect: true })
    loopbackUp()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    server.unref()
    return new Relay(server, namespace, options)
  }

  /**
   * Why nobody was reached when that was last tried: `connect ECONNREFUSED 192.0.2.10:2379`. What
   * connected here sees only that it is hung up on.
   */
  get failure(): string | undefined {
    return this.#failure
  }

  /** When one end is gone, so is the other: the client tells its user what it was about. */
  async #lead(near: net.Socket, namespace: number, options: RelayOptions): Promise<void> {
    this.#keep(near)
    near.on('error', () => near.destroy())
    try {
      const far = await connectTcp(namespace, options)
      this.#failure = undefined
      this.#keep(far)
      far.on('error', () => near.destroy())
      far.once('close', () => near.destroy())
      near.once('close', () => far.destroy())
      if (near.destroyed) far.destroy()
      near.pipe(far).pipe(near)
    } catch (failure) {
      this.#failure = wordsOf(failure, options.to)
      near.destroy()
    }
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>(resolve => {
      this.#server.close(() => resolve())
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

import net from 'node:net'
import { connectTcp } from './inet-socket.ts'
import { NetlinkConnection } from './netlink/connection.ts'
import { linkSet } from './netlink/link-request.ts'
import type { SocketAddress } from './socket/socket-address.ts'

export interface RelayOptions {
  to: SocketAddress
  /** The node's label, for errors. */
  label: string
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
  readonly #sockets: Set<net.Socket>

  private constructor(server: net.Server, sockets: Set<net.Socket>) {
    this.#server = server
    this.#sockets = sockets
    this.port = (server.address() as net.AddressInfo).port
  }

  static async open(namespace: number, options: RelayOptions): Promise<Relay> {
    const sockets = new Set<net.Socket>()
    const keep = (socket: net.Socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    const join = (near: net.Socket) => (far: net.Socket) => {
      keep(far)
      far.on('error', () => near.destroy())
      far.once('close', () => near.destroy())
      near.once('close', () => far.destroy())
      if (near.destroyed) far.destroy()
      near.pipe(far).pipe(near)
    }
    const server = net.createServer({ pauseOnConnect: true }, near => {
      keep(near)
      // One end is gone: so is the other. The client tells its user what it was about.
      near.on('error', () => near.destroy())
      void connectTcp(namespace, options).then(join(near), () => near.destroy())
    })
    loopbackUp()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    server.unref()
    return new Relay(server, sockets)
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

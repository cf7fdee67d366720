import fs from 'node:fs'
import { createNetNamespace } from '../net-namespace.ts'
import { NetlinkConnection } from '../netlink/connection.ts'
import type { Netns } from '../netns.ts'

/** One for all devices of a node: a namespace costs more than a link. */
const namespaces = new WeakMap<Netns, HiddenNamespace>()

/** No neighbour discovery and no listener reports: nothing in there may speak by itself. */
function withoutIPv6(): void {
  for (const which of ['all', 'default']) {
    try {
      fs.writeFileSync(`/proc/sys/net/ipv6/conf/${which}/disable_ipv6`, '1')
    } catch {
      return // a kernel without IPv6
    }
  }
}

/**
 * Where the other ends of a node's devices are, out of everybody's sight. It has no addresses, so
 * it answers nothing and passes nothing on; what its links see is read by packet sockets.
 */
export class HiddenNamespace {
  readonly fd: number
  readonly wire: NetlinkConnection
  readonly #netns: Netns
  /** Above what a kernel with tunnels puts into every namespace: tunl0, gre0, … */
  #nextIndex = 100
  #users = 0

  private constructor(netns: Netns) {
    this.#netns = netns
    let wire: NetlinkConnection | undefined
    this.fd = createNetNamespace(() => {
      withoutIPv6()
      wire = new NetlinkConnection('here', netns)
      return wire.namespace()
    })
    this.wire = wire ?? new NetlinkConnection(this.fd, netns)
  }

  /** That of a node; whoever takes it gives it back with `release`. */
  static of(netns: Netns): HiddenNamespace {
    const hidden = namespaces.get(netns) ?? new HiddenNamespace(netns)
    namespaces.set(netns, hidden)
    hidden.#users++
    return hidden
  }

  nextIndex(): number {
    return this.#nextIndex++
  }

  /** The last one to go closes it. */
  release(): void {
    if (--this.#users > 0) return
    namespaces.delete(this.#netns)
    this.wire.close()
    fs.closeSync(this.fd)
  }
}

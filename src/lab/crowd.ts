import { linkByIndex, parseLink } from '../kernel/netlink/link-list.ts'
import { neighbourReplace } from '../kernel/netlink/neighbour.ts'
import type { Netns } from '../kernel/netns.ts'

interface Member {
  netns: Netns
  link: { index: number; name: string }
  address: string
}

const macOf = ({ netns, link }: Member) => netns.get(linkByIndex(link.index), parseLink)?.mac ?? ''
const isIPv6 = ({ address }: Member) => address.includes(':')

/** So many find each other by ARP, as on any wire. */
const MOST_STRANGERS = 32

/**
 * Who is on a segment. Of more than 32, each knows all others from the start, by permanent
 * neighbours: of those that the kernel finds out by itself it keeps 1024, of all namespaces of the
 * machine together (net.ipv4.neigh.default.gc_thresh3), drops what is for more, and lets go of none
 * within five seconds. Fifty hosts that all talk to each other find 2450. Permanent ones do not
 * count (neigh_alloc, since Linux 5.0).
 */
export class Crowd {
  readonly #members: Member[] = []

  join(newcomer: Member): void {
    this.#members.push(newcomer)
    const { length } = this.#members
    if (length <= MOST_STRANGERS) return
    const isFirstTime = length === MOST_STRANGERS + 1
    const macs = new Map(this.#members.map(member => [member, macOf(member)]))
    for (const member of this.#members) {
      const strangers = (isFirstTime || member === newcomer ? this.#members : [newcomer]).filter(
        other => other !== member && isIPv6(other) === isIPv6(member),
      )
      member.netns.execute(
        ...strangers.map(other =>
          neighbourReplace(member.link, other.address, macs.get(other) ?? ''),
        ),
      )
    }
  }
}

import type { LinkDetails } from '../../kernel/netlink/link-details.ts'
import { namespaceIdGet, parseNamespaceId } from '../../kernel/netlink/namespace-id.ts'
import { read, type SeenNamespace } from './seen-namespace.ts'

/** A link that another one leads to. */
export interface OtherEnd {
  there: SeenNamespace
  link: LinkDetails
}

/** Which links have an index: the same numbers come again in every namespace. */
class ByIndex {
  readonly #all = new Map<number, OtherEnd[]>()

  constructor(seen: readonly SeenNamespace[]) {
    for (const there of seen) {
      for (const link of there.links) {
        const same = this.#all.get(link.index) ?? []
        this.#all.set(link.index, same)
        same.push({ there, link })
      }
    }
  }

  of(index: number): readonly OtherEnd[] {
    return this.#all.get(index) ?? []
  }
}

/**
 * Finds what links lead to: the other end of a veth pair, the parent of a macvlan device. The kernel
 * tells its index and, when it is in another namespace, its own number for that; which namespace of
 * ours has that number, each is asked that could be meant.
 */
export class OtherEnds {
  readonly #links: ByIndex
  /** What a namespace calls others, by theirs. */
  readonly #numbers = new Map<SeenNamespace, Map<SeenNamespace, number>>()

  constructor(seen: readonly SeenNamespace[]) {
    this.#links = new ByIndex(seen)
  }

  /** Undefined when it is in no namespace of the lab, or leads nowhere. */
  of(here: SeenNamespace, link: LinkDetails): OtherEnd | undefined {
    const { peer, peerNamespace } = link
    if (peer === undefined || peer === 0) return undefined
    const candidates = this.#links.of(peer)
    if (peerNamespace === undefined) return candidates.find(({ there }) => there === here)
    return candidates.find(
      ({ there, link: other }) =>
        (link.kind !== 'veth' || (other.kind === 'veth' && other.peer === link.index)) &&
        this.#numberOf(here, there) === peerNamespace,
    )
  }

  #numberOf(here: SeenNamespace, there: SeenNamespace): number {
    const known = this.#numbers.get(here) ?? new Map<SeenNamespace, number>()
    this.#numbers.set(here, known)
    const { netns } = there
    const ask = () => here.netns.get(namespaceIdGet(netns), parseNamespaceId) ?? -1
    const number = known.get(there) ?? read(ask, -1)
    known.set(there, number)
    return number
  }
}

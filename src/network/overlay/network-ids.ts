import { UsageError } from '../../errors.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { Network } from '../network.ts'

/** Which networks use which identifiers on each host: no two may share one there. */
export class NetworkIds {
  readonly #what: string
  readonly #largest: number
  readonly #used = new WeakMap<Netns, Map<number, Network>>()
  readonly #chosen = new WeakMap<Network, number>()

  /** @param what as an error calls it: `VNI` */
  constructor(what: string, largest: number) {
    this.#what = what
    this.#largest = largest
  }

  #on(host: Netns): Map<number, Network> {
    const used = this.#used.get(host) ?? new Map<number, Network>()
    this.#used.set(host, used)
    return used
  }

  /** As asked for, or the lowest that none of its hosts uses. 0: it has none, as only one may. */
  of(network: Network, wanted: number | undefined, first = 1): number {
    const known = this.#chosen.get(network)
    if (known !== undefined) return known
    const id = wanted ?? this.#free(network, first)
    this.#chosen.set(network, id)
    // Now, and not host by host: another network that is being made must not choose it meanwhile.
    if (wanted === undefined) for (const host of network.hosts) this.#on(host).set(id, network)
    return id
  }

  #free({ hosts }: Network, first: number): number {
    for (let id = first; ; id++) if (!hosts.some(host => this.#on(host).has(id))) return id
  }

  /** @throws UsageError TNET_NETWORK_OPTION */
  check(network: string, id: number): void {
    if (Number.isInteger(id) && id >= 1 && id <= this.#largest) return
    throw new UsageError(`network "${network}": ${id} is not a ${this.#what}`, {
      code: 'TNET_NETWORK_OPTION',
      hint: `a ${this.#what} is a whole number from 1 to ${this.#largest}`,
    })
  }

  /** @throws UsageError TNET_NETWORK_ID_TAKEN */
  claim(host: Netns, network: Network): void {
    const id = this.of(network, undefined)
    const holder = this.#on(host).get(id)
    if (holder !== undefined && holder !== network) {
      throw new UsageError(`"${host.label}" has ${this.#spelled(id)} already: "${holder.name}"`, {
        code: 'TNET_NETWORK_ID_TAKEN',
        hint:
          this.#largest === 0
            ? `nothing tells two apart; take another driver for "${network.name}"`
            : `give network "${network.name}" a ${this.#what} of its own`,
      })
    }
    this.#on(host).set(id, network)
  }

  #spelled(id: number): string {
    if (this.#largest === 0) return `an ${this.#what}`
    return id === 0 ? `a network without a ${this.#what}` : `${this.#what} ${id}`
  }

  release(host: Netns, network: Network): void {
    const on = this.#on(host)
    for (const [id, holder] of on) if (holder === network) on.delete(id)
  }
}

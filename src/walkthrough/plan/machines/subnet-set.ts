import { familyOf, isIP, subnetOf } from './addresses.ts'

/** Subnets, and whether an address is in any: asked often, of documents that make thousands. */
export class SubnetSet {
  /** First addresses, by family and length of prefix. */
  readonly #networks = { 4: new Map<number, Set<string>>(), 6: new Map<number, Set<string>>() }

  add(text: string): void {
    const subnet = subnetOf(text)
    if (subnet === undefined) return
    const all = this.#networks[subnet.family]
    const networks = all.get(subnet.prefix) ?? new Set()
    all.set(subnet.prefix, networks.add(subnet.network))
  }

  has(address: string): boolean {
    if (!isIP(address)) return false
    return [...this.#networks[familyOf(address)]].some(([length, networks]) =>
      networks.has(subnetOf(`${address}/${length}`)?.network ?? ''),
    )
  }
}

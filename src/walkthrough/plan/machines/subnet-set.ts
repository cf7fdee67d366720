import { isIPv4, subnetOf } from './ipv4.ts'

/** IPv4 subnets, and whether an address is in any: asked often, of documents that make thousands. */
export class SubnetSet {
  /** First addresses, by length of prefix. */
  readonly #networks = new Map<number, Set<string>>()

  add(text: string): void {
    const subnet = subnetOf(text)
    if (subnet === undefined) return
    const networks = this.#networks.get(subnet.prefix) ?? new Set()
    this.#networks.set(subnet.prefix, networks.add(subnet.network))
  }

  has(address: string): boolean {
    if (!isIPv4(address)) return false
    return [...this.#networks].some(([length, networks]) =>
      networks.has(subnetOf(`${address}/${length}`)?.network ?? ''),
    )
  }
}

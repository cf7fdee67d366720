import { UsageError } from '../errors.ts'
import type { Subnet } from '../ipam/subnet.ts'
import { parseInterface } from '../ipam/interface-address.ts'

/** Counts addresses up from a bridge's own; without a record of any kind, unlike IPAM. */
export class SubnetCursor {
  readonly #subnet: Subnet
  readonly #taken = new Map<string, string>()
  #offset: bigint

  constructor(prefix: string) {
    const { subnet, address } = parseInterface(prefix)
    this.#subnet = subnet
    this.#offset = subnet.offset(address)
    this.#taken.set(address, 'the bridge')
  }

  /** Marks an address as given to `label`. */
  take(address: string, label: string): void {
    const holder = this.#taken.get(address)
    if (holder !== undefined) {
      throw new UsageError(`${address} for "${label}" is already allocated`, {
        code: 'TNET_ADDRESS_TAKEN',
        hint: `${holder === 'the bridge' ? holder : `"${holder}"`} has it; choose another, or leave it out`,
      })
    }
    this.#taken.set(address, label)
  }

  /** The next address that nobody has. */
  next(label: string): string {
    for (;;) {
      this.#offset += 1n
      const address = this.#offset < this.#subnet.size ? this.#subnet.nth(this.#offset) : undefined
      if (address === undefined || address === this.#subnet.broadcast) {
        throw new UsageError(`${this.#subnet} has no address left for "${label}"`, {
          code: 'TNET_POOL_EXHAUSTED',
          hint: 'give the bridge a larger subnet',
        })
      }
      if (this.#taken.has(address)) continue
      this.#taken.set(address, label)
      return address
    }
  }
}

import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import type { BlockSpaceOptions } from '../../../src/ipam/blocks/space.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'

/** What an error has to say, at least. */
export interface Refusal {
  code: string
  hint?: RegExp
  facts?: Record<string, string>
}

/** A space of four blocks of four addresses, all of which are handed out. */
export const tiny = { subnet: '192.0.2.0/28', gateways: false } as const

const stores: MemoryStore[] = []

/** The address space "shop". */
export async function withSpace(options: Partial<BlockSpaceOptions> = {}) {
  const store = new MemoryStore()
  const ipam = new BlockIpam(store)
  await ipam.createSpace({ name: 'shop', subnet: '10.244.0.0/16', ...options })
  let owners = 0
  /** The addresses of a host's next allocations. */
  const take = async (host: string, count = 1) => {
    const addresses: string[] = []
    for (let n = 0; n < count; n++) {
      const { address, isBorrowed } = await ipam.allocate('shop', { host, owner: `c${owners++}` })
      addresses.push(isBorrowed ? `${address} borrowed` : address)
    }
    return addresses
  }
  stores.push(store)
  return { ipam, store, take }
}

/** What fsck says of all stores that were made here. */
export async function findings(): Promise<string[]> {
  const reports = await Promise.all(stores.map(store => new Ipam(store).fsck()))
  return reports.flatMap(({ findings }) => findings.map(({ message }) => message))
}

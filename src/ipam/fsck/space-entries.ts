import type { SpaceKeys } from '../blocks/space-keys.ts'
import type { Entry } from '../store/store.ts'
import type { Audit } from './audit.ts'
import { decodeName } from './sorted-entries.ts'

/** What is recorded about one block, besides its own record. */
export interface BlockEntries {
  addresses: Entry[]
  bits: Entry[]
}

/** Everything under a space's root, by what it is about. */
export interface SpaceEntries {
  space: Entry | undefined
  hosts: Map<string, Entry>
  pools: Map<string, Entry>
  /** Of blocks, whether there is a record of them or not. */
  parts: Map<string, BlockEntries>
  /** Owner to the address that its record names. */
  owners: Map<string, string>
}

/** Sorts what is stored of a space; reports keys that IPAM does not make. */
export function sortSpace(audit: Audit, keys: SpaceKeys, entries: readonly Entry[]): SpaceEntries {
  const sorted: SpaceEntries = {
    space: undefined,
    hosts: new Map(),
    pools: new Map(),
    parts: new Map(),
    owners: new Map(),
  }
  for (const entry of entries) {
    if (!sortOne(sorted, keys, entry))
      audit.report('FOREIGN', entry.key, `the key ${entry.key} is not one of IPAM's`)
  }
  return sorted
}

/** The parts of a block, empty when there are none yet. */
export function partsOf({ parts }: SpaceEntries, block: string): BlockEntries {
  const found = parts.get(block) ?? { addresses: [], bits: [] }
  parts.set(block, found)
  return found
}

/** @returns whether the key is one of IPAM's. */
function sortOne(sorted: SpaceEntries, keys: SpaceKeys, entry: Entry): boolean {
  if (entry.key === keys.space) {
    sorted.space = entry
    return true
  }
  const [kind, ...names] = entry.key.slice(keys.root.length).split('/')
  const name = decodeName(names[0] ?? '')
  if (!name) return false
  const shape = `${kind} ${names.length}`
  if (shape === 'hosts 1') sorted.hosts.set(name, entry)
  else if (shape === 'pools 1') sorted.pools.set(name, entry)
  else if (shape === 'owners 1') sorted.owners.set(name, entry.value)
  else if (shape === 'addresses 2') partsOf(sorted, name).addresses.push(entry)
  else if (shape === 'bitmaps 3') partsOf(sorted, name).bits.push(entry)
  else return false
  return true
}

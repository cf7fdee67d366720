import type { Keys } from '../records.ts'
import type { Entry } from '../store/store.ts'
import type { Audit } from './audit.ts'

/** What is recorded about one pool, besides its own record. */
export interface PoolEntries {
  addresses: Entry[]
  blocks: Entry[]
  /** Owner to the address that its record names. */
  owners: Map<string, string>
  /** Round-robin: the number of the last address given out. */
  turn?: Entry
}

/** Everything under the root, by the pool that it is about. */
export interface SortedEntries {
  index: Entry | undefined
  pools: Map<string, Entry>
  parts: Map<string, PoolEntries>
  /** What is under the root of each address space. */
  spaces: Map<string, Entry[]>
}

/** Sorts what is stored; reports keys that IPAM does not make. */
export function sortEntries(audit: Audit, keys: Keys): SortedEntries {
  const sorted: SortedEntries = {
    index: undefined,
    pools: new Map(),
    parts: new Map(),
    spaces: new Map(),
  }
  const partsOf = (pool: string): PoolEntries => {
    const parts = sorted.parts.get(pool) ?? { addresses: [], blocks: [], owners: new Map() }
    sorted.parts.set(pool, parts)
    return parts
  }
  for (const entry of audit.entries.values()) {
    const [kind, ...names] = entry.key.slice(keys.root.length).split('/')
    const [first = '', second] = names.map(decodeName)
    if (entry.key === keys.index) sorted.index = entry
    else if (kind === 'pools' && names.length === 1 && first) {
      sorted.pools.set(first, entry)
      partsOf(first)
    } else if (kind === 'addresses' && names.length === 2 && first) {
      partsOf(first).addresses.push(entry)
    } else if (kind === 'bitmaps' && names.length === 3 && first) partsOf(first).blocks.push(entry)
    else if (kind === 'owners' && names.length === 2 && first && second) {
      partsOf(second).owners.set(first, entry.value)
    } else if (kind === 'turns' && names.length === 1 && first) partsOf(first).turn = entry
    else if (kind === 'leases' && names.length === 1 && first) continue
    else if (kind === 'spaces' && names.length > 1 && first) {
      const entries = sorted.spaces.get(first) ?? []
      sorted.spaces.set(first, entries)
      entries.push(entry)
    } else audit.report('FOREIGN', entry.key, `the key ${entry.key} is not one of IPAM's`)
  }
  return sorted
}

/** A name as it was before it became part of a key; undefined when none becomes that. */
export function decodeName(text: string): string | undefined {
  try {
    const name = decodeURIComponent(text)
    return encodeURIComponent(name) === text ? name : undefined
  } catch {
    return undefined
  }
}

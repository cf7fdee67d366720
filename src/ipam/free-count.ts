import { BitBlock } from './bit-block.ts'
import { isShared, unreadable } from './records.ts'
import type { AnyPoolRecord, Keys, SharedPoolRecord } from './records.ts'
import type { Entry } from './store/store.ts'

/** What is free in pools, by the bitmaps of all of them. */
export class FreeCount {
  readonly #keys: Keys
  /** Blocks of the lowest level, by their pool. */
  readonly #leaves = new Map<string, Entry[]>()

  constructor(keys: Keys, bitmaps: readonly Entry[]) {
    this.#keys = keys
    for (const entry of bitmaps) {
      const end = entry.key.lastIndexOf('/0/')
      if (end < 0) continue
      const prefix = entry.key.slice(0, end + 1)
      const leaves = this.#leaves.get(prefix) ?? []
      this.#leaves.set(prefix, leaves)
      leaves.push(entry)
    }
  }

  /** @throws EnvironmentError TNET_POOL_DAMAGED */
  of(record: AnyPoolRecord): bigint {
    if (!isShared(record)) return record.free
    const { first, last } = record.pool.range
    const leaves = this.#leaves.get(this.#keys.bitmap(record.pool.name)) ?? []
    let free = last - first + 1n
    for (const leaf of leaves) free -= BigInt(takenIn(record, leaf))
    return free
  }
}

/** Bits of the range that are set in one block: those of the gateway and its like, too. */
function takenIn({ pool, leafBits }: SharedPoolRecord, { key, value }: Entry): number {
  const block = BitBlock.decode(value, leafBits)
  if (block === undefined) throw unreadable(key)
  const start = BigInt(key.slice(key.lastIndexOf('/') + 1)) * BigInt(leafBits)
  if (pool.isInRange(start) && pool.isInRange(start + BigInt(leafBits - 1))) return block.count
  return [...block].filter(bit => pool.isInRange(start + BigInt(bit))).length
}

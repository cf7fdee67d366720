import { OpenPool } from '../open-pool.ts'
import { decodePool, encodePool, unreadable } from '../records.ts'
import type { PoolRecord } from '../records.ts'
import type { Transaction } from '../store/transaction.ts'
import type { SpaceKeys } from './space-keys.ts'
import { decodeHost, decodeSpace, encodeHost } from './space-records.ts'
import type { HostRecord } from './space-records.ts'
import { takenBlock, unknownSpace } from './space-refusals.ts'
import type { Space } from './space.ts'

/** One address space within one transaction: its blocks, and what its hosts have. */
export class OpenSpace {
  readonly space: Space
  readonly #tx: Transaction
  readonly #keys: SpaceKeys

  constructor(tx: Transaction, keys: SpaceKeys, space: Space) {
    this.space = space
    this.#tx = tx
    this.#keys = keys
  }

  /** @throws UsageError TNET_SPACE_UNKNOWN */
  static async load(
    tx: Transaction,
    { keys, name }: { keys: SpaceKeys; name: string },
  ): Promise<OpenSpace> {
    const text = await tx.get(keys.space)
    if (text === undefined) throw unknownSpace(name)
    return new OpenSpace(tx, keys, decodeSpace(keys.space, text))
  }

  /** What a host has; undefined: nothing, it is not known. */
  async host(name: string): Promise<HostRecord | undefined> {
    const key = this.#keys.host(name)
    const text = await this.#tx.get(key)
    return text === undefined ? undefined : decodeHost(key, text)
  }

  putHost(name: string, record: HostRecord): void {
    this.#tx.put(this.#keys.host(name), encodeHost(record))
  }

  /** The record of a block; undefined: nobody has it. */
  async record(block: string): Promise<PoolRecord | undefined> {
    const key = this.#keys.pool(block)
    const text = await this.#tx.get(key)
    return text === undefined ? undefined : decodePool(key, text)
  }

  /** A block that somebody has. */
  async block(name: string): Promise<OpenPool> {
    const open = await this.blockOrNone(name)
    if (open === undefined) throw unreadable(this.#keys.pool(name))
    return open
  }

  async blockOrNone(name: string): Promise<OpenPool | undefined> {
    const record = await this.record(name)
    return record && new OpenPool(this.#tx, this.#keys, record)
  }

  /** Every block that there is a record of, lowest first. It may have changed since. */
  async listBlocks(): Promise<PoolRecord[]> {
    const entries = await this.#tx.list(this.#keys.pool())
    const records = entries.map(({ key, value }) => decodePool(key, value))
    return records.sort((a, b) => (a.pool.subnet.base < b.pool.subnet.base ? -1 : 1))
  }

  /**
   * The lowest block that no host has: one without a record, or one that its host lost while
   * others had borrowed of it.
   */
  async unclaimed(known: readonly PoolRecord[]): Promise<string | undefined> {
    const records = new Map(known.map(record => [record.pool.name, record]))
    for (const subnet of this.space.blocks()) {
      const block = `${subnet}`
      const seen = records.get(block)
      if (seen !== undefined && !isVacant(seen)) continue
      // Compared at the end of the transaction; and the list may be older than this.
      const current = await this.record(block)
      if (current === undefined || isVacant(current)) return block
    }
    return undefined
  }

  /**
   * Gives a block to a host.
   *
   * @throws UsageError TNET_BLOCK_TAKEN
   */
  async give(block: string, host: string): Promise<OpenPool> {
    const old = await this.record(block)
    const holder = old?.pool.definition.host
    if (typeof holder === 'string') throw takenBlock(block, this.space.name, holder)
    const pool = this.space.poolOf(block, host)
    const record = { pool, free: old?.free ?? pool.capacity, last: old?.last }
    const open = new OpenPool(this.#tx, this.#keys, record)
    if (old === undefined) await open.create()
    else this.#tx.put(this.#keys.pool(block), encodePool(record))
    return open
  }
}

/** Nobody's, and of use to somebody. */
function isVacant({ pool, free }: PoolRecord): boolean {
  return pool.definition.host === null && free > 0n
}

/** Nobody's, and nobody has an address of it any more: as good as no record at all. */
export function isLeftover({ pool, free }: PoolRecord): boolean {
  return pool.definition.host === null && free === pool.capacity
}

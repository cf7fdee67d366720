import { heldAddress } from '../pool-info.ts'
import type { HeldAddress } from '../pool-info.ts'
import { encodePool } from '../records.ts'
import type { Entry, Store } from '../store/store.ts'
import { transact } from '../store/transaction.ts'
import type { Transaction } from '../store/transaction.ts'
import { OpenSpace } from './open-space.ts'
import type { SpaceKeys } from './space-keys.ts'
import type { HostRecord } from './space-records.ts'
import { hostInUse } from './space-refusals.ts'

/** Addresses in one change: each is a record and its owner's, and etcd takes 128 operations. */
const BATCH = 30

/** An address of a space, with the block that it is in. */
export interface BlockAddress extends HeldAddress {
  block: string
}

/** Reads an address of a space: its key ends in `addresses/BLOCK/ADDRESS`. */
export function blockAddress(entry: Entry): BlockAddress {
  const block = decodeURIComponent(entry.key.split('/').at(-2) ?? '')
  return { ...heldAddress(entry), block }
}

/**
 * Takes all that a host has from it: its addresses, in its own blocks and in those of others, then
 * its blocks. Each step leaves a state that is right in itself, and the first one, which marks the
 * host, cannot be taken back: what a crash interrupts, the next who needs room ends.
 */
export class Eviction {
  readonly #store: Store
  readonly #keys: SpaceKeys
  readonly #name: string
  readonly #host: string

  constructor(store: Store, { keys, name }: { keys: SpaceKeys; name: string }, host: string) {
    this.#store = store
    this.#keys = keys
    this.#name = name
    this.#host = host
  }

  /** @returns whether the host has nothing now; false: it is not due, and keeps it all. */
  async run(isDue: (record: HostRecord) => boolean): Promise<boolean> {
    if (!(await this.#mark(isDue))) return false
    // A marked host gets no address any more: these are all.
    for (const [block, count] of await this.#addressCounts()) {
      for (let done = 0; done < count; done += BATCH) await this.#releaseSome(block)
    }
    await this.#finish()
    return true
  }

  /**
   * Takes its blocks from a host if nobody has an address of them and it has none of others.
   *
   * @throws UsageError TNET_BLOCK_IN_USE
   */
  async letGo(): Promise<void> {
    const isGone = await this.#change(async (open, tx) => {
      const record = await open.host(this.#host)
      if (record === undefined || record.isEvicted) return record === undefined
      const held = (await tx.list(this.#keys.everyAddress, { isFinal: true }))
        .map(entry => blockAddress(entry))
        .filter(({ host, block }) => host === this.#host || record.blocks.includes(block))
      if (held.length > 0) throw hostInUse(this.#host, this.#name, held)
      await this.#vacate(open, tx, record)
      return true
    })
    if (!isGone) await this.run(() => false)
  }

  #change<T>(work: (open: OpenSpace, tx: Transaction) => Promise<T>): Promise<T> {
    const [keys, name] = [this.#keys, this.#name]
    return transact(this.#store, keys.host(this.#host), async tx =>
      work(await OpenSpace.load(tx, { keys, name }), tx),
    )
  }

  #mark(isDue: (record: HostRecord) => boolean): Promise<boolean> {
    return this.#change(async open => {
      const record = await open.host(this.#host)
      if (record === undefined || record.isEvicted) return true
      if (!isDue(record)) return false
      open.putHost(this.#host, { ...record, isEvicted: true })
      return true
    })
  }

  async #addressCounts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>()
    for (const entry of await this.#store.list(this.#keys.everyAddress)) {
      const { host, block } = blockAddress(entry)
      if (host === this.#host) counts.set(block, (counts.get(block) ?? 0) + 1)
    }
    return counts
  }

  #releaseSome(block: string): Promise<void> {
    return this.#change(async (open, tx) => {
      // By now another one may have ended this, and the host come back.
      if ((await open.host(this.#host))?.isEvicted !== true) return
      // Whoever allocates in the block writes its record, which is compared: the list is of then.
      if ((await open.record(block)) === undefined) return
      const pool = await open.block(block)
      const theirs = (await tx.list(this.#keys.addresses(block)))
        .map(entry => heldAddress(entry))
        .filter(({ host }) => host === this.#host)
      for (const held of theirs.slice(0, BATCH)) {
        await pool.giveBack(pool.placeOf(held.address), held)
      }
    })
  }

  #finish(): Promise<void> {
    return this.#change(async (open, tx) => {
      const record = await open.host(this.#host)
      if (record?.isEvicted === true) await this.#vacate(open, tx, record)
    })
  }

  /** Its blocks are nobody's now; those that others borrowed from stay, for the next host. */
  async #vacate(open: OpenSpace, tx: Transaction, { blocks }: HostRecord): Promise<void> {
    for (const block of blocks) {
      const record = await open.record(block)
      if (record === undefined) continue
      const { pool, free, last } = record
      if (free === pool.capacity) {
        tx.deletePrefix(this.#keys.bitmap(block))
        tx.delete(this.#keys.pool(block))
      } else {
        const nobodys = { pool: open.space.poolOf(block, null), free, last }
        tx.put(this.#keys.pool(block), encodePool(nobodys))
      }
    }
    tx.delete(this.#keys.host(this.#host))
  }
}

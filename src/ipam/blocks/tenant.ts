import type { OpenPool } from '../open-pool.ts'
import type { PoolRecord } from '../records.ts'
import { isLeftover } from './open-space.ts'
import type { OpenSpace } from './open-space.ts'
import { isExpired } from './space-records.ts'
import type { HostRecord } from './space-records.ts'
import {
  evictedHost,
  exhausted,
  expiredLease,
  foreignAddress,
  fullSpace,
  noBlock,
  tooManyBlocks,
} from './space-refusals.ts'
import type { Space } from './space.ts'

/** One host in an address space, within one transaction. */
export class Tenant {
  readonly host: string
  readonly #open: OpenSpace
  readonly #now: number
  #record: HostRecord
  /** Whether it has a record. */
  #isKnown: boolean

  private constructor(open: OpenSpace, host: string, now: number, record: HostRecord | undefined) {
    this.#open = open
    this.host = host
    this.#now = now
    this.#isKnown = record !== undefined
    this.#record = record ?? { blocks: [], data: {}, expiresAt: null, isEvicted: false }
  }

  /** @throws UsageError TNET_BLOCK_EVICTED */
  static async load(open: OpenSpace, host: string, now: number): Promise<Tenant> {
    const record = await open.host(host)
    if (record?.isEvicted === true) throw evictedHost(host, open.space.name)
    return new Tenant(open, host, now, record)
  }

  get record(): HostRecord {
    return this.#record
  }

  get #space(): Space {
    return this.#open.space
  }

  /** @throws UsageError TNET_BLOCK_EXPIRED, TNET_BLOCK_NONE */
  checkLease(): void {
    const { expiresAt } = this.#record
    const { name, rules } = this.#space
    if (rules.leaseMs !== null && !this.#isKnown) throw noBlock(this.host, name)
    if (expiresAt === null || !isExpired(this.#record, this.#now)) return
    throw expiredLease(this.host, name, expiresAt)
  }

  /** Writes what it has, with a lease from now on and, if given, other data. */
  renew(data: HostRecord['data'] = this.#record.data): void {
    const { leaseMs } = this.#space.rules
    this.#put({ data, expiresAt: leaseMs === null ? null : this.#now + leaseMs })
  }

  #put(change: Partial<HostRecord>): void {
    this.#record = { ...this.#record, ...change }
    this.#isKnown = true
    this.#open.putHost(this.host, this.#record)
  }

  /**
   * Claims a block: this one, or the lowest that is left.
   *
   * @throws UsageError TNET_BLOCK_LIMIT, TNET_BLOCK_TAKEN, TNET_SPACE_FULL
   */
  async claim(wanted?: string): Promise<OpenPool> {
    const { blocks } = this.#record
    if (wanted !== undefined && blocks.length >= this.#space.rules.perHost)
      throw tooManyBlocks(this.host, this.#space, wanted)
    const block = wanted ?? (await this.#open.unclaimed(await this.#open.listBlocks()))
    if (block === undefined) throw fullSpace(this.#space, this.host)
    return this.#add(block)
  }

  async #add(block: string): Promise<OpenPool> {
    const open = await this.#open.give(block, this.host)
    const isNew = !this.#isKnown
    this.#put({ blocks: [...this.#record.blocks, block] })
    if (isNew) this.renew()
    return open
  }

  /** The first of its own blocks that has a free address. */
  async ownRoom(): Promise<OpenPool | undefined> {
    for (const name of this.#record.blocks) {
      const open = await this.#open.block(name)
      if (open.record.free > 0n) return open
    }
    return undefined
  }

  /**
   * A block with a free address that is new, or somebody else's.
   *
   * @throws UsageError TNET_POOL_EXHAUSTED
   */
  async otherRoom(): Promise<OpenPool> {
    const { perHost, isStrict } = this.#space.rules
    const own = this.#record.blocks.length
    if (own < perHost || !isStrict) {
      const known = await this.#open.listBlocks()
      const unclaimed = own < perHost ? await this.#open.unclaimed(known) : undefined
      if (unclaimed !== undefined) return this.#add(unclaimed)
      const lender = isStrict ? undefined : await this.#lender(known)
      if (lender !== undefined) return lender
    }
    throw exhausted(this.host, this.#space, own)
  }

  async #lender(known: readonly PoolRecord[]): Promise<OpenPool | undefined> {
    for (const record of known) {
      const { pool, free } = record
      if (free === 0n || pool.definition.host === this.host || isLeftover(record)) continue
      // The list may be older than what is compared.
      if (((await this.#open.record(pool.name))?.free ?? 0n) > 0n) return this.#borrow(pool.name)
    }
    return undefined
  }

  /** Who has an address has a record. */
  #borrow(block: string): Promise<OpenPool> {
    if (!this.#isKnown) this.renew()
    return this.#open.block(block)
  }

  /**
   * The block of an address that is asked for, if it is its own.
   *
   * @throws UsageError what `Space.blockAt` throws.
   */
  async ownRoomAt(address: string): Promise<OpenPool | undefined> {
    const block = `${this.#space.blockAt(address)}`
    return this.#record.blocks.includes(block) ? this.#open.block(block) : undefined
  }

  /**
   * The block of an address that is asked for, when it is not its own.
   *
   * @throws UsageError TNET_ADDRESS_AFFINITY, TNET_BLOCK_LIMIT, and what `Space.blockAt` throws.
   */
  async otherRoomAt(address: string): Promise<OpenPool> {
    const block = `${this.#space.blockAt(address)}`
    const holder = (await this.#open.record(block))?.pool.definition.host
    const { perHost, isStrict } = this.#space.rules
    if (typeof holder !== 'string' && this.#record.blocks.length < perHost) return this.#add(block)
    if (holder === undefined) throw tooManyBlocks(this.host, this.#space, block)
    if (!isStrict) return this.#borrow(block)
    if (holder === null) throw tooManyBlocks(this.host, this.#space, block)
    throw foreignAddress(address, block, holder)
  }
}

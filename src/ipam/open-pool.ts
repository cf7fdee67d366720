import { EnvironmentError, UsageError } from '../errors.ts'
import { canonicalAddress } from './address.ts'
import { BLOCK_BITS } from './bit-block.ts'
import { Bitmap } from './bitmap.ts'
import type { Pool } from './pool.ts'
import { decodeAddress, decodeAnyPool, encodeAddress, encodePool, isShared } from './records.ts'
import type { AddressRecord, AnyPoolRecord, Keys, PoolRecord } from './records.ts'
import { unknownPool } from './refusals.ts'
import { StoredBlocks } from './stored-blocks.ts'
import type { Transaction } from './store/transaction.ts'

/** One pool within one transaction: its record, its bitmap, its addresses and their owners. */
export class OpenPool<R extends AnyPoolRecord = PoolRecord> {
  readonly pool: Pool
  readonly #record: R
  readonly #tx: Transaction
  readonly #keys: Keys
  readonly #bitmap: Bitmap

  constructor(tx: Transaction, keys: Keys, record: R) {
    this.pool = record.pool
    this.#record = record
    this.#tx = tx
    this.#keys = keys
    const leafBits = isShared(record) ? record.leafBits : BLOCK_BITS
    const blocks = new StoredBlocks(tx, keys, { pool: this.pool.name, leafBits })
    this.#bitmap = new Bitmap(this.pool.bits, blocks, { leafBits })
  }

  /** @throws UsageError TNET_POOL_UNKNOWN, EnvironmentError TNET_POOL_DAMAGED */
  static async load(tx: Transaction, keys: Keys, name: string): Promise<OpenPool<AnyPoolRecord>> {
    const key = keys.pool(name)
    const text = await tx.get(key)
    if (text === undefined) throw unknownPool(name)
    return new OpenPool(tx, keys, decodeAnyPool(key, text))
  }

  get record(): Readonly<R> {
    return this.#record
  }

  /** Writes a new pool, with the places that nobody ever gets taken. */
  async create(): Promise<void> {
    for (const place of this.pool.fixed.keys()) await this.#bitmap.set(place)
    this.#tx.put(this.#keys.pool(this.pool.name), encodePool(this.#record))
  }

  /**
   * The next free place by the pool's policy.
   *
   * @param options.from where to begin instead of at the lowest, when others take from there.
   * @param options.skip round-robin: how many places to leave out, for the same reason.
   * @throws UsageError TNET_POOL_EXHAUSTED
   */
  async next({ from, skip = 0 }: { from?: bigint; skip?: number } = {}): Promise<bigint> {
    const { first, last } = this.pool.range
    const start = from ?? (await this.#turn(BigInt(skip))) ?? first
    const place =
      (await this.#bitmap.nextClear(start, last)) ??
      (start === first ? undefined : await this.#bitmap.nextClear(first, start - 1n))
    if (place !== undefined) return place
    const { name, definition, subnet } = this.pool
    throw new UsageError(`pool "${name}" has no free address left`, {
      code: 'TNET_POOL_EXHAUSTED',
      facts: {
        subnet: `${subnet}`,
        ...(definition.range === null ? {} : { range: definition.range }),
      },
      hint: 'release addresses that are no longer used, or create a larger pool',
    })
  }

  /**
   * The place of an address that somebody asks for by name: anywhere in the subnet.
   *
   * @throws UsageError: what `placeOf` throws, and TNET_ADDRESS_TAKEN.
   */
  async request(address: string): Promise<bigint> {
    const place = this.placeOf(address)
    if (!(await this.#bitmap.has(place)) || (await this.giveBackAbandoned(place))) return place
    const record = await this.holder(place)
    const kind = record?.kind ?? 'allocated'
    throw new UsageError(`${address} is already ${kind} in pool "${this.pool.name}"`, {
      code: 'TNET_ADDRESS_TAKEN',
      facts: record?.owner === undefined ? {} : { owner: record.owner },
      hint: 'ask for another address, or for any',
    })
  }

  /**
   * The place of an address that can be handed out.
   *
   * @throws UsageError: what `Subnet.offset` throws, and TNET_ADDRESS_RESERVED for the gateway,
   * auxiliary addresses and the ends of the subnet.
   */
  placeOf(address: string): bigint {
    const place = this.pool.subnet.offset(address)
    const is = this.pool.fixed.get(place)
    if (is === undefined) return place
    throw new UsageError(`${canonicalAddress(address)} is ${is} of pool "${this.pool.name}"`, {
      code: 'TNET_ADDRESS_RESERVED',
      facts: { subnet: `${this.pool.subnet}` },
      hint: 'ask for another address, or for any',
    })
  }

  /** Who has a place. */
  async holder(place: bigint): Promise<AddressRecord | undefined> {
    const key = this.#addressKey(place)
    const text = await this.#tx.get(key)
    return text === undefined ? undefined : decodeAddress(key, text)
  }

  /** Gives a free place to somebody. */
  async take(place: bigint, record: AddressRecord): Promise<void> {
    const key = this.#addressKey(place)
    const isHeld = (await this.#tx.get(key, { isLikelyAbsent: true })) !== undefined
    if (isHeld) throw this.#damaged(place)
    await this.#bitmap.set(place)
    this.#tx.put(key, encodeAddress(record))
    if (record.owner !== undefined) {
      this.#tx.put(this.#keys.owner(record.owner, this.pool.name), this.pool.subnet.nth(place))
    }
    if (!this.pool.isInRange(place)) return
    const isTurn = record.kind === 'allocated'
    this.#save(pool => {
      pool.free -= 1n
      if (isTurn) pool.last = place
    })
    if (isTurn && this.#isInTurns) this.#tx.put(this.#keys.turn(this.pool.name), `${place}`)
  }

  /** Takes a place back from who had it. */
  async giveBack(place: bigint, record: AddressRecord): Promise<void> {
    await this.#bitmap.clear(place)
    this.#tx.delete(this.#addressKey(place))
    if (record.owner !== undefined) {
      this.#tx.delete(this.#keys.owner(record.owner, this.pool.name))
    }
    const isFree = this.pool.isInRange(place)
    this.#save(pool => {
      if (isFree) pool.free += 1n
    })
  }

  /**
   * Takes a place back if it was held under a lease that has ended.
   *
   * @returns whether it was.
   */
  async giveBackAbandoned(place: bigint): Promise<boolean> {
    const record = await this.holder(place)
    if (record?.lease === undefined) return false
    if ((await this.#tx.get(this.#keys.lease(record.lease))) !== undefined) return false
    await this.giveBack(place, record)
    return true
  }

  /** A shared pool that hands out addresses in turn. */
  get #isInTurns(): boolean {
    return isShared(this.#record) && this.pool.definition.policy === 'round-robin'
  }

  /**
   * Round-robin: one past the last place given out, and some more; undefined at the beginning. It
   * is not compared: two that had the same last one want the same place, and only one gets that.
   */
  async #turn(skip: bigint): Promise<bigint | undefined> {
    if (this.pool.definition.policy === 'lowest-free') return undefined
    const record: AnyPoolRecord = this.#record
    const latest = isShared(record)
      ? readPlace(await this.#tx.peek(this.#keys.turn(this.pool.name)))
      : record.last
    if (latest === undefined) return undefined
    const { first, last } = this.pool.range
    const next = latest + 1n + skip
    return next > last ? first + ((next - first) % (last - first + 1n)) : next
  }

  #addressKey(place: bigint): string {
    return this.#keys.address(this.pool.name, this.pool.subnet.nth(place))
  }

  /** Changes a record that counts: whoever compares it learns that something changed. */
  #save(change: (record: { free: bigint; last: bigint | undefined }) => void): void {
    const record: AnyPoolRecord = this.#record
    if (isShared(record)) return
    change(record)
    this.#tx.put(this.#keys.pool(this.pool.name), encodePool(this.#record))
  }

  #damaged(place: bigint): EnvironmentError {
    const address = this.pool.subnet.nth(place)
    const message = `pool "${this.pool.name}": ${address} is held, but its bit says it is free`
    return new EnvironmentError(message, {
      code: 'TNET_POOL_DAMAGED',
      hint: 'run fsck with repair',
    })
  }
}

/** A place as `Keys.turn` has it; what cannot be read starts again at the lowest. */
function readPlace(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d+$/.test(text) ? BigInt(text) : undefined
}

import { EnvironmentError, UsageError } from '../errors.ts'
import { canonicalAddress } from './address.ts'
import { Bitmap } from './bitmap.ts'
import type { Pool } from './pool.ts'
import { decodeAddress, decodePool, encodeAddress, encodePool } from './records.ts'
import type { AddressRecord, Keys, PoolRecord } from './records.ts'
import { unknownPool } from './refusals.ts'
import { StoredBlocks } from './stored-blocks.ts'
import type { Transaction } from './store/transaction.ts'

/** One pool within one transaction: its record, its bitmap, its addresses and their owners. */
export class OpenPool {
  readonly pool: Pool
  readonly #record: PoolRecord
  readonly #tx: Transaction
  readonly #keys: Keys
  readonly #bitmap: Bitmap

  constructor(tx: Transaction, keys: Keys, record: PoolRecord) {
    this.pool = record.pool
    this.#record = record
    this.#tx = tx
    this.#keys = keys
    this.#bitmap = new Bitmap(this.pool.bits, new StoredBlocks(tx, keys, this.pool.name))
  }

  /** @throws UsageError TNET_POOL_UNKNOWN, EnvironmentError TNET_POOL_DAMAGED */
  static async load(tx: Transaction, keys: Keys, name: string): Promise<OpenPool> {
    const key = keys.pool(name)
    const text = await tx.get(key)
    if (text === undefined) throw unknownPool(name)
    return new OpenPool(tx, keys, decodePool(key, text))
  }

  get record(): Readonly<PoolRecord> {
    return this.#record
  }

  /** Writes a new pool, with the places that nobody ever gets taken. */
  async create(): Promise<void> {
    for (const place of this.pool.fixed.keys()) await this.#bitmap.set(place)
    this.#save()
  }

  /**
   * The next free place by the pool's policy.
   *
   * @throws UsageError TNET_POOL_EXHAUSTED
   */
  async next(): Promise<bigint> {
    const { first, last } = this.pool.range
    const { last: latest } = this.#record
    const isLowest = this.pool.definition.policy === 'lowest-free' || latest === undefined
    const start = isLowest ? first : latest + 1n
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
    if (!(await this.#bitmap.has(place))) return place
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
    if ((await this.#tx.get(key)) !== undefined) throw this.#damaged(place)
    await this.#bitmap.set(place)
    this.#tx.put(key, encodeAddress(record))
    if (record.owner !== undefined) {
      this.#tx.put(this.#keys.owner(record.owner, this.pool.name), this.pool.subnet.nth(place))
    }
    if (this.pool.isInRange(place)) {
      this.#record.free -= 1n
      if (record.kind === 'allocated') this.#record.last = place
    }
    this.#save()
  }

  /** Takes a place back from who had it. */
  async giveBack(place: bigint, record: AddressRecord): Promise<void> {
    await this.#bitmap.clear(place)
    this.#tx.delete(this.#addressKey(place))
    if (record.owner !== undefined) {
      this.#tx.delete(this.#keys.owner(record.owner, this.pool.name))
    }
    if (this.pool.isInRange(place)) this.#record.free += 1n
    this.#save()
  }

  #addressKey(place: bigint): string {
    return this.#keys.address(this.pool.name, this.pool.subnet.nth(place))
  }

  #save(): void {
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

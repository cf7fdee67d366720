import { automaticBlocks, automaticSubnet } from './automatic-subnets.ts'
import { UsageError } from '../errors.ts'
import { FreeCount } from './free-count.ts'
import { fsck } from './fsck/fsck.ts'
import type { FsckReport } from './fsck/fsck.ts'
import type {
  AllocateOptions,
  Allocation,
  CreatePoolOptions,
  IpamOptions,
  ReleaseOptions,
} from './ipam-options.ts'
import { OpenPool } from './open-pool.ts'
import { checkName, definePool, Pool } from './pool.ts'
import type { PoolDefinition, PoolOptions } from './pool.ts'
import { describe, heldAddress } from './pool-info.ts'
import type { PoolDetails, PoolInfo } from './pool-info.ts'
import { reclaim } from './reclaim.ts'
import type { AbandonedAddress } from './reclaim.ts'
import { decodeAnyPool, decodeIndex, encodeIndex, Keys, sharedRecord } from './records.ts'
import type { AnyPoolRecord, PoolIndex } from './records.ts'
import {
  duplicateOwner,
  poolExists,
  notHeld,
  othersAddress,
  poolInUse,
  refuseClash,
} from './refusals.ts'
import { Spread } from './spread.ts'
import type { Store } from './store/store.ts'
import { transact } from './store/transaction.ts'
import type { Transaction } from './store/transaction.ts'
import { parseCidr } from './subnet.ts'
import type { Subnet } from './subnet.ts'

export type { AllocateOptions, Allocation, CreatePoolOptions, ReleaseOptions }

/**
 * Hands out the addresses of pools, and keeps who has which in a store. What one process does,
 * others with the same store see; each call happens entirely or not at all.
 *
 * @example
 * const ipam = new Ipam(new MemoryStore())
 * await ipam.createPool({ name: 'blue', subnet: '10.0.1.0/24' }) // gateway 10.0.1.1
 * const web = await ipam.allocate('blue', { owner: 'web' })      // 10.0.1.2
 * await ipam.release('blue', web.address)
 */
export class Ipam {
  readonly #store: Store
  readonly #keys: Keys
  readonly #automatic: NonNullable<IpamOptions['automatic']>
  readonly #spreads = new Map<string, Spread>()

  constructor(store: Store, { root, automatic = automaticBlocks }: IpamOptions = {}) {
    this.#store = store
    this.#keys = new Keys(root)
    this.#automatic = automatic
  }

  /**
   * Creates a pool.
   *
   * @throws UsageError TNET_POOL_EXISTS, TNET_POOL_OVERLAP naming both pools, TNET_POOL_NONE_LEFT,
   * and what `definePool` throws.
   */
  async createPool(options: CreatePoolOptions): Promise<PoolInfo> {
    const { subnet, used = [] } = options
    const chosen = subnet === undefined ? undefined : definePool({ ...options, subnet })
    const usedSubnets = used.map(cidr => parseCidr(cidr))
    return transact(this.#store, this.#keys.index, async tx => {
      const index = decodeIndex(this.#keys.index, await tx.get(this.#keys.index))
      const definition = chosen ?? this.#defineAutomatic(options, index, usedSubnets)
      refuseClash(definition, index)
      const pool = new Pool(definition)
      const record = sharedRecord(pool)
      // Compared at the end, so that no record under this name is written over.
      if ((await tx.get(this.#keys.pool(pool.name))) !== undefined) throw poolExists(pool.name)
      await new OpenPool(tx, this.#keys, record).create()
      tx.put(this.#keys.index, encodeIndex(index.set(pool.name, definition)))
      return describe({ pool, free: pool.capacity, last: undefined })
    })
  }

  /**
   * Deletes a pool that nobody has an allocated address in; reserved addresses go with it.
   *
   * @throws UsageError TNET_POOL_UNKNOWN, TNET_POOL_IN_USE naming addresses and owners.
   */
  deletePool(name: string): Promise<void> {
    return transact(this.#store, this.#poolKey(name), async tx => {
      await OpenPool.load(tx, this.#keys, name)
      // Whoever allocates compares the pool's record; who did already is on this list.
      const held = (await tx.list(this.#keys.addresses(name), { isFinal: true }))
        .map(entry => heldAddress(entry))
        .filter(({ kind }) => kind === 'allocated')
      if (held.length > 0) throw poolInUse(name, held)
      const index = decodeIndex(this.#keys.index, await tx.get(this.#keys.index))
      index.delete(name)
      tx.put(this.#keys.index, encodeIndex(index))
      tx.deletePrefix(this.#keys.addresses(name))
      tx.deletePrefix(this.#keys.bitmap(name))
      tx.delete(this.#keys.turn(name))
      tx.delete(this.#keys.pool(name))
    })
  }

  /**
   * Allocates an address. When none is left, those whose lease has ended are taken back first.
   *
   * @throws UsageError TNET_POOL_UNKNOWN, TNET_POOL_EXHAUSTED, TNET_ADDRESS_DUPLICATE (the owner
   * has one there), TNET_ADDRESS_TAKEN, TNET_ADDRESS_RESERVED (the gateway and its like),
   * TNET_ADDRESS_OUTSIDE, TNET_ADDRESS_FAMILY, TNET_ADDRESS_INVALID; DeadlineError
   * TNET_LEASE_LOST when `lease` has ended.
   */
  async allocate(pool: string, options: AllocateOptions = {}): Promise<Allocation> {
    try {
      return await this.#allocate(pool, options)
    } catch (error) {
      if (!(error instanceof UsageError) || error.code !== 'TNET_POOL_EXHAUSTED') throw error
    }
    await this.reclaim(pool)
    return this.#allocate(pool, options)
  }

  async #allocate(pool: string, { address, owner, lease }: AllocateOptions): Promise<Allocation> {
    const spread = this.#spreads.get(pool) ?? new Spread()
    this.#spreads.set(pool, spread)
    if (owner !== undefined) checkName('an owner', owner)
    const { place, open } = await transact(this.#store, this.#poolKey(pool), async tx => {
      const open = await OpenPool.load(tx, this.#keys, pool)
      if (owner !== undefined) await this.#refuseSecond(tx, open, owner)
      const place =
        address === undefined
          ? await open.next(spread.search(open.pool, tx.losses))
          : await open.request(address)
      await open.take(place, { kind: 'allocated', owner, ...(lease !== undefined && { lease }) })
      if (lease !== undefined && (await tx.get(this.#keys.lease(lease))) === undefined) {
        tx.put(this.#keys.lease(lease), '{}', { lease })
      }
      return { place, open }
    })
    spread.settle(place)
    const { subnet, definition } = open.pool
    const given = subnet.nth(place)
    const gateway = definition.gateway ?? undefined
    const { prefix } = subnet
    return { pool, address: given, prefix, cidr: `${given}/${prefix}`, gateway, owner }
  }

  /** An owner has one address a pool; one whose lease has ended counts no more. */
  async #refuseSecond(tx: Transaction, open: OpenPool<AnyPoolRecord>, owner: string) {
    const { name } = open.pool
    const has = await tx.get(this.#keys.owner(owner, name), { isLikelyAbsent: true })
    if (has === undefined || (await open.giveBackAbandoned(open.placeOf(has)))) return
    throw duplicateOwner(owner, has, name)
  }

  /**
   * Releases addresses whose lease has ended, in one pool or in all: what clients held that died.
   *
   * @returns what was released.
   */
  async reclaim(pool?: string): Promise<AbandonedAddress[]> {
    if (pool !== undefined) checkName('a pool', pool)
    return reclaim(this.#store, this.#keys, pool)
  }

  /**
   * Keeps an address from being allocated, until it is released.
   *
   * @throws UsageError as `allocate` with an address does.
   */
  reserve(pool: string, address: string): Promise<void> {
    return transact(this.#store, this.#poolKey(pool), async tx => {
      const open = await OpenPool.load(tx, this.#keys, pool)
      const place = await open.request(address)
      await open.take(place, { kind: 'reserved', owner: undefined })
    })
  }

  /**
   * Releases an address that was allocated or reserved.
   *
   * @returns whether it was.
   * @throws UsageError TNET_POOL_UNKNOWN, TNET_ADDRESS_FREE (unless `ifAllocated`),
   * TNET_ADDRESS_OWNER when it is not `owner`'s, TNET_ADDRESS_RESERVED for the gateway and its
   * like, TNET_ADDRESS_OUTSIDE, TNET_ADDRESS_FAMILY, TNET_ADDRESS_INVALID.
   */
  release(pool: string, address: string, options: ReleaseOptions = {}): Promise<boolean> {
    const { ifAllocated = false, owner } = options
    return transact(this.#store, this.#poolKey(pool), async tx => {
      const open = await OpenPool.load(tx, this.#keys, pool)
      const place = open.placeOf(address)
      const record = await open.holder(place)
      if (record === undefined) {
        if (ifAllocated) return false
        throw notHeld(address, pool)
      }
      if (owner !== undefined && record.owner !== owner) throw othersAddress(address, pool, record)
      await open.giveBack(place, record)
      return true
    })
  }

  /**
   * Releases all that an owner has, or what it has in one pool. An unknown owner has nothing.
   *
   * @returns what was released.
   */
  async releaseOwner(
    owner: string,
    { pool: only }: { pool?: string } = {},
  ): Promise<{ pool: string; address: string }[]> {
    checkName('an owner', owner)
    const prefix = this.#keys.owners(owner)
    const released: { pool: string; address: string }[] = []
    for (const { key } of await this.#store.list(prefix)) {
      const pool = decodeURIComponent(key.slice(prefix.length))
      if (only !== undefined && pool !== only) continue
      const address = await this.#releaseIn(pool, owner)
      if (address !== undefined) released.push({ pool, address })
    }
    return released
  }

  /** By now the owner may have another address there, or none. */
  #releaseIn(pool: string, owner: string): Promise<string | undefined> {
    return transact(this.#store, this.#poolKey(pool), async tx => {
      const address = await tx.get(this.#keys.owner(owner, pool))
      if (address === undefined) return undefined
      const open = await OpenPool.load(tx, this.#keys, pool)
      await open.giveBack(open.placeOf(address), { kind: 'allocated', owner })
      return address
    })
  }

  /** Every pool, by name. */
  async list(): Promise<PoolInfo[]> {
    const entries = await this.#store.list(this.#keys.pool())
    const count = new FreeCount(this.#keys, await this.#store.list(this.#keys.everyPoolsBitmaps))
    return entries.map(({ key, value }) => {
      const record = decodeAnyPool(key, value)
      return describe({ pool: record.pool, free: count.of(record), last: undefined })
    })
  }

  /**
   * One pool, with who has which address.
   *
   * @throws UsageError TNET_POOL_UNKNOWN
   */
  inspect(name: string): Promise<PoolDetails> {
    return transact(this.#store, this.#poolKey(name), async tx => {
      const { pool } = await OpenPool.load(tx, this.#keys, name)
      const held = (await tx.list(this.#keys.addresses(name))).map(entry => {
        const address = heldAddress(entry)
        return { address, place: pool.subnet.offset(address.address) }
      })
      held.sort((a, b) => (a.place < b.place ? -1 : 1))
      const taken = held.filter(({ place }) => pool.isInRange(place)).length
      const free = pool.capacity - BigInt(taken)
      const info = describe({ pool, free, last: undefined })
      return { ...info, addresses: held.map(({ address }) => address) }
    })
  }

  /**
   * Compares all that is recorded: the store's own file, pools, bitmaps, addresses, owners.
   *
   * @param options.repair mends what can be mended without taking an address from somebody.
   */
  fsck(options: { repair?: boolean } = {}): Promise<FsckReport> {
    return fsck(this.#store, this.#keys, options)
  }

  #poolKey(name: string): string {
    checkName('a pool', name)
    return this.#keys.pool(name)
  }

  #defineAutomatic(options: PoolOptions, index: PoolIndex, used: Subnet[]): PoolDefinition {
    const pools = [...index.values()].map(({ subnet }) => parseCidr(subnet))
    const subnet = automaticSubnet([...pools, ...used], this.#automatic)
    return definePool({ ...options, subnet: `${subnet}` })
  }
}

import { automaticBlocks, automaticSubnet } from './automatic-subnets.ts'
import type { AutomaticBlock } from './automatic-subnets.ts'
import { fsck } from './fsck/fsck.ts'
import type { FsckReport } from './fsck/fsck.ts'
import { OpenPool } from './open-pool.ts'
import { checkName, definePool, Pool } from './pool.ts'
import type { PoolDefinition, PoolOptions } from './pool.ts'
import { describe, heldAddress } from './pool-info.ts'
import type { PoolDetails, PoolInfo } from './pool-info.ts'
import { decodeIndex, decodePool, encodeIndex, Keys } from './records.ts'
import type { PoolIndex, PoolRecord } from './records.ts'
import {
  duplicateOwner,
  poolExists,
  notHeld,
  othersAddress,
  poolInUse,
  refuseClash,
} from './refusals.ts'
import type { Store } from './store/store.ts'
import { transact } from './store/transaction.ts'
import { parseCidr } from './subnet.ts'
import type { Subnet } from './subnet.ts'

export interface IpamOptions {
  /** What its keys begin with, so that several can share a store. Default `ipam/`. */
  root?: string
  /** Where pools without a subnet come from, in this order. Default: Docker's blocks. */
  automatic?: readonly AutomaticBlock[]
}

export interface CreatePoolOptions extends PoolOptions {
  /** Subnets that an automatic pool must not overlap, such as the routes of its hosts. */
  used?: readonly string[]
}

export interface AllocateOptions {
  /** This address and no other. Default: the next by the pool's policy. */
  address?: string
  /** Who gets it, such as an endpoint's id: at most one address a pool. */
  owner?: string
}

export interface Allocation {
  pool: string
  address: string
  prefix: number
  /** `10.0.1.2/24` */
  cidr: string
  gateway: string | undefined
  owner: string | undefined
}

export interface ReleaseOptions {
  /** Says nothing when nobody has the address. Default false. */
  ifAllocated?: boolean
  /** Refuses when somebody else has it by now. */
  owner?: string
}

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
  readonly #automatic: readonly AutomaticBlock[]

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
      const record: PoolRecord = { pool, free: pool.capacity, last: undefined }
      // Compared at the end, so that no record under this name is written over.
      if ((await tx.get(this.#keys.pool(pool.name))) !== undefined) throw poolExists(pool.name)
      await new OpenPool(tx, this.#keys, record).create()
      tx.put(this.#keys.index, encodeIndex(index.set(pool.name, definition)))
      return describe(record)
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
      // Whoever allocates writes the pool's record, which was read above and will be compared.
      const held = (await tx.list(this.#keys.addresses(name)))
        .map(entry => heldAddress(entry))
        .filter(({ kind }) => kind === 'allocated')
      if (held.length > 0) throw poolInUse(name, held)
      const index = decodeIndex(this.#keys.index, await tx.get(this.#keys.index))
      index.delete(name)
      tx.put(this.#keys.index, encodeIndex(index))
      tx.deletePrefix(this.#keys.addresses(name))
      tx.deletePrefix(this.#keys.bitmap(name))
      tx.delete(this.#keys.pool(name))
    })
  }

  /**
   * Allocates an address.
   *
   * @throws UsageError TNET_POOL_UNKNOWN, TNET_POOL_EXHAUSTED, TNET_ADDRESS_DUPLICATE (the owner
   * has one there), TNET_ADDRESS_TAKEN, TNET_ADDRESS_RESERVED (the gateway and its like),
   * TNET_ADDRESS_OUTSIDE, TNET_ADDRESS_FAMILY, TNET_ADDRESS_INVALID.
   */
  allocate(pool: string, { address, owner }: AllocateOptions = {}): Promise<Allocation> {
    return transact(this.#store, this.#poolKey(pool), async tx => {
      const open = await OpenPool.load(tx, this.#keys, pool)
      if (owner !== undefined) {
        checkName('an owner', owner)
        const has = await tx.get(this.#keys.owner(owner, pool))
        if (has !== undefined) throw duplicateOwner(owner, has, pool)
      }
      const place = address === undefined ? await open.next() : await open.request(address)
      await open.take(place, { kind: 'allocated', owner })
      const { subnet, definition } = open.pool
      const given = subnet.nth(place)
      const gateway = definition.gateway ?? undefined
      const { prefix } = subnet
      return { pool, address: given, prefix, cidr: `${given}/${prefix}`, gateway, owner }
    })
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
    return entries.map(({ key, value }) => describe(decodePool(key, value)))
  }

  /**
   * One pool, with who has which address.
   *
   * @throws UsageError TNET_POOL_UNKNOWN
   */
  inspect(name: string): Promise<PoolDetails> {
    return transact(this.#store, this.#poolKey(name), async tx => {
      const { record, pool } = await OpenPool.load(tx, this.#keys, name)
      const held = (await tx.list(this.#keys.addresses(name))).map(entry => {
        const address = heldAddress(entry)
        return { address, place: pool.subnet.offset(address.address) }
      })
      held.sort((a, b) => (a.place < b.place ? -1 : 1))
      return { ...describe(record), addresses: held.map(({ address }) => address) }
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

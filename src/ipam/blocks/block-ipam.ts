import type { ReleaseOptions } from '../ipam.ts'
import { checkName } from '../pool.ts'
import { heldAddress } from '../pool-info.ts'
import { decodeIndex, encodeIndex, Keys } from '../records.ts'
import { notHeld, othersAddress, poolExists, poolInUse, refuseClash } from '../refusals.ts'
import type { Store } from '../store/store.ts'
import { transact } from '../store/transaction.ts'
import { allocateAnywhere, allocateOwn } from './allocation.ts'
import type {
  BlockAllocateOptions,
  BlockAllocation,
  BlockIpamOptions,
  ClaimOptions,
} from './block-ipam-options.ts'
import { hostBlock } from './host-block.ts'
import type { HostBlock } from './host-block.ts'
import { describeEntries, describeHosts, describeSpace } from './space-info.ts'
import type { SpaceDetails, SpaceInfo } from './space-info.ts'
import { SpaceKeys } from './space-keys.ts'
import { decodeSpace, encodeSpace } from './space-records.ts'
import { noBlock, unknownSpace } from './space-refusals.ts'
import { SpaceWork } from './space-work.ts'
import { defineSpace, isSpace, Space } from './space.ts'
import type { BlockSpaceOptions, SpaceDefinition } from './space.ts'

/**
 * Hands out blocks of an address space to hosts, and the addresses of its blocks to what runs on
 * each. One host has one block and keeps to it, as with Flannel, or more blocks on demand, and
 * borrows when there are no more, as with Calico. An address space takes up its subnet among the
 * pools of the `Ipam` on the same store.
 *
 * A lease is for all that a host has. When it runs out, the host has to renew it before it can
 * allocate again; it can, until somebody else needs the room: when no block or address is left, or
 * that very block is asked for. Then the host loses its addresses, in its own blocks and in those
 * of others, and after that its blocks. So no address is recorded for two; but a host that does not
 * notice that its lease ran out goes on using what others have by now, as with Flannel. That it may
 * notice, a host has to claim before it allocates where there are leases; elsewhere the first
 * allocation claims.
 *
 * @example
 * const ipam = new BlockIpam(new MemoryStore())
 * await ipam.createSpace({ name: 'shop', subnet: '10.244.0.0/16', skipFirst: true })
 * await ipam.claim('shop', 'alpha', { data: { vtep: '192.0.2.1' } })           // 10.244.1.0/24
 * await ipam.allocate('shop', { host: 'alpha', owner: 'web' })                 // 10.244.1.2
 */
export class BlockIpam {
  readonly #store: Store
  readonly #keys: Keys
  readonly #now: () => number

  constructor(store: Store, { root, now = Date.now }: BlockIpamOptions = {}) {
    this.#store = store
    this.#keys = new Keys(root)
    this.#now = now
  }

  /**
   * Creates an address space.
   *
   * @throws UsageError TNET_POOL_EXISTS, TNET_POOL_OVERLAP naming both, and what `defineSpace`
   * throws.
   */
  async createSpace(options: BlockSpaceOptions): Promise<SpaceInfo> {
    const space = new Space(defineSpace(options))
    const { keys } = this.#in(space.name)
    return transact(this.#store, this.#keys.index, async tx => {
      const index = decodeIndex(this.#keys.index, await tx.get(this.#keys.index))
      refuseClash(space.definition, index)
      // Compared at the end, so that no record under this name is written over.
      if ((await tx.get(keys.space)) !== undefined) throw poolExists(space.name)
      tx.put(this.#keys.index, encodeIndex(index.set(space.name, space.definition)))
      tx.put(keys.space, encodeSpace(space))
      return describeSpace(space)
    })
  }

  /**
   * Deletes a space that nobody has an address of; the blocks of its hosts go with it.
   *
   * @throws UsageError TNET_SPACE_UNKNOWN, TNET_POOL_IN_USE naming addresses and owners.
   */
  deleteSpace(name: string): Promise<void> {
    const { keys } = this.#in(name)
    return transact(this.#store, this.#keys.index, async tx => {
      // Whoever claims or allocates compares this record.
      if ((await tx.get(keys.space)) === undefined) throw unknownSpace(name)
      const entries = await tx.list(keys.everyAddress, { isFinal: true })
      const held = entries.map(entry => heldAddress(entry))
      if (held.length > 0) throw poolInUse(name, held)
      const index = decodeIndex(this.#keys.index, await tx.get(this.#keys.index))
      index.delete(name)
      tx.put(this.#keys.index, encodeIndex(index))
      tx.deletePrefix(keys.root)
    })
  }

  /** Every address space, by name. */
  async list(): Promise<SpaceInfo[]> {
    return (await this.#definitions()).map(definition => describeSpace(new Space(definition)))
  }

  /**
   * The block of a host: the one that it has, so that a restart keeps it, or else the lowest that is
   * left. Its lease begins anew.
   *
   * @throws UsageError TNET_SPACE_UNKNOWN, TNET_SPACE_FULL, with `subnet`
   * TNET_BLOCK_TAKEN naming its host, TNET_BLOCK_LIMIT, TNET_BLOCK_INVALID.
   */
  claim(space: string, host: string, options: ClaimOptions = {}): Promise<HostBlock> {
    const work = this.#in(space)
    return work.visit(host, { subject: work.keys.host() }, async ({ tenant, open }) => {
      const { subnet, data } = options
      const wanted = subnet === undefined ? tenant.record.blocks[0] : open.space.blockNamed(subnet)
      const has = wanted !== undefined && tenant.record.blocks.includes(wanted)
      const block = has ? wanted : (await tenant.claim(wanted)).pool.name
      tenant.renew(data)
      return hostBlock(open.space, host, block, tenant.record)
    })
  }

  /**
   * Begins a host's lease anew, also one that ran out and that nobody took back.
   *
   * @throws UsageError TNET_BLOCK_NONE, TNET_SPACE_UNKNOWN
   */
  renew(space: string, host: string): Promise<HostBlock> {
    const work = this.#in(space)
    return work.visit(host, { subject: work.keys.host(host) }, async ({ tenant, open }) => {
      const [first] = tenant.record.blocks
      if (first === undefined) throw noBlock(host, space)
      tenant.renew()
      return hostBlock(open.space, host, first, tenant.record)
    })
  }

  /**
   * Gives a host's blocks back. A host without any has nothing to give back.
   *
   * @param options.withAddresses also those that are in use: for a host that is gone.
   * @throws UsageError TNET_BLOCK_IN_USE naming addresses of its blocks, whoever has them, and
   * those that it borrowed; TNET_SPACE_UNKNOWN.
   */
  async releaseHost(
    space: string,
    host: string,
    { withAddresses = false }: { withAddresses?: boolean } = {},
  ): Promise<void> {
    const eviction = this.#in(space).eviction(host)
    if (withAddresses) await eviction.run(() => true)
    else await eviction.letGo()
  }

  /**
   * Takes back what hosts have whose lease ran out, addresses and all: see the class.
   *
   * @returns those hosts.
   */
  releaseExpired(space: string): Promise<string[]> {
    return this.#in(space).evictExpired()
  }

  /**
   * The blocks that hosts have, lowest first; those whose lease ran out too, until they are taken
   * back.
   *
   * @throws UsageError TNET_SPACE_UNKNOWN
   */
  async blocks(name: string): Promise<HostBlock[]> {
    const { keys } = this.#in(name)
    const text = (await this.#store.get(keys.space))?.value
    if (text === undefined) throw unknownSpace(name)
    return describeHosts(decodeSpace(keys.space, text), keys, await this.#store.list(keys.host()))
  }

  /**
   * A space, with who has which block and address, of one moment.
   *
   * @throws UsageError TNET_SPACE_UNKNOWN
   */
  async inspect(name: string): Promise<SpaceDetails> {
    const { keys } = this.#in(name)
    return describeEntries(name, keys, await this.#store.list(keys.root))
  }

  /**
   * Allocates an address: of the host's own blocks, in the order in which it got them; of a new
   * block, while it may have another and one is left; of somebody else's, the lowest first, unless
   * the space is strict.
   *
   * @throws UsageError TNET_POOL_EXHAUSTED, whose facts say what closed each of these ways;
   * TNET_ADDRESS_DUPLICATE (the owner has one in this space), TNET_BLOCK_EXPIRED, TNET_BLOCK_NONE
   * (there are leases, and the host has none), TNET_SPACE_UNKNOWN. With `address` also TNET_ADDRESS_AFFINITY (somebody
   * else's block, and strict), TNET_BLOCK_LIMIT (nobody's block), and what `Ipam.allocate` throws.
   */
  async allocate(space: string, options: BlockAllocateOptions): Promise<BlockAllocation> {
    checkName('an owner', options.owner)
    const { host } = options
    const work = this.#in(space)
    // Hosts do not wait for each other while each has room of its own.
    const own = { subject: work.keys.host(host) }
    const given = await work.visit(host, own, visit => allocateOwn(visit, options))
    if (given !== undefined) return given
    const any = { subject: work.keys.host() }
    return work.visit(host, any, visit => allocateAnywhere(visit, options))
  }

  /**
   * Releases an address.
   *
   * @returns whether it was allocated.
   * @throws UsageError TNET_ADDRESS_FREE (unless `ifAllocated`), TNET_ADDRESS_OWNER when it is not
   * `owner`'s, TNET_SPACE_UNKNOWN, and what `Ipam.release` throws.
   */
  release(space: string, address: string, options: ReleaseOptions = {}): Promise<boolean> {
    const { ifAllocated = false, owner } = options
    return this.#in(space).releasing(async open => {
      const block = await open.blockOrNone(`${open.space.blockAt(address)}`)
      const place = block?.placeOf(address) ?? 0n
      const record = await block?.holder(place)
      if (block === undefined || record === undefined) {
        if (ifAllocated) return false
        throw notHeld(address, space)
      }
      if (owner !== undefined && record.owner !== owner) throw othersAddress(address, space, record)
      await block.giveBack(place, record)
      return true
    })
  }

  /**
   * Releases the address that an owner has in each space, or in one. An unknown owner has none.
   *
   * @returns what was released.
   */
  async releaseOwner(
    owner: string,
    { space: only }: { space?: string } = {},
  ): Promise<{ space: string; block: string; address: string }[]> {
    checkName('an owner', owner)
    const released: { space: string; block: string; address: string }[] = []
    for (const { name } of await this.#definitions()) {
      if (only !== undefined && name !== only) continue
      const key = this.#in(name).keys.owner(owner)
      if ((await this.#store.get(key)) === undefined) continue
      const given = await this.#in(name).releasing(async (open, tx) => {
        const address = await tx.get(key)
        if (address === undefined) return undefined
        const block = await open.block(`${open.space.blockAt(address)}`)
        await block.giveBack(block.placeOf(address), { kind: 'allocated', owner })
        return { space: name, block: block.pool.name, address }
      })
      if (given !== undefined) released.push(given)
    }
    return released
  }

  #in(space: string): SpaceWork {
    checkName('an address space', space)
    return new SpaceWork(this.#store, new SpaceKeys(this.#keys, space), { space, now: this.#now })
  }

  async #definitions(): Promise<SpaceDefinition[]> {
    const index = decodeIndex(this.#keys.index, (await this.#store.get(this.#keys.index))?.value)
    const spaces = [...index.values()].filter(isSpace)
    return spaces.sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

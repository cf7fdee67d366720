import type { OpenPool } from '../open-pool.ts'
import { duplicateOwner } from '../refusals.ts'
import type { Transaction } from '../store/transaction.ts'
import type { BlockAllocateOptions, BlockAllocation } from './block-ipam-options.ts'
import type { OpenSpace } from './open-space.ts'
import type { SpaceKeys } from './space-keys.ts'
import type { Tenant } from './tenant.ts'

/** One host in one space, within one transaction. */
export interface Visit {
  readonly tx: Transaction
  readonly keys: SpaceKeys
  readonly open: OpenSpace
  readonly tenant: Tenant
}

/**
 * Allocates an address of the host's own blocks.
 *
 * @returns undefined when they are full, or the address that is asked for is in none of them.
 */
export async function allocateOwn(
  visit: Visit,
  request: BlockAllocateOptions,
): Promise<BlockAllocation | undefined> {
  await check(visit, request)
  const { tenant } = visit
  const { address } = request
  const block = await (address === undefined ? tenant.ownRoom() : tenant.ownRoomAt(address))
  return block && take(visit, block, request)
}

/** Allocates an address, if need be of a new block or of somebody else's. */
export async function allocateAnywhere(
  visit: Visit,
  request: BlockAllocateOptions,
): Promise<BlockAllocation> {
  const own = await allocateOwn(visit, request)
  if (own !== undefined) return own
  const { tenant } = visit
  const { address } = request
  const block = await (address === undefined ? tenant.otherRoom() : tenant.otherRoomAt(address))
  return take(visit, block, request)
}

async function check({ tx, keys, open, tenant }: Visit, { owner }: BlockAllocateOptions) {
  const has = await tx.get(keys.owner(owner), { isLikelyAbsent: true })
  if (has !== undefined) throw duplicateOwner(owner, has, open.space.name)
  tenant.checkLease()
}

async function take(
  { open }: Visit,
  block: OpenPool,
  { host, owner, address }: BlockAllocateOptions,
): Promise<BlockAllocation> {
  const place = address === undefined ? await block.next() : await block.request(address)
  await block.take(place, { kind: 'allocated', owner, host })
  const { subnet, definition, name } = block.pool
  const given = subnet.nth(place)
  const { prefix } = subnet
  return {
    pool: open.space.name,
    address: given,
    prefix,
    cidr: `${given}/${prefix}`,
    gateway: definition.gateway ?? undefined,
    owner,
    host,
    block: name,
    isBorrowed: definition.host !== host,
  }
}

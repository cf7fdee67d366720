import { UsageError } from '../errors.ts'
import type { PoolDefinition } from './pool.ts'
import type { HeldAddress } from './pool-info.ts'
import type { AddressRecord, PoolIndex } from './records.ts'
import { parseCidr } from './subnet.ts'

/** TNET_POOL_UNKNOWN */
export function unknownPool(name: string): UsageError {
  return new UsageError(`there is no pool "${name}"`, {
    code: 'TNET_POOL_UNKNOWN',
    hint: 'create it first, or look at the list of pools',
  })
}

/** TNET_POOL_EXISTS */
export function poolExists(name: string): UsageError {
  return new UsageError(`there is a pool "${name}" already`, {
    code: 'TNET_POOL_EXISTS',
    hint: 'choose another name, or delete that pool first',
  })
}

/** What a definition is of, with its name. */
export function titled({ name, blocks }: PoolDefinition): string {
  return `${blocks === undefined ? 'pool' : 'address space'} "${name}"`
}

/** Throws TNET_POOL_EXISTS or TNET_POOL_OVERLAP when a new pool does not go with those there are. */
export function refuseClash(definition: PoolDefinition, index: PoolIndex): void {
  if (index.has(definition.name)) throw poolExists(definition.name)
  const subnet = parseCidr(definition.subnet)
  for (const other of index.values()) {
    if (!subnet.overlaps(other.subnet)) continue
    const message = `${titled(definition)} (${subnet}) overlaps ${titled(other)} (${other.subnet})`
    throw new UsageError(message, {
      code: 'TNET_POOL_OVERLAP',
      hint: 'choose another subnet, or none: a free one is taken',
    })
  }
}

/** The first addresses of a list, with their owners. */
export function someHeld(held: readonly HeldAddress[]): string {
  const shown = held
    .slice(0, 5)
    .map(({ address, owner }) => (owner === undefined ? address : `${address} (${owner})`))
  if (held.length > shown.length) shown.push(`${held.length - shown.length} more`)
  return shown.join(', ')
}

/** TNET_POOL_IN_USE */
export function poolInUse(name: string, held: readonly HeldAddress[]): UsageError {
  return new UsageError(`pool "${name}" has addresses in use`, {
    code: 'TNET_POOL_IN_USE',
    facts: { allocated: someHeld(held) },
    hint: 'release them first',
  })
}

/** TNET_ADDRESS_DUPLICATE */
export function duplicateOwner(owner: string, address: string, pool: string): UsageError {
  return new UsageError(`"${owner}" already has ${address} in pool "${pool}"`, {
    code: 'TNET_ADDRESS_DUPLICATE',
    hint: 'release it first, or ask in the name of another owner',
  })
}

/** TNET_ADDRESS_FREE */
export function notHeld(address: string, pool: string): UsageError {
  return new UsageError(`${address} is not allocated in pool "${pool}"`, {
    code: 'TNET_ADDRESS_FREE',
    hint: 'release what was allocated, once; or say "ifAllocated: true"',
  })
}

/** TNET_ADDRESS_OWNER */
export function othersAddress(address: string, pool: string, record: AddressRecord): UsageError {
  const holder = record.owner === undefined ? record.kind : `"${record.owner}"`
  return new UsageError(`${address} in pool "${pool}" belongs to somebody else by now`, {
    code: 'TNET_ADDRESS_OWNER',
    facts: { holder },
    hint: 'leave it: it was released before',
  })
}

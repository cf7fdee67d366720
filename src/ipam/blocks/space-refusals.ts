import { UsageError } from '../../errors.ts'
import type { HeldAddress } from '../pool-info.ts'
import { someHeld } from '../refusals.ts'
import type { Space } from './space.ts'

/** TNET_SPACE_UNKNOWN */
export function unknownSpace(name: string): UsageError {
  return new UsageError(`there is no address space "${name}"`, {
    code: 'TNET_SPACE_UNKNOWN',
    hint: 'create it first, or look at the list of spaces',
  })
}

/** TNET_SPACE_FULL */
export function fullSpace({ name, size, rules }: Space, host: string): UsageError {
  return new UsageError(`space "${name}" has no block left for host "${host}"`, {
    code: 'TNET_SPACE_FULL',
    facts: { blocks: `${size} of /${rules.prefix}, each with a host` },
    hint: 'release a host that is gone, or give the space a larger subnet or a longer blockPrefix',
  })
}

/** TNET_BLOCK_TAKEN */
export function takenBlock(block: string, space: string, host: string): UsageError {
  return new UsageError(`${block} of space "${space}" belongs to host "${host}"`, {
    code: 'TNET_BLOCK_TAKEN',
    facts: { host },
    hint: 'ask for another block, or for any',
  })
}

/** TNET_BLOCK_LIMIT */
export function tooManyBlocks(host: string, { name, rules }: Space, block: string): UsageError {
  const { perHost } = rules
  return new UsageError(`host "${host}" cannot have ${block} of space "${name}" as well`, {
    code: 'TNET_BLOCK_LIMIT',
    facts: { limit: `${perHost} ${perHost === 1 ? 'block' : 'blocks'} a host` },
    hint: 'release the host first, or create the space with more blocksPerHost',
  })
}

/** TNET_BLOCK_NONE */
export function noBlock(host: string, space: string): UsageError {
  return new UsageError(`host "${host}" has nothing in space "${space}"`, {
    code: 'TNET_BLOCK_NONE',
    hint: 'claim a block; one whose lease ran out may have gone to another host',
  })
}

/** TNET_BLOCK_EXPIRED */
export function expiredLease(host: string, space: string, expiresAt: number): UsageError {
  return new UsageError(`the lease of host "${host}" in space "${space}" has run out`, {
    code: 'TNET_BLOCK_EXPIRED',
    facts: { expired: new Date(expiresAt).toISOString() },
    hint: 'renew it in time; or renew it now: nobody else has taken its blocks yet',
  })
}

/** TNET_BLOCK_EVICTED: not to be seen by users, whoever meets it finishes the eviction. */
export function evictedHost(host: string, space: string): UsageError {
  return new UsageError(`host "${host}" is being evicted from space "${space}"`, {
    code: 'TNET_BLOCK_EVICTED',
    facts: { host },
    hint: 'claim a block again',
  })
}

/** TNET_BLOCK_IN_USE */
export function hostInUse(host: string, space: string, held: readonly HeldAddress[]): UsageError {
  return new UsageError(`host "${host}" has blocks of space "${space}" in use`, {
    code: 'TNET_BLOCK_IN_USE',
    facts: { allocated: someHeld(held) },
    hint: 'release the addresses first, or release the host with them',
  })
}

/** TNET_ADDRESS_AFFINITY */
export function foreignAddress(address: string, block: string, holder: string): UsageError {
  return new UsageError(`${address} is in a block of host "${holder}", and blocks are strict`, {
    code: 'TNET_ADDRESS_AFFINITY',
    facts: { block, host: holder },
    hint: "ask for an address of the host's own blocks, or create the space without strictAffinity",
  })
}

/** TNET_POOL_EXHAUSTED: says which way to an address was closed by what. */
export function exhausted(host: string, space: Space, own: number): UsageError {
  const { perHost, isStrict, prefix } = space.rules
  const isAtLimit = own >= perHost
  return new UsageError(`host "${host}" has no free address in space "${space.name}"`, {
    code: 'TNET_POOL_EXHAUSTED',
    facts: {
      'own blocks': own === 0 ? 'none' : `${own} of /${prefix}, all full`,
      'new block': isAtLimit ? `no: the limit is ${perHost} a host` : 'no: every block has a host',
      borrowing: isStrict ? 'no: strictAffinity' : 'no: no block of another host has one either',
    },
    hint: 'release addresses that are no longer used, or create a larger space',
  })
}

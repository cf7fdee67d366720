import { EnvironmentError } from '../errors.ts'
import { BLOCK_BITS } from './bit-block.ts'
import { Pool } from './pool.ts'
import type { PoolDefinition } from './pool.ts'

/** Every pool's definition by its name: what a new pool is compared with. */
export type PoolIndex = Map<string, PoolDefinition>

/**
 * A pool and how it stands. Every change to a pool writes it, so that comparing its revision tells
 * whether anything about the pool changed. That of many writers only one gets through at a time
 * does no harm where one host alone writes: in its own block.
 */
export interface PoolRecord {
  readonly pool: Pool
  /** How many addresses of the range are free. */
  free: bigint
  /** Round-robin: the place of the last address given out. */
  last: bigint | undefined
}

/**
 * A pool that many write at once. What they all compare is written when the pool is created, and
 * not again; two get in each other's way only if they want neighbouring addresses. What is free is
 * counted when somebody asks.
 */
export interface SharedPoolRecord {
  readonly pool: Pool
  /** Bits in a block of the lowest level of its bitmap. */
  readonly leafBits: number
}

/** As many neighbours as get in each other's way when several take addresses at once. */
const LEAF_BITS = 64

export function sharedRecord(pool: Pool): SharedPoolRecord {
  return { pool, leafBits: LEAF_BITS }
}

export type AnyPoolRecord = PoolRecord | SharedPoolRecord

export function isShared(record: AnyPoolRecord): record is SharedPoolRecord {
  return 'leafBits' in record
}

/** Who has an address. */
export interface AddressRecord {
  readonly kind: 'allocated' | 'reserved'
  readonly owner: string | undefined
  /** In a host's block: the host that asked for it. */
  readonly host?: string
  /** It is held no longer than this lease. */
  readonly lease?: string
}

/**
 * Where things are in a store.
 *
 *     ipam/index                      every definition: [PoolDefinition, …]
 *     ipam/pools/NAME                 SharedPoolRecord; PoolRecord in what older versions wrote
 *     ipam/addresses/NAME/ADDRESS     AddressRecord
 *     ipam/owners/OWNER/NAME          ADDRESS
 *     ipam/bitmaps/NAME/LEVEL/INDEX   a block of the bitmap
 *     ipam/turns/NAME                 round-robin: the number of the last address given out
 *     ipam/leases/LEASE               there until the lease ends: addresses are held under it
 *
 * Names and owners are percent-encoded, so that they may hold slashes.
 */
export class Keys {
  readonly root: string

  constructor(root = 'ipam/') {
    this.root = root
  }

  get index(): string {
    return `${this.root}index`
  }
  pool(name = ''): string {
    return `${this.root}pools/${encodeURIComponent(name)}`
  }
  addresses(pool: string): string {
    return `${this.root}addresses/${encodeURIComponent(pool)}/`
  }
  address(pool: string, address: string): string {
    return `${this.addresses(pool)}${address}`
  }
  owners(owner: string): string {
    return `${this.root}owners/${encodeURIComponent(owner)}/`
  }
  owner(owner: string, pool: string): string {
    return `${this.owners(owner)}${encodeURIComponent(pool)}`
  }
  bitmap(pool: string): string {
    return `${this.root}bitmaps/${encodeURIComponent(pool)}/`
  }
  get everyPoolsAddresses(): string {
    return `${this.root}addresses/`
  }
  get everyPoolsBitmaps(): string {
    return `${this.root}bitmaps/`
  }
  turn(pool: string): string {
    return `${this.root}turns/${encodeURIComponent(pool)}`
  }
  lease(id = ''): string {
    return `${this.root}leases/${encodeURIComponent(id)}`
  }
  block(pool: string, level: number, index: bigint): string {
    return `${this.bitmap(pool)}${level}/${index}`
  }
}

/** What a key's value has to be; fsck says more about why it is not. */
export function unreadable(key: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(`the record ${key} cannot be read`, {
    code: 'TNET_POOL_DAMAGED',
    hint: 'run fsck with repair',
    cause,
  })
}

function read<T>(key: string, text: string, take: (value: Record<string, unknown>) => T): T {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) throw new Error('not an object')
    return take(value as Record<string, unknown>)
  } catch (cause) {
    throw unreadable(key, cause)
  }
}

export function encodeIndex(index: PoolIndex): string {
  return JSON.stringify([...index.values()])
}

export function decodeIndex(key: string, text: string | undefined): PoolIndex {
  if (text === undefined) return new Map()
  return read(key, text, value => {
    if (!Array.isArray(value)) throw new Error('not a list')
    const definitions = value as PoolDefinition[]
    return new Map(definitions.map(definition => [new Pool(definition).name, definition]))
  })
}

export function encodePool(record: AnyPoolRecord): string {
  const { definition } = record.pool
  if (isShared(record)) return JSON.stringify({ definition, leafBits: record.leafBits })
  const { free, last } = record
  return JSON.stringify({
    definition,
    free: `${free}`,
    last: last === undefined ? null : `${last}`,
  })
}

export function decodeAnyPool(key: string, text: string): AnyPoolRecord {
  return read(key, text, ({ definition, leafBits }) => {
    if (leafBits === undefined) return decodePool(key, text)
    if (!isBlockSize(leafBits)) throw new Error('no size of a block')
    return { pool: new Pool(definition as PoolDefinition), leafBits }
  })
}

/** A power of two, in whole words. */
function isBlockSize(bits: unknown): bits is number {
  return typeof bits === 'number' && bits >= 32 && bits <= BLOCK_BITS && (bits & (bits - 1)) === 0
}

export function decodePool(key: string, text: string): PoolRecord {
  return read(key, text, ({ definition, free, last }) => ({
    pool: new Pool(definition as PoolDefinition),
    free: BigInt(free as string),
    last: last === null ? undefined : BigInt(last as string),
  }))
}

export function encodeAddress({ kind, owner, host, lease }: AddressRecord): string {
  return JSON.stringify({ kind, owner: owner ?? null, host, lease })
}

export function decodeAddress(key: string, text: string): AddressRecord {
  return read(key, text, ({ kind, owner, host, lease }) => {
    if (kind !== 'allocated' && kind !== 'reserved') throw new Error('no such kind')
    if (owner !== null && typeof owner !== 'string') throw new Error('the owner is no text')
    return {
      kind,
      owner: owner ?? undefined,
      ...(typeof host === 'string' && { host }),
      ...(typeof lease === 'string' && { lease }),
    }
  })
}

import { EnvironmentError } from '../errors.ts'
import { Pool } from './pool.ts'
import type { PoolDefinition } from './pool.ts'

/** Every pool's definition by its name: what a new pool is compared with. */
export type PoolIndex = Map<string, PoolDefinition>

/**
 * A pool and how it stands. Every change to a pool writes it, so that comparing its revision tells
 * whether anything about the pool changed.
 */
export interface PoolRecord {
  readonly pool: Pool
  /** How many addresses of the range are free. */
  free: bigint
  /** Round-robin: the place of the last address given out. */
  last: bigint | undefined
}

/** Who has an address. */
export interface AddressRecord {
  readonly kind: 'allocated' | 'reserved'
  readonly owner: string | undefined
}

/**
 * Where things are in a store.
 *
 *     ipam/index                      every definition: [PoolDefinition, …]
 *     ipam/pools/NAME                 PoolRecord
 *     ipam/addresses/NAME/ADDRESS     AddressRecord
 *     ipam/owners/OWNER/NAME          ADDRESS
 *     ipam/bitmaps/NAME/LEVEL/INDEX   a block of the bitmap
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

export function encodePool({ pool, free, last }: PoolRecord): string {
  const { definition } = pool
  return JSON.stringify({
    definition,
    free: `${free}`,
    last: last === undefined ? null : `${last}`,
  })
}

export function decodePool(key: string, text: string): PoolRecord {
  return read(key, text, ({ definition, free, last }) => ({
    pool: new Pool(definition as PoolDefinition),
    free: BigInt(free as string),
    last: last === null ? undefined : BigInt(last as string),
  }))
}

export function encodeAddress({ kind, owner }: AddressRecord): string {
  return JSON.stringify({ kind, owner: owner ?? null })
}

export function decodeAddress(key: string, text: string): AddressRecord {
  return read(key, text, ({ kind, owner }) => {
    if (kind !== 'allocated' && kind !== 'reserved') throw new Error('no such kind')
    if (owner !== null && typeof owner !== 'string') throw new Error('the owner is no text')
    return { kind, owner: owner ?? undefined }
  })
}

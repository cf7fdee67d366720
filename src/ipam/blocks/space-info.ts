import type { Family } from '../address.ts'
import { decodePool, unreadable } from '../records.ts'
import type { PoolRecord } from '../records.ts'
import type { Entry } from '../store/store.ts'
import { parseCidr } from '../subnet.ts'
import { blockAddress } from './eviction.ts'
import type { BlockAddress } from './eviction.ts'
import { hostBlock } from './host-block.ts'
import type { HostBlock } from './host-block.ts'
import { isLeftover } from './open-space.ts'
import type { SpaceKeys } from './space-keys.ts'
import { decodeHost, decodeSpace } from './space-records.ts'
import type { HostRecord } from './space-records.ts'
import { unknownSpace } from './space-refusals.ts'
import type { Space } from './space.ts'

/** How an address space is cut. */
export interface SpaceInfo {
  name: string
  family: Family
  subnet: string
  blockPrefix: number
  skipFirst: boolean
  gateways: boolean
  blocksPerHost: number
  strictAffinity: boolean
  leaseMs: number | undefined
  /** How many blocks hosts can have. */
  size: bigint
}

/** An address of a block. */
export interface SpaceAddress extends BlockAddress {
  /** The block is not its host's. */
  isBorrowed: boolean
}

/** A block with who has what of it. */
export interface BlockDetails extends Omit<HostBlock, 'host'> {
  /** Undefined: the host that had it is gone, others still have addresses of it. */
  host: string | undefined
  /** Addresses that can still be allocated. */
  free: bigint
  /** Lowest first. */
  addresses: SpaceAddress[]
}

export interface SpaceDetails extends SpaceInfo {
  /** Blocks that no host has. */
  unclaimed: bigint
  /** Lowest first. */
  blocks: BlockDetails[]
}

export function describeSpace(space: Space): SpaceInfo {
  const { name, subnet, size } = space
  const { prefix, skipFirst, gateways, perHost, isStrict, leaseMs } = space.rules
  return {
    name,
    family: subnet.family,
    subnet: `${subnet}`,
    blockPrefix: prefix,
    skipFirst,
    gateways,
    blocksPerHost: perHost,
    strictAffinity: isStrict,
    leaseMs: leaseMs ?? undefined,
    size,
  }
}

/** The blocks of the hosts whose records are given, lowest first. */
export function describeHosts(
  space: Space,
  keys: SpaceKeys,
  entries: readonly Entry[],
): HostBlock[] {
  const blocks = entries.flatMap(({ key, value }) => {
    const host = decodeURIComponent(key.slice(keys.host().length))
    const record = decodeHost(key, value)
    return record.blocks.map(block => ({
      base: parseCidr(block).base,
      block: hostBlock(space, host, block, record),
    }))
  })
  return blocks.sort((a, b) => (a.base < b.base ? -1 : 1)).map(({ block }) => block)
}

/** Everything that is stored of a space, of one moment, put together. */
export function describeEntries(
  name: string,
  keys: SpaceKeys,
  entries: readonly Entry[],
): SpaceDetails {
  const below = (prefix: string) => entries.filter(({ key }) => key.startsWith(prefix))
  const definition = entries.find(({ key }) => key === keys.space)
  if (definition === undefined) throw unknownSpace(name)
  const space = decodeSpace(keys.space, definition.value)
  const hosts = new Map(below(keys.host()).map(({ key, value }) => [key, decodeHost(key, value)]))
  const addresses = new Map<string, BlockAddress[]>()
  for (const held of below(keys.everyAddress).map(blockAddress)) {
    addresses.set(held.block, [...(addresses.get(held.block) ?? []), held])
  }
  const blocks = below(keys.pool())
    .map(({ key, value }) => decodePool(key, value))
    .filter(record => !isLeftover(record))
    .sort((a, b) => (a.pool.subnet.base < b.pool.subnet.base ? -1 : 1))
    .map(record => {
      const { host } = record.pool.definition
      const has = typeof host === 'string' ? hosts.get(keys.host(host)) : undefined
      if (typeof host === 'string' && has === undefined) throw unreadable(keys.host(host))
      return describeBlock(space, record, has, addresses.get(record.pool.name) ?? [])
    })
  const claimed = BigInt(blocks.filter(({ host }) => host !== undefined).length)
  return { ...describeSpace(space), unclaimed: space.size - claimed, blocks }
}

function describeBlock(
  space: Space,
  { pool, free }: PoolRecord,
  has: HostRecord | undefined,
  addresses: readonly BlockAddress[],
): BlockDetails {
  const { name, definition, subnet } = pool
  const nobody: HostRecord = { blocks: [], data: {}, expiresAt: null, isEvicted: false }
  const host = definition.host ?? undefined
  const sorted = addresses
    .map(held => ({ place: subnet.offset(held.address), held }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ held }) => ({ ...held, isBorrowed: held.host !== host }))
  return { ...hostBlock(space, host ?? '', name, has ?? nobody), host, free, addresses: sorted }
}

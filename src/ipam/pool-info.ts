import type { Family } from './address.ts'
import type { Policy } from './pool.ts'
import { decodeAddress } from './records.ts'
import type { PoolRecord } from './records.ts'
import type { Entry } from './store/store.ts'

/** A pool and how much of it is free. */
export interface PoolInfo {
  name: string
  family: Family
  subnet: string
  range: string | undefined
  gateway: string | undefined
  auxiliary: Readonly<Record<string, string>>
  policy: Policy
  /** Addresses in the subnet, the unusable ones too. */
  size: bigint
  /** Addresses that can still be allocated without asking for one by name. */
  free: bigint
}

export interface HeldAddress {
  address: string
  kind: 'allocated' | 'reserved'
  owner: string | undefined
  /** In a host's block: the host that asked for it. */
  host?: string
  /** The lease that it is held under, and no longer. */
  lease?: string
}

export interface PoolDetails extends PoolInfo {
  /** Lowest first; without the gateway, auxiliary addresses and the ends of the subnet. */
  addresses: HeldAddress[]
}

/** What a pool's record says, for people. */
export function describe({ pool, free }: PoolRecord): PoolInfo {
  const { name, subnet, range, gateway, auxiliary, policy } = pool.definition
  const { family, size } = pool.subnet
  const optional = { range: range ?? undefined, gateway: gateway ?? undefined }
  return { name, family, subnet, ...optional, auxiliary, policy, size, free }
}

/** An address's record with the address that is in its key. */
export function heldAddress({ key, value }: Entry): HeldAddress {
  return { address: key.slice(key.lastIndexOf('/') + 1), ...decodeAddress(key, value) }
}

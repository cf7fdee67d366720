import type { AutomaticBlock } from './automatic-subnets.ts'
import type { PoolOptions } from './pool.ts'

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
  /**
   * The id of a lease of the same store: when it ends, or is no longer renewed, the address is free
   * for whoever needs it. Default: it is held until it is released.
   */
  lease?: string
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

import type { Allocation } from '../ipam.ts'

export interface BlockIpamOptions {
  /** What the keys of the IPAM begin with that it shares names and subnets with. Default `ipam/`. */
  root?: string
  /** Milliseconds since 1970, for leases. Default `Date.now`. */
  now?: () => number
}

export interface ClaimOptions {
  /** What other hosts need to know to reach it: replaces what it said before. */
  data?: Readonly<Record<string, string>>
  /** This block and no other. Default: the first that it has, or else the lowest that is left. */
  subnet?: string
}

export interface BlockAllocateOptions {
  /** Which host asks: its blocks come first. */
  host: string
  /** Who gets it, such as an endpoint's id: at most one address a space. */
  owner: string
  /** This address and no other. Default: the next by the space's policy. */
  address?: string
}

/** `pool` is the space; prefix and gateway are the block's. */
export interface BlockAllocation extends Allocation {
  host: string
  block: string
  /** The block is not the host's: its gateway is on another host. */
  isBorrowed: boolean
}

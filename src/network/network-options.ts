import type { Policy } from '../ipam/pool.ts'
import type { Netns } from '../kernel/netns.ts'
import type { Underlay } from './network-driver.ts'
import type { PortMappingInput } from './port-mapping.ts'

export interface CreateNetworkOptions {
  /** Default `bridge`. */
  driver?: string
  hosts: readonly Netns[]
  /** `10.244.0.0/16`. Default: the first automatic pool that overlaps no route of the hosts (D5). */
  subnet?: string
  /** Default: the first usable address of the range, or of the subnet (D1). */
  gateway?: string
  /** The part that containers get addresses from: a smaller subnet, or `FIRST-LAST`. */
  range?: string
  /** Addresses that are never given to a container, by what they are for (D4). */
  auxiliary?: Readonly<Record<string, string>>
  /** Addresses that others have on the same wire, by whose they are. */
  taken?: Readonly<Record<string, string>>
  /** Which free address is next. Default `lowest-free` (D3). */
  policy?: Policy
  /** A second subnet for IPv6: `2001:db8::/64`. */
  ipv6?: string
  /** The device by which each host reaches the others. Default: see `uplinkOf`. */
  over?: Underlay
  /** Containers find each other by name. Default: all networks but one called `bridge` (D18). */
  names?: boolean
  /** What the driver takes besides. */
  options?: Readonly<Record<string, unknown>>
}

export interface ConnectOptions {
  /** Default: the next free one. */
  address?: string
  /** On a network with IPv6. Default: the next free one. */
  ipv6?: string
  /** `'8080:80'` and the like: see `parsePortMapping`. */
  publish?: readonly PortMappingInput[]
  /** Default: the first free one of eth0, eth1, … */
  device?: string
  mac?: string
  /** Default: the container's first network that has a gateway. */
  defaultRoute?: boolean
}

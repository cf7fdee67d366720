import type { Netns } from '../kernel/netns.ts'
import type { PortMapping } from './port-mapping.ts'

/** A subnet of a network and the gateway on it; an isolated network may have none. */
export interface NetworkSubnet {
  /** `172.18.0.0/16`; empty when containers have their host's address. */
  subnet: string
  gateway: string | undefined
}

/** What one host has of a network. */
export interface HostPart extends NetworkSubnet {
  readonly host: Netns
}

/** A set of containers that reach each other, and how: its subnet and its driver. */
export interface Network extends NetworkSubnet {
  readonly name: string
  /** The driver's name. */
  readonly driver: string
  /** Its second subnet, when it has both families. */
  readonly ipv6: NetworkSubnet | undefined
  /** The hosts that it spans, in the order in which they came. */
  readonly hosts: readonly Netns[]
  /**
   * What each of them has of it, in the same order: its gateway, and its own part of the subnet or
   * all of it, as the driver planned.
   */
  readonly parts: readonly HostPart[]
  /** Each host has a part of the subnet to itself. */
  readonly isDivided: boolean
  /** Which device of a host leads to the others, when that was said. */
  readonly over: ((host: Netns) => string) | undefined
  /** No default route leads out of it. */
  readonly isInternal: boolean
  /** Its containers find each other by name (D18). */
  readonly sharesNames: boolean
  /** What the driver was asked for besides, as it came. */
  readonly options: Readonly<Record<string, unknown>>
}

/** One container's place in a network. */
export interface Endpoint {
  readonly id: string
  readonly network: string
  /** The container's label, and its host's. */
  readonly container: string
  readonly host: string
  /** Its link in the container: `eth0`. */
  readonly device: string
  readonly address: string
  /** `172.18.0.2/16` */
  readonly prefix: string
  /** The subnet that the address was taken from: the network's, or a host's part of it. */
  readonly subnet: string
  readonly ipv6: { readonly address: string; readonly prefix: string } | undefined
  /** Made from the address: `02:42:ac:12:00:02`. */
  readonly mac: string
  /** With the host's port that was picked where 0 was asked. */
  readonly ports: readonly PortMapping[]
  /** Default routes that go this way; empty when another network has them. */
  readonly gateways: readonly string[]
}

/** Where an endpoint is. */
export interface Place {
  host: Netns
  container: Netns
}

/** Docker's way: 02:42 and the IPv4 address, so that it is known before there is a link. */
export function macFor(address: string): string {
  const bytes = address.split('.').map(byte => Number(byte).toString(16).padStart(2, '0'))
  return ['02', '42', ...bytes].join(':')
}

import type { Netns } from '../../kernel/netns.ts'
import type { Undo } from '../../undo.ts'
import type { ConnectOptions, CreateNetworkOptions } from '../network-options.ts'
import type { Endpoint, Network, NetworkSubnet } from '../network.ts'

/** A network's subnets, as they were chosen. */
export interface NetworkSubnets extends NetworkSubnet {
  ipv6: NetworkSubnet | undefined
}

/** An endpoint's addresses. */
export type EndpointAddresses = Pick<Endpoint, 'address' | 'prefix' | 'subnet' | 'ipv6'>

/** How a network gets its addresses from IPAM, and its hosts theirs. */
export interface Addressing {
  /** Pushes what takes it back. */
  create(name: string, options: CreateNetworkOptions, undo: Undo): Promise<NetworkSubnets>
  /** When no host has a part any more. */
  delete(network: Network): Promise<void>
  /**
   * What a host gets: a gateway, or a part of the subnet.
   *
   * @param taken addresses that it has itself
   */
  addHost(
    network: NetworkSubnets & { name: string },
    host: Netns,
    taken?: Readonly<Record<string, string>>,
  ): Promise<NetworkSubnet>
  removeHost(network: Network, host: Netns): Promise<void>
  /** An endpoint's addresses, in its owner's name. */
  allocate(
    network: Network,
    host: Netns,
    request: { owner: string; options: ConnectOptions },
  ): Promise<EndpointAddresses>
  release(owner: string): Promise<void>
}

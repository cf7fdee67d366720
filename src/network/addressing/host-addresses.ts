import { UsageError } from '../../errors.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { CreateNetworkOptions } from '../network-options.ts'
import type { Network, NetworkSubnet } from '../network.ts'
import { uplinkOf } from '../uplink.ts'
import type { Addressing, EndpointAddresses, NetworkSubnets } from './addressing.ts'

/** No subnet, nothing to allocate: containers have the address that their host has. */
export class HostAddresses implements Addressing {
  async create(name: string, options: CreateNetworkOptions): Promise<NetworkSubnets> {
    const { subnet, gateway, range, auxiliary, policy, ipv6 } = options
    const given = Object.entries({ subnet, gateway, range, auxiliary, policy, ipv6 }).find(
      ([, value]) => value !== undefined,
    )
    if (given === undefined) return { subnet: '', gateway: undefined, ipv6: undefined }
    throw new UsageError(`network "${name}": its addresses are the hosts', so no "${given[0]}"`, {
      code: 'TNET_NETWORK_OPTION',
      hint: 'leave it out',
      facts: { option: given[0] },
    })
  }

  async delete(): Promise<void> {}

  async addHost(): Promise<NetworkSubnet> {
    return { subnet: '', gateway: undefined }
  }

  async removeHost(): Promise<void> {}

  async allocate({ over }: Network, host: Netns): Promise<EndpointAddresses> {
    const { address, prefix } = uplinkOf(host, over)
    return { address, prefix, subnet: '', ipv6: undefined }
  }

  async release(): Promise<void> {}
}

import type { BlockIpam } from '../../ipam/blocks/block-ipam.ts'
import type { Ipam } from '../../ipam/ipam.ts'
import type { NetworkPlan } from '../network-driver.ts'
import type { Addressing } from './addressing.ts'
import { BlockPerHost } from './block-per-host.ts'
import { HostAddresses } from './host-addresses.ts'
import { SharedSubnet } from './shared-subnet.ts'

/** How a network gets its addresses, as its driver planned. */
export function addressingFor(
  plan: NetworkPlan,
  { ipam, blocks }: { ipam: Ipam; blocks: BlockIpam },
): Addressing {
  if (plan.addressing === 'hosts') return new HostAddresses()
  return typeof plan.addressing === 'object'
    ? new BlockPerHost(blocks, plan.addressing)
    : new SharedSubnet(ipam, plan)
}

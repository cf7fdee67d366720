import type { Network } from '../network.ts'
import type { NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { refuseRouters } from '../adjacent.ts'
import { flannelBlocks } from '../overlay/block-plan.ts'
import { FlatVxlan } from '../overlay/flat-vxlan.ts'
import { NetworkIds } from '../overlay/network-ids.ts'
import { OverlayDriver, type Backend } from '../overlay/overlay-driver.ts'
import { RoutedCarrier } from '../overlay/routed-carrier.ts'
import type { Carrier, Site } from '../overlay/site.ts'
import { VxlanTunnel } from '../overlay/vxlan-tunnel.ts'
import { refuseIPv6Underlay, underlayFamily } from '../underlay-family.ts'
import type { Uplink } from '../uplink.ts'
import { checkGroup, vxlanOptions, type VxlanOptions } from './vxlan-options.ts'

/** Outer Ethernet is the underlay's own; IP, UDP, VXLAN and the inner Ethernet header count (R7). */
const OVERHEAD = { inet: 20 + 8 + 8 + 14, inet6: 40 + 8 + 8 + 14 }

/**
 * VXLAN: Ethernet over UDP.
 *
 * Flannel's way, where each host has a part of the subnet (F1-F4): `overlay/vxlan-tunnel.ts`.
 * The flat way, where one Ethernet spans the hosts: `overlay/flat-vxlan.ts`.
 */
class VxlanBackend implements Backend {
  readonly name = 'vxlan'
  readonly ids = new NetworkIds('VNI', 0xffffff)

  plan(request: NetworkRequest): NetworkPlan {
    const { vni, flat = false, flood, hostPrefix, directRouting } = vxlanOptions(request)
    if (vni !== undefined) this.ids.check(request.name, vni)
    if (directRouting === true) refuseIPv6Underlay(request, 'directRouting')
    if (flood === 'multicast') {
      checkGroup(request, underlayFamily(request))
      const because = 'the underlay copies what is for everybody on one segment only'
      refuseRouters(request, { driver: 'flood: multicast', because })
    }
    return { addressing: flat ? 'gateway-each' : flannelBlocks(request, hostPrefix) }
  }

  overhead(_network: Network, { family }: Uplink): number {
    return OVERHEAD[family]
  }

  wantedId({ options }: Network): number | undefined {
    return (options as VxlanOptions).vni
  }

  async open(network: Network, site: Site, vni: number): Promise<Carrier<Site>> {
    const options: VxlanOptions = network.options
    if (options.flat === true) return new FlatVxlan(site, { ...options, vni })
    return new RoutedCarrier(site, new VxlanTunnel(site, { ...options, vni }), options)
  }
}

export const vxlanDriver = new OverlayDriver(new VxlanBackend())

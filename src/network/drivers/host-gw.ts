import type { Network } from '../network.ts'
import type { NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { refuseRouters } from '../adjacent.ts'
import { flannelBlocks } from '../overlay/block-plan.ts'
import { OverlayDriver, type Backend, type OverlayOptions } from '../overlay/overlay-driver.ts'
import { PlainRoutes, RoutedCarrier } from '../overlay/routed-carrier.ts'
import type { Carrier, Site } from '../overlay/site.ts'
import { refuseIPv6Underlay } from '../underlay-family.ts'
import { checkMtu, checkOptions, type OptionTable, type OptionType } from './driver-options.ts'

/** What the host-gw driver can be asked for. */
export interface HostGwOptions extends OverlayOptions {
  /** Length of each host's part of the subnet. Default 24, or a quarter of a small subnet (F8). */
  hostPrefix?: number
}

const table: OptionTable = {
  driver: 'host-gw',
  types: {
    hostPrefix: 'number',
    masquerade: 'boolean',
    mtu: 'number',
    bridgeName: 'string',
  } satisfies Record<keyof HostGwOptions, OptionType>,
}

/**
 * Hosts are each other's gateways (F5): no tunnel, nothing taken from the MTU, and no host may be
 * behind a router, which would not know the containers' addresses.
 *
 *     ip route add 10.244.2.0/24 via 192.0.2.2 dev eth0
 */
class HostGwBackend implements Backend {
  readonly name = 'host-gw'

  plan(request: NetworkRequest): NetworkPlan {
    checkOptions(table, request.name, request.options)
    const { mtu, hostPrefix } = request.options as HostGwOptions
    checkMtu(table, request.name, mtu)
    refuseIPv6Underlay(request, 'host-gw')
    const because = 'a router between them knows no route to the containers'
    refuseRouters(request, { driver: 'host-gw', because })
    return { addressing: flannelBlocks(request, hostPrefix) }
  }

  overhead(): number {
    return 0
  }

  async open(_network: Network, site: Site): Promise<Carrier<Site>> {
    return new RoutedCarrier(site, new PlainRoutes(site))
  }
}

export const hostGwDriver = new OverlayDriver(new HostGwBackend())

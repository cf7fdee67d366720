import { linkName } from '../../names.ts'
import type { Network } from '../network.ts'
import type { NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { flannelBlocks } from '../overlay/block-plan.ts'
import type { NetworkIds } from '../overlay/network-ids.ts'
import type { Backend, OverlayOptions } from '../overlay/overlay-driver.ts'
import { RoutedCarrier } from '../overlay/routed-carrier.ts'
import type { Carrier, Site } from '../overlay/site.ts'
import { isMixed, makerFor, tunnelNotes, type TunnelOptions } from '../overlay/tunnel-choice.ts'
import { refuseIPv6Underlay } from '../underlay-family.ts'
import { type OptionTable } from './driver-options.ts'
import { checkTunnelOptions } from './tunnel-options.ts'

/** What IPIP and GRE networks can be asked for. */
export interface IpTunnelOptions extends OverlayOptions, TunnelOptions {
  /** Hosts side by side route to each other without a tunnel (F4). Default false. */
  directRouting?: boolean
  /** Length of each host's part of the subnet. Default 24, or a quarter of a small subnet (F8). */
  hostPrefix?: number
  /** GRE alone: 32 bits that tell networks on the same hosts apart. Default: none. */
  key?: number
}

/** A tunnel that carries IP packets, one device a host: what IPIP and GRE have in common. */
export class IpTunnelBackend implements Backend {
  readonly name: 'ipip' | 'gre'
  readonly #table: OptionTable & { driver: 'ipip' | 'gre' }
  readonly ids: NetworkIds

  constructor(table: OptionTable & { driver: 'ipip' | 'gre' }, ids: NetworkIds) {
    this.name = table.driver
    this.#table = table
    this.ids = ids
  }

  plan(request: NetworkRequest): NetworkPlan {
    checkTunnelOptions(this.#table, request)
    const { key, hostPrefix } = request.options as IpTunnelOptions
    if (key !== undefined) this.ids.check(request.name, key)
    refuseIPv6Underlay(request, this.name)
    return { addressing: flannelBlocks(request, hostPrefix) }
  }

  /** The outer IPv4 header; GRE's own four bytes, and four for a key (ip_tunnel_bind_dev). */
  overhead({ options }: Network): number {
    if (this.name === 'ipip') return 20
    return (options as IpTunnelOptions).key === undefined ? 24 : 28
  }

  wantedId({ options }: Network): number {
    return (options as IpTunnelOptions).key ?? 0
  }

  async open(network: Network, site: Site): Promise<Carrier<Site>> {
    const options: IpTunnelOptions = network.options
    const { key } = options
    const kind = this.name
    const { ipTunnel } = await import('../overlay/ip-tunnel.ts')
    const tunnel = ipTunnel(site, {
      kind,
      name: linkName(key === undefined ? `flannel.${kind}` : `gre.${key}`),
      maker: makerFor(kind, site.host.label, options),
      isMixed: isMixed(options),
      ...(key === undefined ? {} : { key }),
    })
    return new RoutedCarrier(site, tunnel, options)
  }

  notes(network: Network): string[] {
    return tunnelNotes(this.name, network)
  }
}

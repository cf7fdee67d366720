import type { Network } from '../network.ts'
import type { NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { NetworkIds } from '../overlay/network-ids.ts'
import { OverlayDriver, type Backend, type OverlayOptions } from '../overlay/overlay-driver.ts'
import type { Carrier, Site } from '../overlay/site.ts'
import { isMixed, makerFor, tunnelNotes, type TunnelOptions } from '../overlay/tunnel-choice.ts'
import { refuseIPv6Underlay } from '../underlay-family.ts'
import { type OptionTable, type OptionType } from './driver-options.ts'
import { checkTunnelOptions } from './tunnel-options.ts'

/** What the gretap driver can be asked for. */
export interface GretapNetworkOptions extends OverlayOptions, TunnelOptions {
  /** 32 bits that tell networks on the same hosts apart. Default: none. */
  key?: number
}

const table: OptionTable & { driver: 'gretap' } = {
  driver: 'gretap',
  types: {
    key: 'number',
    masquerade: 'boolean',
    mtu: 'number',
    bridgeName: 'string',
  } satisfies Record<keyof Omit<GretapNetworkOptions, 'tunnels'>, OptionType>,
}

/**
 * Ethernet over GRE: one Ethernet, and one subnet, spans the hosts. 38 bytes a packet, 42 with a
 * key: IP 20, GRE 4 or 8, the inner Ethernet header 14.
 */
class GretapBackend implements Backend {
  readonly name = 'gretap'
  readonly ids = new NetworkIds('GRE key', 0xffffffff)

  plan(request: NetworkRequest): NetworkPlan {
    checkTunnelOptions(table, request)
    const { key } = request.options as GretapNetworkOptions
    if (key !== undefined) this.ids.check(request.name, key)
    refuseIPv6Underlay(request, 'gretap')
    return { addressing: 'gateway-each' }
  }

  overhead({ options }: Network): number {
    return (options as GretapNetworkOptions).key === undefined ? 38 : 42
  }

  wantedId({ options }: Network): number {
    return (options as GretapNetworkOptions).key ?? 0
  }

  async open(network: Network, site: Site): Promise<Carrier<Site>> {
    const options: GretapNetworkOptions = network.options
    const { key } = options
    const { GretapPorts } = await import('../overlay/gretap-ports.ts')
    const maker = makerFor('gretap', site.host.label, options)
    return new GretapPorts(site, {
      maker,
      isMixed: isMixed(options),
      ...(key === undefined ? {} : { key }),
    })
  }

  notes(network: Network): string[] {
    return tunnelNotes('gretap', network)
  }
}

export const gretapDriver = new OverlayDriver(new GretapBackend())

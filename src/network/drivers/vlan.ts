import { linkName } from '../../names.ts'
import { refuseRouters } from '../adjacent.ts'
import type { Network } from '../network.ts'
import type { NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { NetworkIds } from '../overlay/network-ids.ts'
import { OverlayDriver, type Backend, type OverlayOptions } from '../overlay/overlay-driver.ts'
import type { Carrier, Site } from '../overlay/site.ts'
import { isMixed, makerFor, tunnelNotes, type TunnelOptions } from '../overlay/tunnel-choice.ts'
import { wrongOption, type OptionTable, type OptionType } from './driver-options.ts'
import { checkTunnelOptions } from './tunnel-options.ts'
import { checkUplinkMtu } from './uplink-mtu.ts'

/** What the VLAN driver can be asked for. */
export interface VlanOptions extends OverlayOptions, TunnelOptions {
  /** 802.1Q VLAN identifier, 1 to 4094. */
  id?: number
}

const table: OptionTable & { driver: 'vlan' } = {
  driver: 'vlan',
  types: {
    id: 'number',
    masquerade: 'boolean',
    mtu: 'number',
    bridgeName: 'string',
  } satisfies Record<keyof Omit<VlanOptions, 'tunnels'>, OptionType>,
}

/**
 * A VLAN of the underlay's (802.1Q), with a bridge of each host on it:
 *
 *     web ══ br-blue ══ eth0.42 ── eth0 ── tagged 42 ── eth0 ── eth0.42 ══ br-blue ══ db
 *
 * One Ethernet, and one subnet, spans the hosts; the segment's switch passes the tag on. Nothing is
 * taken from the MTU: links take four bytes more for a tag.
 */
class VlanBackend implements Backend {
  readonly name = 'vlan'
  readonly ids = new NetworkIds('VLAN identifier', 4094)

  plan(request: NetworkRequest): NetworkPlan {
    checkTunnelOptions(table, request)
    const { id, mtu } = request.options as VlanOptions
    if (id === undefined) {
      throw wrongOption(table, request.name, { option: 'id', reason: 'which VLAN? It has no "id"' })
    }
    this.ids.check(request.name, id)
    checkUplinkMtu(table, request, mtu)
    refuseRouters(request, { driver: 'vlan', because: 'a tag gets as far as the first router' })
    return { addressing: 'gateway-each' }
  }

  overhead(): number {
    return 0
  }

  wantedId({ options }: Network): number | undefined {
    return (options as VlanOptions).id
  }

  async open(network: Network, site: Site, id: number): Promise<Carrier<Site>> {
    const options: VlanOptions = network.options
    const { VlanPort } = await import('../overlay/vlan-port.ts')
    const maker = makerFor('vlan', site.host.label, options)
    const name = linkName(`${site.uplink.name}.${id}`)
    return new VlanPort(site, { id, name, maker, isMixed: isMixed(options) })
  }

  notes(network: Network): string[] {
    return tunnelNotes('vlan', network)
  }
}

export const vlanDriver = new OverlayDriver(new VlanBackend())

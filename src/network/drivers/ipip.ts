import { NetworkIds } from '../overlay/network-ids.ts'
import { OverlayDriver } from '../overlay/overlay-driver.ts'
import type { OptionType } from './driver-options.ts'
import { IpTunnelBackend, type IpTunnelOptions } from './ip-tunnel-backend.ts'

/** What the IPIP driver can be asked for. */
export type IpipOptions = Omit<IpTunnelOptions, 'key'>

const types: Record<keyof Omit<IpipOptions, 'tunnels'>, OptionType> = {
  directRouting: 'boolean',
  hostPrefix: 'number',
  masquerade: 'boolean',
  mtu: 'number',
  bridgeName: 'string',
}

/**
 * IPIP (protocol 4), as Flannel does it (F6): twenty bytes a packet, one device a host, and one
 * network of the kind, as nothing in the header would tell two apart.
 */
export const ipipDriver = new OverlayDriver(
  new IpTunnelBackend({ driver: 'ipip', types }, new NetworkIds('IPIP network', 0)),
)

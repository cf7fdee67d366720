import { NetworkIds } from '../overlay/network-ids.ts'
import { OverlayDriver } from '../overlay/overlay-driver.ts'
import type { OptionType } from './driver-options.ts'
import { IpTunnelBackend, type IpTunnelOptions } from './ip-tunnel-backend.ts'

/** What the GRE driver can be asked for. */
export type GreOptions = IpTunnelOptions

const types: Record<keyof Omit<GreOptions, 'tunnels'>, OptionType> = {
  key: 'number',
  directRouting: 'boolean',
  hostPrefix: 'number',
  masquerade: 'boolean',
  mtu: 'number',
  bridgeName: 'string',
}

/** GRE (protocol 47): 24 bytes a packet, 28 with a key; networks on the same hosts differ by key. */
export const greDriver = new OverlayDriver(
  new IpTunnelBackend({ driver: 'gre', types }, new NetworkIds('GRE key', 0xffffffff)),
)

import type { BridgeOptions } from '../network/drivers/bridge-options.ts'
import type { GreOptions } from '../network/drivers/gre.ts'
import type { GretapNetworkOptions } from '../network/drivers/gretap.ts'
import type { HostGwOptions } from '../network/drivers/host-gw.ts'
import type { IpipOptions } from '../network/drivers/ipip.ts'
import type { MacvlanOptions } from '../network/drivers/macvlan.ts'
import type { RoutedOptions } from '../network/drivers/routed.ts'
import type { VlanOptions } from '../network/drivers/vlan.ts'
import type { VxlanOptions } from '../network/drivers/vxlan-options.ts'
import type { CreateNetworkOptions } from '../network/network-options.ts'
import type { Host } from './host.ts'
import type { Segment } from './segment.ts'

interface CommonOptions extends Omit<
  CreateNetworkOptions,
  'hosts' | 'driver' | 'options' | 'over'
> {
  /** Default: the lab's host, when there is one only. */
  hosts?: readonly Host[]
  /**
   * The segment that carries it, or the device's name on every host. Default: the device of each
   * host's default route, or its only one.
   */
  over?: Segment | string
}

/** What each driver of ours takes besides. */
export interface DriverOptions {
  bridge: BridgeOptions
  gre: GreOptions
  gretap: GretapNetworkOptions
  host: unknown
  'host-gw': HostGwOptions
  ipip: IpipOptions
  macvlan: MacvlanOptions
  routed: RoutedOptions
  vlan: VlanOptions
  vxlan: VxlanOptions
}

export type DriverName = keyof DriverOptions

/** A network of the bridge driver, which is the default. */
export interface BridgeNetworkOptions extends CommonOptions, BridgeOptions {
  driver?: 'bridge'
}

/** A network of another driver of ours. */
export type NetworkOptionsOf<D extends DriverName> = CommonOptions &
  DriverOptions[D] & { driver: D }

/** A network of a driver of the user's own, with what that takes besides. */
export interface OwnNetworkOptions<D extends string = string> extends CommonOptions {
  /** A name that was registered: none of ours. */
  driver: D extends DriverName ? never : D
  [option: string]: unknown
}

/** Any of them. */
export type NetworkOptions =
  BridgeNetworkOptions | { [D in DriverName]: NetworkOptionsOf<D> }[DriverName] | OwnNetworkOptions

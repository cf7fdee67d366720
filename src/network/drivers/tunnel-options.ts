import type { NetworkRequest } from '../network-driver.ts'
import {
  checkTunnels,
  makerFor,
  type TunnelKind,
  type TunnelOptions,
} from '../overlay/tunnel-choice.ts'
import { checkMtu, checkOptions, type OptionTable } from './driver-options.ts'

/**
 * Checks the options of a driver that may have a stand-in, and that every host can have what it is
 * to have.
 *
 * @throws UsageError TNET_NETWORK_OPTION; EnvironmentError TNET_FEATURE_MISSING
 */
export function checkTunnelOptions(
  table: OptionTable & { driver: TunnelKind },
  { name, hosts, options }: NetworkRequest,
): void {
  const { tunnels, mtu, ...rest } = options as TunnelOptions & { mtu?: number }
  checkOptions(table, name, { mtu, ...rest })
  checkTunnels(name, tunnels === undefined ? {} : { tunnels })
  checkMtu(table, name, mtu)
  for (const host of hosts) makerFor(table.driver, host.label, options)
}

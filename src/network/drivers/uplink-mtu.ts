import type { NetworkRequest } from '../network-driver.ts'
import { uplinkOf } from '../uplink.ts'
import { wrongOption, type OptionTable } from './driver-options.ts'

/**
 * Refuses packets that a host's own link would not take, as what stands on it takes no larger ones.
 *
 * @throws UsageError TNET_NETWORK_OPTION
 */
export function checkUplinkMtu(
  table: OptionTable,
  { name, hosts, over }: Pick<NetworkRequest, 'name' | 'hosts' | 'over'>,
  mtu: number | undefined,
): void {
  if (mtu === undefined) return
  for (const host of hosts) {
    const uplink = uplinkOf(host, over)
    if (mtu <= uplink.mtu) continue
    const reason = `"mtu" is ${mtu}, and ${uplink.name} of "${host.label}" takes ${uplink.mtu} bytes`
    throw wrongOption(table, name, { option: 'mtu', reason })
  }
}

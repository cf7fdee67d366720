import { UsageError } from '../errors.ts'
import type { NetworkRequest } from './network-driver.ts'
import { uplinkOf } from './uplink.ts'

type Hosts = Pick<NetworkRequest, 'name' | 'hosts' | 'over'>

/**
 * Whether the hosts reach each other by IPv4 or by IPv6.
 *
 * @throws UsageError TNET_UPLINK_FAMILY when some have the one and some the other alone, as nothing
 * leads from these to those; TNET_UPLINK_NONE
 */
export function underlayFamily({ name, hosts, over }: Hosts): 'inet' | 'inet6' {
  const ends = hosts.map(host => ({ host, uplink: uplinkOf(host, over) }))
  const [first] = ends
  const other = ends.find(({ uplink }) => uplink.family !== first?.uplink.family)
  if (first === undefined || other === undefined) return first?.uplink.family ?? 'inet'
  const [six, four] = first.uplink.family === 'inet6' ? [first, other] : [other, first]
  throw new UsageError(
    `network "${name}": "${six.host.label}" has ${six.uplink.prefix} alone, and "${four.host.label}" ${four.uplink.prefix}`,
    {
      code: 'TNET_UPLINK_FAMILY',
      hint: `the hosts reach each other by one family: give "${six.host.label}" an IPv4 address too`,
    },
  )
}

/**
 * Refuses hosts with nothing but IPv6, for what goes over IPv4.
 *
 * @throws UsageError TNET_UPLINK_FAMILY
 */
export function refuseIPv6Underlay({ name, hosts, over }: Hosts, what: string): void {
  for (const host of hosts) {
    const { family, prefix } = uplinkOf(host, over)
    if (family === 'inet') continue
    throw new UsageError(`network "${name}": "${host.label}" has ${prefix} alone`, {
      code: 'TNET_UPLINK_FAMILY',
      hint: `${what} goes over IPv4; give the host an IPv4 address, or take driver: 'vxlan'`,
    })
  }
}

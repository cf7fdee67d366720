import { AF_INET, AF_INET6 } from '../kernel/netlink/address-bytes.ts'
import { conntrackForgetUdp } from '../kernel/netlink/conntrack.ts'
import type { Netns } from '../kernel/netns.ts'
import type { PublishedPort } from './firewall.ts'
import { familyOf } from './rule.ts'

/** A new translation holds for UDP clients that are under way too, as CNI's portmap does (C10). */
export function forgetUdp(netns: Netns, ports: readonly PublishedPort[]): void {
  for (const family of [4, 6] as const) {
    const mine = ports.filter(
      ({ protocol, address }) => protocol === 'udp' && familyOf(address) === family,
    )
    if (mine.length === 0) continue
    for (const { hostPort } of mine) netns.announce(`conntrack -D -p udp --dport ${hostPort}`)
    const hostPorts = new Set(mine.map(({ hostPort }) => hostPort))
    conntrackForgetUdp(netns, family === 6 ? AF_INET6 : AF_INET, hostPorts)
  }
}

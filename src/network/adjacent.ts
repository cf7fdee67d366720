import { UsageError } from '../errors.ts'
import { nextHopFrom } from '../kernel/next-hop.ts'
import type { Netns } from '../kernel/netns.ts'
import { uplinkOf, type Uplink } from './uplink.ts'
import type { NetworkRequest } from './network-driver.ts'

/** The router that a host's packets for an address go to; undefined when there is none between. */
export function routerTowards(host: Netns, uplink: Uplink, address: string): string | undefined {
  const hop = nextHopFrom(host, address)
  if (hop === undefined) return 'no route'
  if (hop.index !== uplink.index) return `another link than ${uplink.name}`
  return hop.address === address ? undefined : hop.address
}

/**
 * Refuses hosts that are not neighbours on one segment, as routes between them need no router that
 * knows the containers, and multicast reaches all.
 *
 * @throws UsageError TNET_HOSTS_NOT_ADJACENT naming two hosts and what is between them
 */
export function refuseRouters(
  { name, hosts, over }: NetworkRequest,
  { driver, because }: { driver: string; because: string },
): void {
  const ends = hosts.map(host => ({ host, uplink: uplinkOf(host, over) }))
  for (const { host, uplink } of ends) {
    for (const peer of ends) {
      if (peer.host === host) continue
      const router = routerTowards(host, uplink, peer.uplink.address)
      if (router === undefined) continue
      const message = `network "${name}": "${host.label}" and "${peer.host.label}" are not on one segment`
      throw new UsageError(message, {
        code: 'TNET_HOSTS_NOT_ADJACENT',
        hint: `${driver} needs hosts side by side: ${because}; take a tunnel, such as driver: 'vxlan'`,
        facts: {
          from: `${host.label} ${uplink.prefix}`,
          to: `${peer.host.label} ${peer.uplink.prefix}`,
          between: router,
          command: `ip -n ${host.name} route get ${peer.uplink.address}`,
        },
      })
    }
  }
}

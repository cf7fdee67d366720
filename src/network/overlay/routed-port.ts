import { addressAdd } from '../../kernel/netlink/address.ts'
import { linkSet, vethAdd } from '../../kernel/netlink/link-request.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { routeAdd } from '../../kernel/netlink/route.ts'
import type { Netns } from '../../kernel/netns.ts'
import { deleteLink } from '../links.ts'
import type { Endpoint } from '../network.ts'

/** Where every container sends everything: no address of anybody's (K3). */
export const NEXT_HOP = '169.254.1.1'
/** The host's end of every container, so that its answer to ARP is always the same (K3). */
const HOST_MAC = 'ee:ee:ee:ee:ee:ee'

export interface RoutedPortPlan {
  host: Netns
  container: Netns
  /** The host's end: `cali1f2e-web`. */
  hostDevice: string
  endpoint: Endpoint
  /** The network's whole subnet, for a container whose default route leads elsewhere. */
  subnet: string
  mtu: number
}

/**
 * A container without a bridge (K3). For 10.244.0.1 on alpha:
 *
 *     container                              host
 *     ip addr add 10.244.0.1/32 dev eth0     ip route add 10.244.0.1 dev cali…
 *     ip route add 169.254.1.1 dev eth0      sysctl net.ipv4.conf.cali….proxy_arp=1
 *     ip route add default via 169.254.1.1   sysctl net.ipv4.neigh.cali….proxy_delay=0
 *
 * Without the last one the kernel waits up to 0.8 s before it answers for somebody else. Where the
 * default route leads elsewhere, the container has one route instead of two:
 *
 *     ip route add 10.244.0.0/16 via 169.254.1.1 dev eth1 onlink
 *
 * @returns the host's end
 */
export function addRoutedPort(plan: RoutedPortPlan): { index: number; name: string } {
  const { host, container, hostDevice, endpoint, subnet, mtu } = plan
  const end = { index: host.nextIndex(), name: hostDevice }
  const device = { index: container.nextIndex(), name: endpoint.device }
  const namespace = { namespace: container.descriptor, namespaceName: container.name }
  const peer = { ...device, ...namespace, mac: endpoint.mac, mtu }
  host.execute(vethAdd({ ...end, mac: HOST_MAC, mtu, peer }))
  try {
    host.setSysctl(`net/ipv4/conf/${hostDevice}/proxy_arp`, 1)
    host.setSysctl(`net/ipv4/neigh/${hostDevice}/proxy_delay`, 0)
    host.setSysctl(`net/ipv4/conf/${hostDevice}/route_localnet`, 1)
    host.execute(
      ...quietLink({ ...end, mtu }),
      linkSet(end, { up: true }),
      routeAdd({ to: `${endpoint.address}/32`, dev: end }),
    )
    // A second network cannot have a second route to the same next hop.
    const routes =
      endpoint.gateways.length > 0
        ? [
            routeAdd({ to: `${NEXT_HOP}/32`, dev: device }),
            routeAdd({ to: 'default', via: NEXT_HOP, dev: device }),
          ]
        : [routeAdd({ to: subnet, via: NEXT_HOP, dev: device, onlink: true })]
    container.execute(
      ...quietLink({ ...device, mtu }),
      addressAdd(device, endpoint.prefix),
      linkSet(device, { up: true }),
      ...routes,
    )
  } catch (failure) {
    deleteLink(host, end)
    throw failure
  }
  return end
}

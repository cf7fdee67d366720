import { parseRoute, routeList } from '../../kernel/netlink/route.ts'
import type { Netns } from '../../kernel/netns.ts'

/** Everything that the kernel routes to in the hosts' main tables. */
export function usedSubnets(hosts: readonly Netns[]): string[] {
  return hosts.flatMap(host =>
    host
      .dump(routeList, parseRoute)
      .filter(({ to, family, table }) => to !== 'default' && family === 'inet' && table === 254)
      .map(({ to }) => to),
  )
}

import { parseRoute, routeList } from '../kernel/netlink/route.ts'
import type { Netns } from '../kernel/netns.ts'

/** The default routes that a container gets by a network: of each family, where it has none. */
export function defaultRoutes(
  gateways: readonly (string | undefined)[],
  container: Netns,
  wanted: boolean | undefined,
): string[] {
  if (wanted === false) return []
  const all = gateways.filter(gateway => gateway !== undefined)
  if (wanted === true) return all
  const has = container
    .dump(routeList, parseRoute)
    .filter(({ to, table }) => to === 'default' && table === 254)
    .map(({ family }) => family)
  return all.filter(gateway => !has.includes(gateway.includes(':') ? 'inet6' : 'inet'))
}

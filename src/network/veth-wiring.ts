import { addressAdd } from '../kernel/netlink/address.ts'
import { bridgePortSet, linkDelete, linkSet, vethAdd } from '../kernel/netlink/link-request.ts'
import type { Request } from '../kernel/netlink/message.ts'
import { quietLink } from '../kernel/netlink/quiet-link.ts'
import { routeAdd } from '../kernel/netlink/route.ts'
import type { Netns } from '../kernel/netns.ts'

/** One container's way onto a bridge. */
export interface VethPlan {
  /** The container's namespace. */
  container: Netns
  /** The container's end, such as `eth0`. */
  device: string
  /** The bridge's end, a name that is free on the host. */
  hostDevice: string
  /** Addresses of the container's end: `172.18.0.2/16`. */
  prefixes: readonly string[]
  /** Default routes. */
  gateways: readonly string[]
  /** What else is behind a gateway on this link. */
  routes?: readonly { to: string; via: string }[]
  mac?: string
  mtu?: number
  /** Switches of the bridge's port. */
  port?: { hairpin?: boolean; isolated?: boolean }
}

interface Wired {
  plan: VethPlan
  /** Indexes of both ends, chosen here. */
  host: number
  container: number
}

function pair({ plan, host, container }: Wired, bridge: Bridge): Request[] {
  const size = plan.mtu === undefined ? {} : { mtu: plan.mtu }
  const veth = vethAdd({
    name: plan.hostDevice,
    index: host,
    master: bridge,
    up: true,
    ...size,
    peer: {
      name: plan.device,
      index: container,
      namespace: plan.container.descriptor,
      namespaceName: plan.container.name,
      ...(plan.mac === undefined ? {} : { mac: plan.mac }),
      ...size,
    },
  })
  if (plan.port === undefined) return [veth]
  return [veth, bridgePortSet({ index: host, name: plan.hostDevice }, plan.port)]
}

/** What containers that look the same inside have in common: all but their addresses. */
interface Common {
  before: readonly Request[]
  after: readonly Request[]
}

/** Encoded once for all that are alike, which in a batch is every one of them. */
function common(cache: Map<string, Common>, plan: VethPlan, index: number): Common {
  const { gateways, routes = [] } = plan
  const key = `${index} ${plan.device} ${plan.mtu} ${gateways.join(' ')} ${routes.map(r => r.to).join(' ')}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const link = { index, name: plan.device }
  const requests = {
    before: quietLink(plan.mtu === undefined ? link : { ...link, mtu: plan.mtu }),
    after: [
      linkSet(link, { up: true }),
      ...gateways.map(via => routeAdd({ to: 'default', via, dev: link })),
      ...routes.map(route => routeAdd({ ...route, dev: link })),
    ],
  }
  cache.set(key, requests)
  return requests
}

/** Takes back what was made of a batch that failed: by index, which nobody else's link has. */
function takeBack(host: Netns, wired: readonly Wired[]): void {
  for (const { plan, host: index } of wired) {
    try {
      host.execute(linkDelete({ index, name: plan.hostDevice }))
    } catch {
      // This one was never made.
    }
  }
}

type Bridge = { index: number; name: string }

/**
 * Joins containers to a bridge, as few messages and system calls as there can be: each pair is
 * born with its names, its peer in the container, its master, the bridge's end up. All are joined,
 * or none.
 *
 * ```
 *   container eth0 ══ web [bridge] on the host
 * ```
 *
 * @returns the index of each bridge's end, in the order of `plans`.
 */
export function wireContainers(
  host: Netns,
  bridge: Bridge,
  plans: readonly VethPlan[],
): readonly number[] {
  const wired = plans.map(plan => ({
    plan,
    host: host.nextIndex(),
    container: plan.container.nextIndex(),
  }))
  try {
    host.execute(...wired.flatMap(one => pair(one, bridge)))
    const cache = new Map<string, Common>()
    for (const { plan, container } of wired) {
      const { before, after } = common(cache, plan, container)
      const link = { index: container, name: plan.device }
      const addresses = plan.prefixes.map(prefix => addressAdd(link, prefix))
      plan.container.execute(...before, ...addresses, ...after)
    }
  } catch (failure) {
    takeBack(host, wired)
    throw failure
  }
  return wired.map(({ host: index }) => index)
}

import { addressAdd } from '../kernel/netlink/address.ts'
import { linkSet, vethAdd } from '../kernel/netlink/link-request.ts'
import type { Request } from '../kernel/netlink/message.ts'
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
  mac?: string
  mtu?: number
}

const lo = { index: 1, name: 'lo' }

function inside(plan: VethPlan, index: number): Request[] {
  const link = { index, name: plan.device }
  return [
    linkSet(lo, { up: true }),
    ...plan.prefixes.map(prefix => addressAdd(link, prefix)),
    linkSet(link, { up: true }),
    ...plan.gateways.map(via => routeAdd({ to: 'default', via, dev: link })),
  ]
}

/**
 * Joins containers to a bridge, as few messages and system calls as there can be: each pair is
 * born with its names, its peer in the container, its master, the bridge's end up.
 *
 * ```
 *   container eth0 ══ web [bridge] on the host
 * ```
 */
export function wireContainers(
  host: Netns,
  bridge: { index: number; name: string },
  plans: readonly VethPlan[],
): void {
  const wired = plans.map(plan => ({ plan, index: plan.container.nextIndex() }))
  host.execute(
    ...wired.map(({ plan, index }) => {
      const size = plan.mtu === undefined ? {} : { mtu: plan.mtu }
      return vethAdd({
        name: plan.hostDevice,
        index: host.nextIndex(),
        master: bridge,
        up: true,
        ...size,
        peer: {
          name: plan.device,
          index,
          namespace: plan.container.fd,
          namespaceName: plan.container.name,
          ...(plan.mac === undefined ? {} : { mac: plan.mac }),
          ...size,
        },
      })
    }),
  )
  for (const { plan, index } of wired) plan.container.execute(...inside(plan, index))
}

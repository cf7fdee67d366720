import { NONE } from './thing.ts'
import type { Thing } from './thing.ts'

/** Whom a DHCP client, router advertisements and network managers leave their name of. */
const MANAGED = /^(?:dhcp|ra|static)$/
/** Nobody writes those by hand. */
const BY_CLIENT = /^(?:dhcp|ra)$/
/** Metrics of routes that nobody gave one: IPv4, `ip -6 route`, an address of IPv6. */
const BY_KERNEL = new Set([undefined, '0', '1024', '256'])
/** The least that a network manager gives: NetworkManager and netplan 100, dhcpcd 200. */
const MANAGED_METRIC = 100
const WHY = 'a DHCP client or network manager gave it, on the machine of the document'

const protoOf = ({ strictly }: Thing) => strictly?.get('proto')
const isDefault = ({ name }: Thing) => name === 'route default'

/** Whether `ip route` names a manager as a route's maker. */
export const isManaged = (route: Thing): boolean => MANAGED.test(protoOf(route) ?? '')

/** `route -n` names no maker; the kernel gives no default route such a metric. */
export const seemsManaged = (route: Thing): boolean =>
  isDefault(route) && Number(route.facts.get('metric')) >= MANAGED_METRIC

/** Whether what a link's manager says of a route is all that there is no trace of here. */
function isManagers(fact: string, route: Thing, seen: Thing, sources: readonly string[]) {
  if (isManaged(route) && protoOf(seen) === protoOf(route)) return false
  if (fact === 'metric') return BY_KERNEL.has(seen.facts.get(fact))
  if (fact !== 'src' || seen.facts.has(fact)) return false
  return sources.length === 0 || sources.includes(route.facts.get(fact) ?? '')
}

/**
 * Says of routes on a link that a DHCP client looks after, which a listing itself gives away, why
 * their metric and source may be others here. What a command of the document gave them is here too.
 */
export function explainUplink(
  routes: readonly Thing[],
  isOfUplink: (route: Thing) => boolean,
): void {
  const devOf = ({ facts }: Thing) => facts.get('dev') ?? NONE
  const sources = new Map<string, string[]>(routes.filter(isOfUplink).map(one => [devOf(one), []]))
  sources.delete(NONE)
  for (const route of routes) {
    const src = route.facts.get('src')
    if (protoOf(route) === 'kernel' && src !== undefined) sources.get(devOf(route))?.push(src)
  }
  for (const route of routes) {
    const own = sources.get(devOf(route))
    if (own === undefined) continue
    route.whyOther = (fact, seen) => (isManagers(fact, route, seen, own) ? WHY : undefined)
    const isOnLink = route.facts.get('via') === NONE && !isDefault(route)
    const isZeroconf = route.name === 'route 169.254.0.0/16'
    if (isOnLink && (BY_CLIENT.test(protoOf(route) ?? '') || isZeroconf)) route.whyMissing ??= WHY
  }
}

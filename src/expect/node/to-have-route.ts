import { UsageError } from '../../errors.ts'
import { addressText, isAddress, prefixBytes } from '../../kernel/netlink/address-bytes.ts'
import type { RouteInfo, RouteType } from '../../kernel/netlink/route.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Link } from '../../lab/link.ts'
import type { Node } from '../../lab/node.ts'
import type { Attempt, Check } from '../check.ts'
import { checkOptions, oneOf, whole, type Demand } from '../options.ts'
import { addressDemand, linkDemand, linkNames, lines } from './kernel-state.ts'

/** What a route must be; what is left out may be anything. */
export interface RouteOptions {
  via?: string
  dev?: string | Link
  src?: string
  /** `unicast`, `blackhole`, `unreachable`, `prohibit`, `local`, … */
  type?: RouteType
  metric?: number
  /** Default 254, the main table. */
  table?: number
  /** Of `default` without `via`. Default 4. */
  family?: 4 | 6
}

const demands: Readonly<Record<string, Demand>> = {
  via: addressDemand,
  dev: linkDemand,
  src: addressDemand,
  type: oneOf(
    'unicast',
    'local',
    'broadcast',
    'anycast',
    'multicast',
    'blackhole',
    'unreachable',
    'prohibit',
  ),
  metric: whole(0),
  table: whole(1),
  family: oneOf(4, 6),
}

const plain = (address: string | undefined) =>
  address === undefined ? undefined : addressText(prefixBytes(address).bytes)

/** A prefix as the kernel lists it. Host bits would never match, so they are a mistake. */
function destination(to: unknown): string {
  if (to === 'default') return to
  if (typeof to !== 'string') throw invalid(`there is no route to ${String(to)}`)
  const { bytes, length } = prefixBytes(to)
  for (let bit = length; bit < bytes.length * 8; bit++) {
    if (((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) === 0) continue
    throw invalid(`${to} has bits set after the prefix length: no route can be to it`)
  }
  return `${addressText(bytes)}/${length}`
}

function invalid(message: string): UsageError {
  const hint = "write it as 'default', 198.51.100.0/24 or 2001:db8::/64"
  return new UsageError(message, { code: 'TNET_ROUTE_INVALID', hint })
}

/** A route as `ip route` prints it. */
function routeText(route: RouteInfo, names: ReadonlyMap<number, string>): string {
  const { to, type, via, index, src, metric } = route
  return [
    ...(type === 'unicast' ? [] : [type]),
    to,
    ...(via === undefined ? [] : [`via ${via}`]),
    ...(index === undefined ? [] : [`dev ${names.get(index) ?? index}`]),
    ...(src === undefined ? [] : [`src ${src}`]),
    ...(metric === undefined ? [] : [`metric ${metric}`]),
  ].join(' ')
}

function wantedText(to: string, route: RouteOptions): string {
  const { via, dev, src, type, metric, table } = route
  return [
    ...(type === undefined || type === 'unicast' ? [] : [type]),
    to,
    ...(via === undefined ? [] : [`via ${via}`]),
    ...(dev === undefined ? [] : [`dev ${dev}`]),
    ...(src === undefined ? [] : [`src ${src}`]),
    ...(metric === undefined ? [] : [`metric ${metric}`]),
    ...(table === undefined ? [] : [`table ${table}`]),
  ].join(' ')
}

function familyOf(to: string, { via, family }: RouteOptions): 'inet' | 'inet6' {
  if (isAddress(to.split('/')[0] ?? '')) return to.includes(':') ? 'inet6' : 'inet'
  return family === 6 || via?.includes(':') === true ? 'inet6' : 'inet'
}

/** @param wanted `default`, `198.51.100.0/24`, `2001:db8::/64`, or an address alone */
export function toHaveRoute(node: Node, wanted: string, route: RouteOptions): Check {
  checkOptions('toHaveRoute', route, demands)
  const { table = 254, type, metric } = route
  const to = destination(wanted)
  const family = familyOf(to, route)
  const via = plain(route.via)
  const src = plain(route.src)
  const dev = route.dev === undefined ? undefined : String(route.dev)
  const isWanted = (each: RouteInfo, names: ReadonlyMap<number, string>) =>
    each.to === to &&
    (via === undefined || each.via === via) &&
    (src === undefined || each.src === src) &&
    (type === undefined || each.type === type) &&
    (metric === undefined || each.metric === metric) &&
    (dev === undefined || names.get(each.index ?? 0) === dev)
  const text = wantedText(wanted, route)
  return {
    title: `${node.label} has a route ${text}`,
    negated: `${node.label} has no route ${text}`,
    expected: text,
    unexpected: `no ${text}`,
    command: spelled(
      node.netns.name,
      `ip ${family === 'inet6' ? '-6 ' : ''}route show table ${table}`,
    ),
    look: async (): Promise<Attempt> => {
      const names = await linkNames(node)
      const all = (await node.routes()).filter(
        each => each.table === table && each.family === family,
      )
      const same = all.filter(each => each.to === to)
      const shown = (same.length > 0 ? same : all).map(each => routeText(each, names))
      const ok = all.some(each => isWanted(each, names))
      return { ok, received: lines(shown, `no route in table ${table}`) }
    },
  }
}

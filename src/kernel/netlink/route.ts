import { UsageError } from '../../errors.ts'
import { shellWord } from '../../names.ts'
import {
  addressBytes,
  addressText,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  prefixBytes,
} from './address-bytes.ts'
import {
  body,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  parseAttributes,
  type Request,
} from './message.ts'

/** linux/rtnetlink.h */
const RTM_NEWROUTE = 24
const RTM_DELROUTE = 25
const RTM_GETROUTE = 26
const RTA_DST = 1
const RTA_OIF = 4
const RTA_GATEWAY = 5
const RTA_PRIORITY = 6
const RTA_PREFSRC = 7
const RTA_METRICS = 8
const RTA_TABLE = 15
const RTAX_MTU = 2
const RTNH_F_ONLINK = 4
const RTM_F_CLONED = 0x200
const RT_TABLE_MAIN = 254
const RTPROT_BOOT = 3
const RT_SCOPE_UNIVERSE = 0
const RT_SCOPE_LINK = 253

const types = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
} as const
export type RouteType = keyof typeof types
const typeNames = new Map(Object.entries(types).map(([name, n]) => [n, name as RouteType]))
const protocols: Readonly<Record<number, string>> = { 2: 'kernel', 3: 'boot', 4: 'static', 9: 'ra' }
const scopes: Readonly<Record<number, RouteInfo['scope']>> = {
  0: 'global',
  253: 'link',
  254: 'host',
}

export interface RouteSpec {
  /** `default`, `198.51.100.0/24`, `2001:db8::/64`, or an address alone. */
  to: string
  via?: string
  /** Its index and, for the shell spelling, its name. */
  dev?: { index: number; name: string }
  /** The gateway is on the link although no address says so. */
  onlink?: boolean
  /** Default `unicast`. */
  type?: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit'
  /** Source address of the host's own packets that take this route. */
  src?: string
  metric?: number
  /** Default 254, the main table. */
  table?: number
  mtu?: number
  /** `default` without `via` is IPv4 unless this says 6. */
  family?: 4 | 6
}

export interface RouteInfo {
  /** `default` or a prefix. */
  to: string
  family: 'inet' | 'inet6'
  type: RouteType
  via?: string
  /** Index of the link it leaves by. */
  index?: number
  src?: string
  metric?: number
  table: number
  protocol: string
  scope: 'global' | 'link' | 'host'
  isOnlink: boolean
}

function destination(route: RouteSpec) {
  if (route.to !== 'default') return prefixBytes(route.to)
  const isIPv6 = route.family === 6 || (route.via?.includes(':') ?? false)
  return { family: isIPv6 ? AF_INET6 : AF_INET, length: 0, bytes: undefined } as const
}

function spelling(route: RouteSpec): string {
  const family = route.to === 'default' && route.family === 6 ? '-6 ' : ''
  const words = [
    route.type === undefined || route.type === 'unicast' ? '' : `${route.type} `,
    route.to,
    route.via === undefined ? '' : ` via ${route.via}`,
    route.dev === undefined ? '' : ` dev ${shellWord(route.dev.name)}`,
    route.onlink === true ? ' onlink' : '',
    route.src === undefined ? '' : ` src ${route.src}`,
    route.metric === undefined ? '' : ` metric ${route.metric}`,
    route.table === undefined ? '' : ` table ${route.table}`,
    route.mtu === undefined ? '' : ` mtu ${route.mtu}`,
  ]
  return `ip ${family}route VERB ${words.join('')}`
}

function checkRoute(route: RouteSpec): void {
  const type = route.type ?? 'unicast'
  if (type !== 'unicast' && route.via !== undefined) {
    throw new UsageError(`a ${type} route to ${route.to} cannot go via ${route.via}`, {
      code: 'TNET_ROUTE_INVALID',
      hint: 'leave "via" away: such a route ends packets',
    })
  }
  if (type === 'unicast' && route.via === undefined && route.dev === undefined) {
    throw new UsageError(`the route to ${route.to} leads nowhere`, {
      code: 'TNET_ROUTE_INVALID',
      hint: 'say via which gateway, or which dev',
    })
  }
}

const hints = {
  EEXIST: 'there is a route to it already; use replaceRoute, or another metric',
  ENETUNREACH: 'the gateway is on no link of this node: add an address, or "onlink" with a dev',
  ENETDOWN: 'bring the link up first',
  ESRCH: 'there is no such route; look at what is there: node.routes()',
}

function message(verb: 'add' | 'replace' | 'delete', route: RouteSpec): Request {
  checkRoute(route)
  const { family, length, bytes } = destination(route)
  const type = types[route.type ?? 'unicast']
  const table = route.table ?? RT_TABLE_MAIN
  const isLink = type === types.unicast && route.via === undefined && family === AF_INET
  const create = NLM_F_CREATE | (verb === 'replace' ? NLM_F_REPLACE : NLM_F_EXCL)
  const isDelete = verb === 'delete'
  return {
    type: isDelete ? RTM_DELROUTE : RTM_NEWROUTE,
    flags: isDelete ? 0 : create,
    operation: isDelete ? 'RTM_DELROUTE' : 'RTM_NEWROUTE',
    what: `${verb} the route to ${route.to}`,
    shell: spelling(route).replace('VERB', verb === 'delete' ? 'del' : verb),
    hints,
    body: body(w => {
      w.fixed(12, [
        [0, 1, family],
        [1, 1, length],
        [4, 1, table < 256 ? table : 0],
        [5, 1, isDelete ? 0 : RTPROT_BOOT],
        [6, 1, isDelete ? 255 : isLink ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE],
        [7, 1, isDelete && route.type === undefined ? 0 : type],
        [8, 4, route.onlink === true ? RTNH_F_ONLINK : 0],
      ])
      if (bytes !== undefined) w.bytes(RTA_DST, bytes)
      if (route.via !== undefined) w.bytes(RTA_GATEWAY, addressBytes(route.via).bytes)
      if (route.dev !== undefined) w.u32(RTA_OIF, route.dev.index)
      if (route.src !== undefined) w.bytes(RTA_PREFSRC, addressBytes(route.src).bytes)
      if (route.metric !== undefined) w.u32(RTA_PRIORITY, route.metric)
      if (route.mtu !== undefined) w.nest(RTA_METRICS, m => m.u32(RTAX_MTU, route.mtu ?? 0))
      w.u32(RTA_TABLE, table)
    }),
  }
}

export const routeAdd = (route: RouteSpec): Request => message('add', route)
export const routeReplace = (route: RouteSpec): Request => message('replace', route)
export const routeDelete = (route: RouteSpec): Request => message('delete', route)

export const routeList: Request = {
  type: RTM_GETROUTE,
  flags: 0,
  operation: 'RTM_GETROUTE',
  what: 'list routes',
  shell: 'ip route show table all',
  body: body(w => w.fixed(12, [[0, 1, AF_UNSPEC]])),
}

export function parseRoute(message: Buffer): RouteInfo | undefined {
  const attributes = parseAttributes(message, 12)
  const flags = message.readUInt32LE(8)
  if ((flags & RTM_F_CLONED) !== 0) return undefined
  const text = (type: number) => {
    const bytes = attributes.get(type)
    return bytes === undefined ? undefined : addressText(bytes)
  }
  const length = message.readUInt8(1)
  const dst = text(RTA_DST)
  const via = text(RTA_GATEWAY)
  const src = text(RTA_PREFSRC)
  const index = attributes.get(RTA_OIF)?.readUInt32LE(0)
  const metric = attributes.get(RTA_PRIORITY)?.readUInt32LE(0)
  return {
    to: dst === undefined && length === 0 ? 'default' : `${dst}/${length}`,
    family: message.readUInt8(0) === AF_INET6 ? 'inet6' : 'inet',
    type: typeNames.get(message.readUInt8(7) as 1) ?? 'unicast',
    table: attributes.get(RTA_TABLE)?.readUInt32LE(0) ?? message.readUInt8(4),
    protocol: protocols[message.readUInt8(5)] ?? String(message.readUInt8(5)),
    scope: scopes[message.readUInt8(6)] ?? 'global',
    isOnlink: (flags & RTNH_F_ONLINK) !== 0,
    ...(via === undefined ? {} : { via }),
    ...(index === undefined ? {} : { index }),
    ...(src === undefined ? {} : { src }),
    ...(metric === undefined ? {} : { metric }),
  }
}

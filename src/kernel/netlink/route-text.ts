import { addressText, AF_INET6 } from './address-bytes.ts'
import { body, parseAttributes, type Request } from './message.ts'

/** linux/rtnetlink.h */
const RTM_GETROUTE = 26
const RTA_DST = 1
const RTA_OIF = 4
const RTA_GATEWAY = 5
const RTA_PRIORITY = 6
const RTA_PREFSRC = 7
const RTA_METRICS = 8
const RTA_MULTIPATH = 9
const RTA_TABLE = 15
const RTA_VIA = 18
const RTA_PREF = 20
const RTAX_LOCK = 1
const RTM_F_CLONED = 0x200
const RTPROT_KERNEL = 2
const RTPROT_BOOT = 3
const RTN_UNICAST = 1
const RT_SCOPE_UNIVERSE = 0
const RT_TABLE_MAIN = 254

/** RTN_…, from 0 */
const types = [
  'none',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
]
/** /etc/iproute2/rt_protos */
const protocols: Readonly<Record<number, string>> = {
  1: 'redirect',
  4: 'static',
  8: 'gated',
  9: 'ra',
  11: 'zebra',
  12: 'bird',
  16: 'dhcp',
  18: 'keepalived',
  42: 'babel',
  186: 'bgp',
  188: 'ospf',
}
const scopes: Readonly<Record<number, string>> = {
  200: 'site',
  253: 'link',
  254: 'host',
  255: 'nowhere',
}
/** RTNH_F_…, in the order in which ip prints them */
const flagNames = [
  [1, 'dead'],
  [4, 'onlink'],
  [2, 'pervasive'],
  [16, 'linkdown'],
] as const
/** RTAX_…, from 2 */
const metrics = [
  'mtu',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'features',
  'rto_min',
  'initrwnd',
  'quickack',
]
/** Times are kept in these parts of a millisecond. */
const parts: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4, rto_min: 1 }
const preferences: Readonly<Record<number, string>> = { 0: 'medium', 1: 'high', 3: 'low' }

type NameOf = (index: number) => string
type Attributes = Map<number, Buffer>

/** Routes of the main table alone. */
export const mainRouteList: Request = {
  type: RTM_GETROUTE,
  flags: 0,
  operation: 'RTM_GETROUTE',
  what: 'list routes',
  shell: 'ip route',
  body: body(w => w.fixed(12, [[4, 1, RT_TABLE_MAIN]])),
}

function flagWords(flags: number): string {
  return flagNames
    .filter(([bit]) => (flags & bit) !== 0)
    .map(([, name]) => ` ${name}`)
    .join('')
}

/** Its gateway, which may be of the other family, and its link. */
function wayWords(attributes: Attributes, index: number | undefined, nameOf: NameOf): string {
  const gateway = attributes.get(RTA_GATEWAY)
  // struct rtvia: the family, then the address
  const via = attributes.get(RTA_VIA)
  return (
    (gateway === undefined ? '' : ` via ${addressText(gateway)}`) +
    (via === undefined ? '' : ` via inet6 ${addressText(via.subarray(2))}`) +
    (index === undefined ? '' : ` dev ${nameOf(index)}`)
  )
}

function metricWords(nested: Buffer | undefined): string {
  if (nested === undefined) return ''
  const values = parseAttributes(nested)
  const locked = values.get(RTAX_LOCK)?.readUInt32LE(0) ?? 0
  return metrics
    .map((name, n) => {
      const value = values.get(n + 2)?.readUInt32LE(0)
      if (value === undefined || name === 'features') return ''
      const unit = parts[name]
      const text = unit === undefined ? String(value) : `${value / unit}ms`
      return ` ${name} ${(locked & (1 << (n + 2))) === 0 ? '' : 'lock '}${text}`
    })
    .join('')
}

/** struct rtnexthop: length, flags, hops, index; then attributes. */
function nextHopWords(hops: Buffer, nameOf: NameOf): string {
  let words = ''
  for (let at = 0; at + 8 <= hops.length;) {
    const length = hops.readUInt16LE(at)
    if (length < 8) break
    const attributes = parseAttributes(hops.subarray(at, at + length), 8)
    const way = wayWords(attributes, hops.readInt32LE(at + 4), nameOf)
    const weight = hops.readUInt8(at + 3) + 1
    words += ` nexthop${way} weight ${weight}${flagWords(hops.readUInt8(at + 2))}`
    at += (length + 3) & ~3
  }
  return words
}

function destinationText(message: Buffer, attributes: Attributes): string {
  const length = message.readUInt8(1)
  const dst = attributes.get(RTA_DST)
  if (dst === undefined) return length === 0 ? 'default' : `0/${length}`
  return length === dst.length * 8 ? addressText(dst) : `${addressText(dst)}/${length}`
}

/**
 * A route of the main table as `ip route` and `ip -6 route` print it, on one line; undefined for
 * those that come with an address, and of other tables.
 *
 * @param nameOf what a link's index means
 */
export function routeText(message: Buffer, nameOf: NameOf): string | undefined {
  const attributes = parseAttributes(message, 12)
  const number = (type: number) => attributes.get(type)?.readUInt32LE(0)
  const flags = message.readUInt32LE(8)
  const protocol = message.readUInt8(5)
  if ((flags & RTM_F_CLONED) !== 0 || protocol === RTPROT_KERNEL) return undefined
  if ((number(RTA_TABLE) ?? message.readUInt8(4)) !== RT_TABLE_MAIN) return undefined
  const [scope, type] = [message.readUInt8(6), message.readUInt8(7)]
  const [source, metric] = [attributes.get(RTA_PREFSRC), number(RTA_PRIORITY)]
  const preference = attributes.get(RTA_PREF)?.readUInt8(0)
  const hops = attributes.get(RTA_MULTIPATH)
  const tos = message.readUInt8(3)
  return [
    type === RTN_UNICAST ? '' : `${types[type] ?? type} `,
    destinationText(message, attributes),
    tos === 0 ? '' : ` tos 0x${tos.toString(16)}`,
    wayWords(attributes, number(RTA_OIF), nameOf),
    protocol === RTPROT_BOOT ? '' : ` proto ${protocols[protocol] ?? protocol}`,
    scope === RT_SCOPE_UNIVERSE || message.readUInt8(0) === AF_INET6
      ? ''
      : ` scope ${scopes[scope] ?? scope}`,
    source === undefined ? '' : ` src ${addressText(source)}`,
    metric === undefined ? '' : ` metric ${metric}`,
    flagWords(flags),
    metricWords(attributes.get(RTA_METRICS)),
    preference === undefined ? '' : ` pref ${preferences[preference] ?? preference}`,
    hops === undefined ? '' : nextHopWords(hops, nameOf),
  ].join('')
}

import { prefixOf } from '../interfaces/address-name.ts'
import { portOf } from '../traffic/packet-endpoint.ts'

const PROTOCOLS: Readonly<Record<string, string>> = {
  '0': 'all',
  '1': 'icmp',
  '2': 'igmp',
  '4': 'ipencap',
  '6': 'tcp',
  '17': 'udp',
  '41': 'ipv6',
  '47': 'gre',
  '50': 'esp',
  '51': 'ah',
  '58': 'ipv6-icmp',
  '89': 'ospf',
  '132': 'sctp',
  '136': 'udplite',
  any: 'all',
  icmpv6: 'ipv6-icmp',
  icmp6: 'ipv6-icmp',
  '--': 'all',
}
const ICMP_TYPES: Readonly<Record<string, string>> = {
  'echo-reply': '0',
  pong: '0',
  'destination-unreachable': '3',
  'echo-request': '8',
  ping: '8',
  'time-exceeded': '11',
}
const NAMES: Readonly<Record<string, string>> = {
  anywhere: 'any',
  any: 'any',
  '0.0.0.0/0': 'any',
  '::/0': 'any',
  '0/0': 'any',
  default: 'any',
  localhost: '127.0.0.1',
  'loopback/8': '127.0.0.0/8',
  'localhost/8': '127.0.0.0/8',
}

/** `all`, `0` and `any` are one; so are `tcp` and `6`. */
export function protocolName(given: string): string {
  const [, not = '', name = ''] = /^(!?)\s*(.*)$/.exec(given) ?? []
  const lower = name.toLowerCase()
  return not + (Object.hasOwn(PROTOCOLS, lower) ? PROTOCOLS[lower] : lower)
}

/** A source or destination; `any` for all of them. */
export function networkName(given: string): string {
  const [, not = '', name = ''] = /^(!?)\s*(.*)$/.exec(given) ?? []
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  const short = name
    .replace(/\/(\d+\.\d+\.\d+\.\d+)$/, (_, mask: string) => `/${prefixOf(mask) ?? mask}`)
    .replace(/^([\d.]+)\/32$|^([\da-f:]+)\/128$/i, '$1$2')
  return not + (known ?? short)
}

/** `http,domain` and `80,53` are one. */
export const portNames = (given: string): string =>
  given
    .split(',')
    .map(one => one.replace(/[\w-]+/g, word => String(portOf(word) ?? word)))
    .sort()
    .join(',')

export const sortedList = (given: string): string => given.split(',').sort().join(',')

/** `echo-request` and `8` are one. */
export const icmpType = (given: string): string =>
  (Object.hasOwn(ICMP_TYPES, given) ? ICMP_TYPES[given] : given) ?? given

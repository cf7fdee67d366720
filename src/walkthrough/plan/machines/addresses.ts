import { canonicalAddress, isAddress } from '../../../ipam/address.ts'
import { parseCidr, parsePrefixed, subnetOf as subnetAround } from '../../../ipam/subnet.ts'
import type { Subnet } from '../../../ipam/subnet.ts'

const QUAD = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d*\.\d)/g
const DOTTED = /^\d{1,3}(?:\.\d{1,3}){3}$/
/** Times and MACs look like it too: they have neither `::` nor eight groups. */
const COLONS = /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi
const COLONED = /^(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}$/i

const of = (...texts: string[]) => texts.map(text => parseCidr(text))
const PRIVATE = of('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10')
const SPECIAL = of('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3')

export const isIPv4 = (text: string): boolean => DOTTED.test(text) && isAddress(text, 4)
export const isIPv6 = (text: string): boolean =>
  COLONED.test(text) &&
  text !== '::' &&
  (text.includes('::') || text.split(':').length === 8) &&
  isAddress(text, 6)
export const isIP = (text: string): boolean => isIPv4(text) || isIPv6(text)
export const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4)

/** The one spelling of an address: lists of them are searched by it. */
export const spelling = (address: string): string =>
  isIPv6(address) ? canonicalAddress(address) : address

/** Those in a text, without what is behind `/` or `:`, in its order. */
export const ipv4In = (text: string): string[] => (text.match(QUAD) ?? []).filter(isIPv4)
export const ipv6In = (text: string): string[] =>
  (text.includes(':') ? (text.match(COLONS) ?? []) : [])
    // tcpdump ends one with a colon.
    .map(found => found.replace(/(?<!:):$/, ''))
    .filter(isIPv6)
    .map(spelling)
export const addressesIn = (text: string): string[] => [...ipv4In(text), ...ipv6In(text)]

/** Of networks that nobody routes across the internet. */
export const isPrivate = (address: string): boolean =>
  isIPv6(address)
    ? /^f[cd]/i.test(spelling(address))
    : isIPv4(address) && PRIVATE.some(subnet => subnet.contains(address))

/** Of one machine in the internet, documentation's addresses included. */
export const isPublic = (address: string): boolean =>
  isIPv6(address)
    ? /^[23][\da-f]{3}:/.test(spelling(address))
    : isIPv4(address) && ![...PRIVATE, ...SPECIAL].some(subnet => subnet.contains(address))

/** Of one machine, and good beyond its own link. */
export const isRoutable = (address: string): boolean =>
  isIPv4(address) || isPrivate(address) || isPublic(address)

/** `172.18.0.2/24`, `172.18.0.0/24`, `2001:db8::1/64`: its subnet; undefined for what is none. */
export function subnetOf(text: string): Subnet | undefined {
  const [address = '', length = ''] = text.split('/')
  if (!isIP(address) || !/^\d{1,3}$/.test(length)) return undefined
  if (Number(length) > (isIPv4(address) ? 32 : 128)) return undefined
  return subnetAround(parsePrefixed(text))
}

/** `255.255.255.0` is 24; undefined for what is no mask. */
export function maskLength(mask: string): number | undefined {
  if (!isIPv4(mask)) return undefined
  const bits = mask
    .split('.')
    .map(octet => Number(octet).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined
}

/** The smallest usual network around all of them; undefined: they are nowhere near each other. */
export function prefixAround(addresses: readonly string[]): number | undefined {
  const [first] = addresses
  if (first === undefined) return 24
  for (const length of [24, 16, 12, 8]) {
    const around = subnetOf(`${first}/${length}`)
    if (around !== undefined && addresses.every(address => around.contains(address))) return length
  }
  return undefined
}

import { isAddress } from '../../../ipam/address.ts'
import { parseCidr, parsePrefixed, subnetOf as subnetAround } from '../../../ipam/subnet.ts'
import type { Subnet } from '../../../ipam/subnet.ts'

const QUAD = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d*\.\d)/g
const DOTTED = /^\d{1,3}(?:\.\d{1,3}){3}$/

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(text =>
  parseCidr(text),
)
const SPECIAL = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].map(text =>
  parseCidr(text),
)

export const isIPv4 = (text: string): boolean => DOTTED.test(text) && isAddress(text, 4)

/** Those in a text, without what is behind `/` or `:`, in its order. */
export const ipv4In = (text: string): string[] => (text.match(QUAD) ?? []).filter(isIPv4)

/** Of networks that nobody routes across the internet. */
export const isPrivate = (address: string): boolean =>
  isIPv4(address) && PRIVATE.some(subnet => subnet.contains(address))

/** Of one machine in the internet, documentation's addresses included. */
export const isPublic = (address: string): boolean =>
  isIPv4(address) && ![...PRIVATE, ...SPECIAL].some(subnet => subnet.contains(address))

/** `172.18.0.2/24` or `172.18.0.0/24`: its subnet; undefined for what is none. */
export function subnetOf(text: string): Subnet | undefined {
  const [address = '', length = ''] = text.split('/')
  if (!isIPv4(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined
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

/** The smallest usual network around all of them. */
export function prefixAround(addresses: readonly string[]): number {
  const [first] = addresses
  if (first === undefined) return 24
  for (const length of [24, 16, 12, 8]) {
    const around = subnetOf(`${first}/${length}`)
    if (around !== undefined && addresses.every(address => around.contains(address))) return length
  }
  return 1
}

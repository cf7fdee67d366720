import { createRequire } from 'node:module'
import { UsageError } from '../errors.ts'

export type Family = 4 | 6

/** An address as a number: what arithmetic is done on. */
export interface Address {
  readonly family: Family
  readonly value: bigint
}

/** Bits in an address of a family. */
export const addressBits = { 4: 32, 6: 128 } as const

// Loading ip-num costs 12 ms, a third of what Node 22 needs to start: only when something other
// than a plain dotted quad comes along.
let library: typeof import('ip-num') | undefined
function ipNum(): typeof import('ip-num') {
  library ??= createRequire(import.meta.url)('ip-num') as typeof import('ip-num')
  return library
}

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const dottedQuad = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`)

function invalid(text: unknown, reason: string, hint?: string): UsageError {
  return new UsageError(`${JSON.stringify(text) ?? String(text)} is not an IP address`, {
    code: 'TNET_ADDRESS_INVALID',
    facts: { reason },
    hint: hint ?? 'write it as 10.0.1.2 or 2001:db8::2',
  })
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^Error: /, '')
}

/**
 * Reads an IPv4 or IPv6 address.
 *
 * @throws UsageError TNET_ADDRESS_INVALID for everything else: prefixes, zones, leading zeros
 * (an octet that inet_aton would read as octal), white space.
 * @example
 * parseAddress('10.0.1.2') // { family: 4, value: 167772418n }
 */
export function parseAddress(text: string): Address {
  if (typeof text !== 'string') throw invalid(text, `expected text, got ${typeof text}`)
  const quad = dottedQuad.exec(text)
  if (quad !== null) {
    const [, a, b, c, d] = quad
    return {
      family: 4,
      value: BigInt(((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d)),
    }
  }
  if (text.includes('/'))
    throw invalid(text, 'it has a prefix length', 'leave out the part from "/" on')
  if (text.includes('%')) throw invalid(text, 'it has a zone', 'leave out the part from "%" on')
  try {
    if (!text.includes(':')) return { family: 4, value: ipNum().IPv4.fromString(text).getValue() }
    return { family: 6, value: ipNum().IPv6.fromString(text).getValue() }
  } catch (error) {
    throw invalid(text, reasonOf(error))
  }
}

/**
 * An address as people and the kernel write it: IPv6 by RFC 5952 (lower case, the longest run of
 * zeros as `::`, IPv4-mapped addresses with a dotted quad).
 *
 * @example
 * formatAddress(parseAddress('2001:DB8:0:0::1')) // '2001:db8::1'
 */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) {
    const n = Number(value)
    return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`
  }
  if (value >> 32n === 0xffffn)
    return `::ffff:${formatAddress({ family: 4, value: value & 0xffffffffn })}`
  const digits = value.toString(16).padStart(32, '0')
  return ipNum().collapseIPv6Number(digits.match(/.{4}/g)!.join(':'))
}

/** The one spelling of an address: `canonicalAddress('2001:DB8::0:1')` is `'2001:db8::1'`. */
export function canonicalAddress(text: string): string {
  return formatAddress(parseAddress(text))
}

/** Whether `text` is an address, of `family` when that is given. */
export function isAddress(text: string, family?: Family): boolean {
  try {
    const address = parseAddress(text)
    return family === undefined || address.family === family
  } catch {
    return false
  }
}

/**
 * The address `count` after `text`; before it when `count` is negative.
 *
 * @throws UsageError TNET_ADDRESS_INVALID, or TNET_ADDRESS_RANGE past either end of the family.
 * @example
 * nextAddress('10.0.1.255') // '10.0.2.0'
 */
export function nextAddress(text: string, count: number | bigint = 1): string {
  const { family, value } = parseAddress(text)
  const next = value + BigInt(count)
  if (next < 0n || next >> BigInt(addressBits[family]) !== 0n) {
    throw new UsageError(`there is no IPv${family} address ${count} after ${text}`, {
      code: 'TNET_ADDRESS_RANGE',
      hint: 'start from an address further inside the family',
    })
  }
  return formatAddress({ family, value: next })
}

import { UsageError } from '../errors.ts'
import { parseAddress } from './address.ts'
import { parseCidr } from './subnet.ts'
import type { Subnet } from './subnet.ts'

/** A part of a subnet, by the places of its first and last address. */
export interface AddressRange {
  readonly first: bigint
  readonly last: bigint
}

function wrong(text: string, subnet: Subnet, reason: string): UsageError {
  return new UsageError(`${JSON.stringify(text)} is not a range inside ${subnet}`, {
    code: 'TNET_ADDRESS_RANGE',
    facts: { reason },
    hint: `write ${subnet.first}-${subnet.last}, or a smaller subnet of ${subnet}`,
  })
}

/**
 * Reads a range that lies inside `subnet`: a smaller subnet, or its first and last address.
 *
 * @throws UsageError TNET_ADDRESS_RANGE when it leaves the subnet or runs backwards, and what
 * `parseCidr` and `parseAddress` throw.
 * @example
 * parseRange('10.0.1.128/25', parseCidr('10.0.1.0/24'))          // { first: 128n, last: 255n }
 * parseRange('10.0.1.10-10.0.1.20', parseCidr('10.0.1.0/24'))    // { first: 10n, last: 20n }
 */
export function parseRange(text: string, subnet: Subnet): AddressRange {
  if (text.includes('/')) {
    const inner = parseCidr(text)
    if (!subnet.contains(inner)) throw wrong(text, subnet, `${inner} is not part of ${subnet}`)
    const first = inner.base - subnet.base
    return { first, last: first + inner.size - 1n }
  }
  const [from = '', to, ...rest] = text.split('-')
  if (to === undefined || rest.length > 0) throw wrong(text, subnet, 'expected FIRST-LAST')
  for (const end of [from, to]) {
    parseAddress(end)
    if (!subnet.contains(end)) throw wrong(text, subnet, `${end} is outside ${subnet}`)
  }
  const [first, last] = [subnet.offset(from), subnet.offset(to)]
  if (first > last) throw wrong(text, subnet, `${from} comes after ${to}`)
  return { first, last }
}

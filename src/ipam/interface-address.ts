import { formatAddress } from './address.ts'
import type { Family } from './address.ts'
import { parsePrefixed, subnetOf } from './subnet.ts'
import type { Subnet } from './subnet.ts'

/** An address on a device, with the subnet that is on the link there. */
export interface InterfaceAddress {
  readonly family: Family
  readonly address: string
  readonly prefix: number
  readonly subnet: Subnet
  /** `'192.0.2.1/24'` */
  readonly cidr: string
}

/**
 * Reads what `ip addr add` takes: an address with a prefix length, host bits and all.
 *
 * @throws UsageError TNET_ADDRESS_INVALID or TNET_ADDRESS_PREFIX.
 * @example
 * parseInterface('192.0.2.1/24').subnet.broadcast // '192.0.2.255'
 */
export function parseInterface(text: string): InterfaceAddress {
  const prefixed = parsePrefixed(text)
  const { family } = prefixed.address
  const address = formatAddress(prefixed.address)
  const { prefix } = prefixed
  return { family, address, prefix, subnet: subnetOf(prefixed), cidr: `${address}/${prefix}` }
}

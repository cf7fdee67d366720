import { UsageError } from '../errors.ts'
import { addressBits, formatAddress, parseAddress } from './address.ts'
import type { Address, Family } from './address.ts'

/**
 * A subnet as a value: text in, text out.
 *
 * @example
 * const blue = parseCidr('10.0.1.0/24')
 * blue.first           // '10.0.1.1'
 * blue.nth(10)         // '10.0.1.10'
 * blue.contains('10.0.2.1') // false
 * `${blue}`            // '10.0.1.0/24'
 */
export class Subnet {
  readonly family: Family
  readonly prefix: number
  /** The number of the lowest address. */
  readonly base: bigint
  /** How many addresses there are, the unusable ones too. */
  readonly size: bigint

  /** Use `parseCidr`; `base` has no host bits. */
  constructor(family: Family, base: bigint, prefix: number) {
    this.family = family
    this.base = base
    this.prefix = prefix
    this.size = 1n << BigInt(addressBits[family] - prefix)
  }

  #text(offset: bigint): string {
    return formatAddress({ family: this.family, value: this.base + offset })
  }

  /** The lowest address: the network address, for IPv6 the subnet-router anycast address. */
  get network(): string {
    return this.#text(0n)
  }

  /** Of IPv4 only, and not of a /31 (RFC 3021) or a /32. */
  get broadcast(): string | undefined {
    return this.family === 4 && this.size > 2n ? this.#text(this.size - 1n) : undefined
  }

  /** The first address that a host may have; /31, /32, /127 (RFC 6164) and /128 use all of theirs. */
  get first(): string {
    return this.#text(this.size > 2n ? 1n : 0n)
  }

  /** The last address that a host may have: before the broadcast address where there is one. */
  get last(): string {
    return this.#text(this.size - (this.broadcast === undefined ? 1n : 2n))
  }

  /** `'255.255.255.0'` */
  get netmask(): string {
    const all = (1n << BigInt(addressBits[this.family])) - 1n
    return formatAddress({ family: this.family, value: all ^ (this.size - 1n) })
  }

  /**
   * The address at place `n`, counted from the network address; from the end when negative.
   *
   * @throws UsageError TNET_ADDRESS_RANGE when the subnet is smaller than that.
   */
  nth(n: number | bigint): string {
    const offset = BigInt(n) < 0n ? this.size + BigInt(n) : BigInt(n)
    if (offset >= 0n && offset < this.size) return this.#text(offset)
    throw new UsageError(`${this} has no address number ${n}`, {
      code: 'TNET_ADDRESS_RANGE',
      facts: { addresses: String(this.size) },
      hint: `count from 0 to ${this.size - 1n}, or from -1 downwards`,
    })
  }

  /**
   * The place of an address: the opposite of `nth`.
   *
   * @throws UsageError TNET_ADDRESS_FAMILY or TNET_ADDRESS_OUTSIDE.
   */
  offset(address: string): bigint {
    const { family, value } = parseAddress(address)
    if (family !== this.family) {
      throw new UsageError(`${address} is IPv${family}, but ${this} is IPv${this.family}`, {
        code: 'TNET_ADDRESS_FAMILY',
        hint: `give an IPv${this.family} address such as ${this.first}`,
      })
    }
    const offset = value - this.base
    if (offset >= 0n && offset < this.size) return offset
    throw new UsageError(`${address} is outside ${this}`, {
      code: 'TNET_ADDRESS_OUTSIDE',
      hint: `give an address from ${this.first} to ${this.last}`,
    })
  }

  /** Whether an address, or all of another subnet, is inside. Never so in the other family. */
  contains(other: string | Subnet): boolean {
    const { family, base, size } = asSubnet(other)
    return family === this.family && base >= this.base && base + size <= this.base + this.size
  }

  /** Whether any address is in both. */
  overlaps(other: string | Subnet): boolean {
    const subnet = asSubnet(other)
    return this.contains(subnet) || subnet.contains(this)
  }

  /** The smaller subnets of it, in order, each made when it is asked for. */
  *split(prefix: number): Generator<Subnet> {
    checkPrefix(`${this}`, this.family, prefix, this.prefix)
    const step = 1n << BigInt(addressBits[this.family] - prefix)
    for (let base = this.base; base < this.base + this.size; base += step) {
      yield new Subnet(this.family, base, prefix)
    }
  }

  toString(): string {
    return `${this.network}/${this.prefix}`
  }

  toJSON(): string {
    return this.toString()
  }
}

/** One address counts as the subnet of that address alone. */
function asSubnet(other: string | Subnet): Subnet {
  if (other instanceof Subnet) return other
  if (other.includes('/')) return parseCidr(other)
  const address = parseAddress(other)
  return subnetOf({ address, prefix: addressBits[address.family] })
}

function checkPrefix(text: string, family: Family, prefix: number, least = 0): void {
  if (Number.isInteger(prefix) && prefix >= least && prefix <= addressBits[family]) return
  throw new UsageError(`${JSON.stringify(text)} cannot have the prefix length ${prefix}`, {
    code: 'TNET_ADDRESS_PREFIX',
    hint: `IPv${family}: give one from ${least} to ${addressBits[family]}`,
  })
}

/**
 * Splits `address/prefix` where host bits may be set.
 *
 * @throws UsageError TNET_ADDRESS_INVALID or TNET_ADDRESS_PREFIX.
 */
export function parsePrefixed(text: string): { address: Address; prefix: number } {
  const [, address, digits] = /^([^/]*)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? []
  if (address === undefined || digits === undefined) {
    const bare = typeof text === 'string' && !text.includes('/')
    throw new UsageError(`${JSON.stringify(text)} is not an address with a prefix length`, {
      code: 'TNET_ADDRESS_PREFIX',
      hint: bare
        ? `append a prefix length: ${text}/24`
        : 'write it as 10.0.1.0/24 or 2001:db8::/64',
    })
  }
  const parsed = parseAddress(address)
  checkPrefix(text, parsed.family, Number(digits))
  return { address: parsed, prefix: Number(digits) }
}

/** The subnet that an address with a prefix length is in. */
export function subnetOf({ address, prefix }: { address: Address; prefix: number }): Subnet {
  const host = BigInt(addressBits[address.family] - prefix)
  return new Subnet(address.family, (address.value >> host) << host, prefix)
}

/**
 * Reads a subnet.
 *
 * @throws UsageError TNET_ADDRESS_INVALID, TNET_ADDRESS_PREFIX, TNET_ADDRESS_HOST_BITS (names the
 * subnet that was probably meant), TNET_ADDRESS_FAMILY when another one than `family` came.
 * @example
 * parseCidr('10.0.1.0/24').broadcast // '10.0.1.255'
 */
export function parseCidr(text: string, { family }: { family?: Family } = {}): Subnet {
  const prefixed = parsePrefixed(text)
  const subnet = subnetOf(prefixed)
  if (family !== undefined && family !== subnet.family) {
    throw new UsageError(`${text} is IPv${subnet.family}, but IPv${family} is needed`, {
      code: 'TNET_ADDRESS_FAMILY',
      hint: `give an IPv${family} subnet such as ${family === 4 ? '10.0.1.0/24' : '2001:db8::/64'}`,
    })
  }
  if (subnet.base === prefixed.address.value) return subnet
  throw new UsageError(`${text} has host bits set`, {
    code: 'TNET_ADDRESS_HOST_BITS',
    facts: { subnet: String(subnet) },
    hint: `write ${subnet} for the subnet, or ${formatAddress(prefixed.address)}/${addressBits[subnet.family]} for the one address`,
  })
}

/** `contains('10.0.1.0/24', '10.0.1.7')`; the second may be a subnet too. */
export function contains(cidr: string, other: string): boolean {
  return parseCidr(cidr).contains(other)
}

/** Whether two subnets share an address. */
export function overlaps(a: string, b: string): boolean {
  return parseCidr(a).overlaps(b)
}

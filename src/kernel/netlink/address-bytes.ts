import { UsageError } from '../../errors.ts'
import { libcCalls } from '../libc.ts'

/** sys/socket.h */
export const AF_UNSPEC = 0
export const AF_INET = 2
export const AF_INET6 = 10
export const AF_BRIDGE = 7

export interface ParsedAddress {
  family: typeof AF_INET | typeof AF_INET6
  bytes: Buffer
}

/** The bytes of an address; undefined for anything else, and for an address with a zone. */
function parse(address: string): ParsedAddress | undefined {
  // From a script in JavaScript it may be anything; a zero would end it early.
  if (typeof address !== 'string' || address.includes('\0')) return undefined
  const family = address.includes(':') ? AF_INET6 : AF_INET
  const bytes = Buffer.alloc(family === AF_INET6 ? 16 : 4)
  // Node's own test is a regular expression that takes 2 ms to compile.
  return libcCalls.inet_pton(family, address, bytes) === 1 ? { family, bytes } : undefined
}

/** An address in network byte order. Throws a `UsageError` for anything else. */
export function addressBytes(address: string): ParsedAddress {
  const parsed = parse(address)
  if (parsed !== undefined) return parsed
  throw new UsageError(`"${address}" is not an IP address`, {
    code: 'TNET_ADDRESS_INVALID',
    hint: 'write it as 192.0.2.1 or 2001:db8::1',
  })
}

/** An address and prefix length, such as `192.0.2.1/24`; without a length the whole address. */
export function prefixBytes(prefix: string): ParsedAddress & { length: number; address: string } {
  const [address = '', length, ...rest] = prefix.split('/')
  const parsed = addressBytes(address)
  const most = parsed.bytes.length * 8
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : NaN
  if (rest.length > 0 || !(bits <= most)) {
    throw new UsageError(`"${prefix}" is not an address with a prefix length`, {
      code: 'TNET_ADDRESS_INVALID',
      hint: `write it as ${address}/${most === 32 ? 24 : 64}; the length is at most ${most}`,
    })
  }
  return { ...parsed, length: bits, address }
}

/** The text of 4 or 16 bytes, IPv6 as RFC 5952 has it. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16))
  const joined = groups.join(':')
  const longest = joined.match(/\b0(?::0\b)+/g)?.reduce((a, b) => (b.length > a.length ? b : a))
  if (longest === undefined) return joined
  const at = joined.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`))
  const left = joined.slice(0, at).replace(/:$/, '')
  const right = joined.slice(at + longest.length).replace(/^:/, '')
  return `${left}::${right}`
}

/** `02:42:ac:12:00:02` as six bytes. */
export function macBytes(mac: string): Buffer {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac)) {
    throw new UsageError(`"${mac}" is not a MAC address`, {
      code: 'TNET_MAC_INVALID',
      hint: 'write six bytes in hexadecimal: 02:42:c0:00:02:01',
    })
  }
  return Buffer.from(mac.replaceAll(':', ''), 'hex')
}

export function macText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/(..)(?=.)/g, '$1:')
}

/** Whether `address` is on the subnet of `prefix`, as the kernel compares them: bit by bit. */
export function isOnSubnet(address: string, prefix: string): boolean {
  const subnet = prefixBytes(prefix)
  const { family, bytes } = addressBytes(address)
  if (family !== subnet.family) return false
  const whole = subnet.length >> 3
  const rest = (0xff00 >> (subnet.length & 7)) & 0xff
  return (
    bytes.compare(subnet.bytes, 0, whole, 0, whole) === 0 &&
    (rest === 0 || ((bytes[whole] ?? 0) & rest) === ((subnet.bytes[whole] ?? 0) & rest))
  )
}

export function isAddress(text: string): boolean {
  return parse(text) !== undefined
}

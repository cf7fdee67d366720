import { addressBytes, addressText, AF_INET, AF_INET6 } from '../netlink/address-bytes.ts'

/** The bytes of the largest address that is read here (struct sockaddr_in6 is 28). */
export const SOCKET_ADDRESS_SIZE = 32

export interface SocketAddress {
  address: string
  port: number
}

/** The text of 4 or 16 bytes, where IPv4 within IPv6 (`::ffff:192.0.2.1`) comes back as IPv4. */
export function plainAddressText(bytes: Buffer): string {
  const isMapped =
    bytes.length === 16 && bytes.readBigUInt64BE(0) === 0n && bytes.readUInt32BE(8) === 0xffff
  return addressText(isMapped ? bytes.subarray(12) : bytes)
}

/**
 * A struct sockaddr_in or sockaddr_in6.
 *
 * @param family AF_INET6 writes an IPv4 address as `::ffff:192.0.2.1`, for a socket of both.
 */
export function encodeSocketAddress(address: string, port: number, family?: number): Buffer {
  const parsed = addressBytes(address)
  if (parsed.family === AF_INET && family !== AF_INET6) {
    const bytes = Buffer.alloc(16)
    bytes.writeUInt16LE(AF_INET, 0)
    bytes.writeUInt16BE(port, 2)
    parsed.bytes.copy(bytes, 4)
    return bytes
  }
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(AF_INET6, 0)
  bytes.writeUInt16BE(port, 2)
  if (parsed.family === AF_INET) bytes.writeUInt16BE(0xffff, 18)
  parsed.bytes.copy(bytes, 24 - parsed.bytes.length)
  return bytes
}

/** Reads either kind; IPv4 within IPv6 comes back as IPv4. `undefined` for any other family. */
export function decodeSocketAddress(bytes: Buffer): SocketAddress | undefined {
  const family = bytes.length >= 16 ? bytes.readUInt16LE(0) : 0
  const port = bytes.length >= 4 ? bytes.readUInt16BE(2) : 0
  if (family === AF_INET) return { address: addressText(bytes.subarray(4, 8)), port }
  if (family !== AF_INET6 || bytes.length < 28) return undefined
  return { address: plainAddressText(bytes.subarray(8, 24)), port }
}

/** `192.0.2.1:80`, `[2001:db8::1]:80` */
export function addressWithPort({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

import { addressText, AF_INET, AF_INET6 } from './netlink/address-bytes.ts'

/** RFC 792, RFC 4443 */
const ECHO = 8
const ECHO_REPLY = 0
const ECHO_6 = 128
const ECHO_REPLY_6 = 129
const IPPROTO_ICMP = 1
const IPPROTO_ICMPV6 = 58

/** The Internet checksum (RFC 1071) of bytes whose own checksum field is zero. */
export function internetChecksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  if (bytes.length % 2 === 1) sum += (bytes[bytes.length - 1] ?? 0) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** Echo requests with one payload, of which only id and sequence number change. */
export class EchoRequest {
  readonly #bytes: Buffer
  readonly #sum: number

  /** @param payload bytes after the ICMP header, filled with 0, 1, 2, … as ping does */
  constructor(family: number, payload: number) {
    const bytes = Buffer.alloc(8 + payload)
    for (let i = 8; i < bytes.length; i++) bytes[i] = i - 8
    bytes[0] = family === AF_INET6 ? ECHO_6 : ECHO
    this.#bytes = bytes
    this.#sum = ~internetChecksum(bytes) & 0xffff
  }

  /** Valid until the next call. The kernel fills in ICMPv6's checksum by itself. */
  with(id: number, sequence: number): Buffer {
    let sum = this.#sum + id + sequence
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
    this.#bytes.writeUInt16BE(~sum & 0xffff, 2)
    this.#bytes.writeUInt16BE(id, 4)
    this.#bytes.writeUInt16BE(sequence, 6)
    return this.#bytes
  }
}

/** An answer to an echo request, or an error that quotes one. */
export interface EchoAnswer {
  id: number
  sequence: number
  isReply: boolean
  type: number
  code: number
  /** Who sent it. */
  from: string
  /** The host that sent the request made the error itself: its neighbour did not answer. */
  isOwn: boolean
  /** The MTU field of "too big". */
  mtu: number
}

type Quoted = Pick<EchoAnswer, 'id' | 'sequence'>

function echo(bytes: Buffer, at: number, type: number): Quoted | undefined {
  if (bytes.length < at + 8 || bytes[at] !== type) return undefined
  return { id: bytes.readUInt16BE(at + 4), sequence: bytes.readUInt16BE(at + 6) }
}

function quotedIn4(bytes: Buffer, at: number): Quoted | undefined {
  if (bytes.length < at + 20 || bytes[at + 9] !== IPPROTO_ICMP) return undefined
  return echo(bytes, at + ((bytes[at] ?? 0) & 15) * 4, ECHO)
}

/** What a raw ICMP socket received: the IPv4 header comes with it. */
export function parseAnswer4(bytes: Buffer): EchoAnswer | undefined {
  const at = ((bytes[0] ?? 0) & 15) * 4
  if (bytes.length < at + 8 || at < 20) return undefined
  const type = bytes.readUInt8(at)
  const isReply = type === ECHO_REPLY
  const found = isReply ? echo(bytes, at, ECHO_REPLY) : quotedIn4(bytes, at + 8)
  if (found === undefined) return undefined
  const source = bytes.subarray(12, 16)
  return {
    ...found,
    isReply,
    type,
    code: bytes.readUInt8(at + 1),
    from: addressText(source),
    isOwn: source.equals(bytes.subarray(16, 20)),
    mtu: bytes.readUInt16BE(at + 6),
  }
}

/** What a raw ICMPv6 socket received: without the IPv6 header, so `source` is the sender's. */
export function parseAnswer6(bytes: Buffer, source: Buffer): EchoAnswer | undefined {
  if (bytes.length < 8) return undefined
  const type = bytes.readUInt8(0)
  const isReply = type === ECHO_REPLY_6
  const found = isReply
    ? echo(bytes, 0, ECHO_REPLY_6)
    : bytes.length >= 48 && bytes[14] === IPPROTO_ICMPV6
      ? echo(bytes, 48, ECHO_6)
      : undefined
  if (found === undefined) return undefined
  return {
    ...found,
    isReply,
    type,
    code: bytes.readUInt8(1),
    from: addressText(source),
    isOwn: !isReply && source.equals(bytes.subarray(16, 32)),
    mtu: bytes.readUInt32BE(4),
  }
}

/** What the raw socket of a family lets through: replies and errors. */
export function echoFilter(family: number): { level: number; name: number; value: Buffer } {
  if (family === AF_INET) {
    // SOL_RAW, ICMP_FILTER: a bit stops its type.
    const mask = ~((1 << ECHO_REPLY) | (1 << 3) | (1 << 11))
    return { level: 255, name: 1, value: Buffer.from(Int32Array.of(mask).buffer) }
  }
  const value = Buffer.alloc(32, 0xff)
  for (const type of [1, 2, 3, ECHO_REPLY_6]) {
    const word = (type >> 5) * 4
    value.writeUInt32LE((value.readUInt32LE(word) & ~(1 << (type & 31))) >>> 0, word)
  }
  return { level: IPPROTO_ICMPV6, name: 1, value }
}

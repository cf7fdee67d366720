import { addressText } from '../netlink/address-bytes.ts'
import { nextOfIpProtocol, type Step } from './layer.ts'

export function ipv4(bytes: Buffer): Step | undefined {
  const header = ((bytes[0] ?? 0) & 15) * 4
  if (bytes.length < 20) return undefined
  if ((bytes[0] ?? 0) >> 4 !== 4) return { layer: { protocol: 'data', length: bytes.length } }
  if (header < 20 || bytes.length < header) return undefined
  const fragment = bytes.readUInt16BE(6)
  const fragmentOffset = (fragment & 0x1fff) * 8
  const carries = bytes.readUInt8(9)
  // 0 where the network card is to fill it in: a segment larger than a packet (GSO).
  const totalLength = bytes.readUInt16BE(2) || bytes.length
  return {
    layer: {
      protocol: 'ipv4',
      source: addressText(bytes.subarray(12, 16)),
      destination: addressText(bytes.subarray(16, 20)),
      ttl: bytes.readUInt8(8),
      id: bytes.readUInt16BE(4),
      dontFragment: (fragment & 0x4000) !== 0,
      moreFragments: (fragment & 0x2000) !== 0,
      fragmentOffset,
      carries,
      totalLength,
    },
    next: fragmentOffset > 0 ? 'data' : nextOfIpProtocol(carries),
    // Short frames are padded to 60 bytes.
    rest: bytes.subarray(header, Math.max(header, totalLength)),
  }
}

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const DESTINATION = 60

/** Takes off extension headers (RFC 8200). */
function readExtensions(bytes: Buffer, first: number) {
  const extensions: number[] = []
  let carries = first
  let at = 40
  let offset: number | undefined
  while ([HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION].includes(carries) && at + 8 <= bytes.length) {
    extensions.push(carries)
    const isFragment = carries === FRAGMENT
    if (isFragment) offset = bytes.readUInt16BE(at + 2) & 0xfff8
    carries = bytes.readUInt8(at)
    at += isFragment ? 8 : (bytes.readUInt8(at + 1) + 1) * 8
    if (offset !== undefined && offset > 0) break
  }
  return { extensions, carries, at, offset }
}

export function ipv6(bytes: Buffer): Step | undefined {
  if (bytes.length < 40) return undefined
  if ((bytes[0] ?? 0) >> 4 !== 6) return { layer: { protocol: 'data', length: bytes.length } }
  const { extensions, carries, at, offset } = readExtensions(bytes, bytes.readUInt8(6))
  const payloadLength = bytes.readUInt16BE(4) || bytes.length - 40
  const end = Math.max(at, 40 + payloadLength)
  return {
    layer: {
      protocol: 'ipv6',
      source: addressText(bytes.subarray(8, 24)),
      destination: addressText(bytes.subarray(24, 40)),
      hopLimit: bytes.readUInt8(7),
      carries,
      payloadLength,
      extensions,
      ...(offset === undefined ? {} : { fragment: { offset, length: end - at } }),
    },
    next: offset !== undefined && offset > 0 ? 'data' : nextOfIpProtocol(carries),
    rest: bytes.subarray(at, end),
  }
}

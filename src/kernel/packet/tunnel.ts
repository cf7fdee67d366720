import { nextOfEtherType, type Step } from './layer.ts'

/** RFC 7348 */
export function vxlan(bytes: Buffer): Step | undefined {
  if (bytes.length < 8) return undefined
  return {
    layer: { protocol: 'vxlan', vni: bytes.readUInt32BE(4) >>> 8 },
    next: 'ethernet',
    rest: bytes.subarray(8),
  }
}

/** RFC 2784, RFC 2890: bits of the flags */
const CHECKSUM = 0x8000
const KEY = 0x2000
const SEQUENCE = 0x1000

export function gre(bytes: Buffer): Step | undefined {
  if (bytes.length < 4) return undefined
  const flags = bytes.readUInt16BE(0)
  const type = bytes.readUInt16BE(2)
  const keyAt = (flags & CHECKSUM) === 0 ? 4 : 8
  const sequenceAt = keyAt + ((flags & KEY) === 0 ? 0 : 4)
  const end = sequenceAt + ((flags & SEQUENCE) === 0 ? 0 : 4)
  if (bytes.length < end) return undefined
  return {
    layer: {
      protocol: 'gre',
      version: flags & 7,
      ...((flags & KEY) === 0 ? {} : { key: bytes.readUInt32BE(keyAt) }),
      ...((flags & SEQUENCE) === 0 ? {} : { sequence: bytes.readUInt32BE(sequenceAt) }),
      hasChecksum: (flags & CHECKSUM) !== 0,
      type,
      length: bytes.length,
    },
    next: (flags & 7) === 0 ? nextOfEtherType(type) : 'data',
    rest: bytes.subarray(end),
  }
}

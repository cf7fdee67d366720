import type { Step, TcpFlag } from './layer.ts'

/** IANA's port for VXLAN, and the one that Linux had before and still defaults to. */
const VXLAN_PORTS: readonly number[] = [4789, 8472]

export function udp(bytes: Buffer): Step | undefined {
  if (bytes.length < 8) return undefined
  const destinationPort = bytes.readUInt16BE(2)
  // 0 in a segment larger than a packet.
  const length = Math.max(8, bytes.readUInt16BE(4) || bytes.length)
  const isVxlan = VXLAN_PORTS.includes(destinationPort) && ((bytes[8] ?? 0) & 0x08) !== 0
  return {
    layer: {
      protocol: 'udp',
      sourcePort: bytes.readUInt16BE(0),
      destinationPort,
      length: length - 8,
    },
    next: isVxlan ? 'vxlan' : 'data',
    rest: bytes.subarray(8, length),
  }
}

const flagNames: readonly TcpFlag[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr']

/** RFC 9293, RFC 7323, RFC 2018 */
function option(kind: number, data: Buffer): string {
  if (kind === 2 && data.length === 2) return `mss ${data.readUInt16BE(0)}`
  if (kind === 3 && data.length === 1) return `wscale ${data.readUInt8(0)}`
  if (kind === 4) return 'sackOK'
  if (kind === 8 && data.length === 8) {
    return `TS val ${data.readUInt32BE(0)} ecr ${data.readUInt32BE(4)}`
  }
  if (kind === 5 && data.length % 8 === 0) {
    const blocks = Array.from({ length: data.length / 8 }, (_, i) => {
      return `{${data.readUInt32BE(i * 8)}:${data.readUInt32BE(i * 8 + 4)}}`
    })
    return `sack ${blocks.length} ${blocks.join('')}`
  }
  return `unknown-${kind}`
}

function options(bytes: Buffer): string[] {
  const found: string[] = []
  for (let at = 0; at < bytes.length;) {
    const kind = bytes.readUInt8(at)
    if (kind <= 1) {
      found.push(kind === 1 ? 'nop' : 'eol')
      if (kind === 0) break
      at++
      continue
    }
    const length = bytes[at + 1] ?? 0
    if (length < 2 || at + length > bytes.length) break
    found.push(option(kind, bytes.subarray(at + 2, at + length)))
    at += length
  }
  return found
}

export function tcp(bytes: Buffer): Step | undefined {
  if (bytes.length < 20) {
    // What an ICMP error quotes ends after the ports and the sequence number.
    if (bytes.length < 8) return undefined
    return { layer: { ...quotedTcp(bytes), flags: [], options: [], length: 0 } }
  }
  const header = (bytes.readUInt8(12) >> 4) * 4
  const bits = bytes.readUInt8(13)
  return {
    layer: {
      ...quotedTcp(bytes),
      acknowledgement: bytes.readUInt32BE(8),
      window: bytes.readUInt16BE(14),
      urgent: bytes.readUInt16BE(18),
      flags: flagNames.filter((_, i) => (bits & (1 << i)) !== 0),
      options: options(bytes.subarray(20, Math.max(20, header))),
      length: Math.max(0, bytes.length - header),
    },
  }
}

function quotedTcp(bytes: Buffer) {
  return {
    protocol: 'tcp' as const,
    sourcePort: bytes.readUInt16BE(0),
    destinationPort: bytes.readUInt16BE(2),
    sequence: bytes.readUInt32BE(4),
    acknowledgement: 0,
    window: 0,
    urgent: 0,
  }
}

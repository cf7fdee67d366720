import { outerCongestion } from './congestion.ts'

export type TunnelKind = 'ipip' | 'gre' | 'gretap'

/** linux/in.h */
const IPPROTO_IPIP = 4
const IPPROTO_GRE = 47
/** linux/if_ether.h */
const ETH_P_IP = 0x0800
const ETH_P_IPV6 = 0x86dd
const ETH_P_TEB = 0x6558
/** linux/if_tunnel.h, RFC 2784, RFC 2890 */
const GRE_CSUM = 0x8000
const GRE_ROUTING = 0x4000
const GRE_KEY = 0x2000
const GRE_SEQ = 0x1000
const GRE_VERSION = 0x0007
const DONT_FRAGMENT = 0x4000
const IP_HEADER = 20
const ETHERNET_HEADER = 14
/** net.ipv4.ip_default_ttl: what carries no IP has no time to live to hand on. */
const DEFAULT_TTL = 64

/** One for all: a packet is sent before the next is written. */
const memory = Buffer.allocUnsafeSlow(IP_HEADER + 8 + 65535 + ETHERNET_HEADER + 4)

export interface EncapsulationOptions {
  kind: TunnelKind
  /** The outer source, as a number. */
  local: number
  key: number | undefined
  /** Default: that of the packet within. */
  ttl: number | undefined
}

export const protocolOf = (kind: TunnelKind) => (kind === 'ipip' ? IPPROTO_IPIP : IPPROTO_GRE)

/** The EtherType of an IP packet, by its first byte; 0 for anything else. */
function etherTypeOf(packet: Uint8Array): number {
  const version = (packet[0] ?? 0) >> 4
  return version === 4 ? ETH_P_IP : version === 6 ? ETH_P_IPV6 : 0
}

/**
 * Puts the headers of a tunnel in front of packets, as the kernel's own device does when it was
 * made with nothing but its addresses: DF set (pmtudisc), time to live of the packet within, type of
 * service 0 but for the bits about congestion (ip_tunnel_xmit).
 */
export class Encapsulation {
  readonly #options: EncapsulationOptions
  /** Bytes in front of each packet, or frame. */
  readonly headerBytes: number
  #id = Math.floor(Math.random() * 65536)

  constructor(options: EncapsulationOptions) {
    this.#options = options
    const gre = options.kind === 'ipip' ? 0 : options.key === undefined ? 4 : 8
    this.headerBytes = IP_HEADER + gre
  }

  /**
   * @returns the outer packet, valid until the next call of any; `undefined` for what this kind of
   *   tunnel does not carry. The kernel fills in its length and checksum.
   */
  wrap(packet: Buffer, remote: number): Buffer | undefined {
    const { kind, local, key, ttl } = this.#options
    const type = kind === 'gretap' ? ETH_P_TEB : etherTypeOf(packet)
    if (type === 0 || (kind === 'ipip' && type !== ETH_P_IP)) return undefined
    const at = kind === 'gretap' ? ETHERNET_HEADER : 0
    const carried = kind === 'gretap' ? this.#etherType(packet) : type
    const isIP = (carried === ETH_P_IP || carried === ETH_P_IPV6) && packet.length >= at + 20
    const inherited = carried === ETH_P_IP ? packet[at + 8] : packet[at + 7]
    memory[0] = 0x45
    memory[1] = isIP ? outerCongestion(packet, at) : 0
    memory.writeUInt16BE((this.#id = (this.#id + 1) & 0xffff) || 1, 4)
    memory.writeUInt16BE(DONT_FRAGMENT, 6)
    memory[8] = ttl ?? (isIP ? (inherited ?? DEFAULT_TTL) : DEFAULT_TTL)
    memory[9] = protocolOf(kind)
    memory.writeUInt32BE(local, 12)
    memory.writeUInt32BE(remote, 16)
    if (kind !== 'ipip') {
      memory.writeUInt16BE(key === undefined ? 0 : GRE_KEY, IP_HEADER)
      memory.writeUInt16BE(type, IP_HEADER + 2)
      if (key !== undefined) memory.writeUInt32BE(key, IP_HEADER + 4)
    }
    memory.set(packet, this.headerBytes)
    return memory.subarray(0, this.headerBytes + packet.length)
  }

  #etherType(frame: Buffer): number {
    return frame.length < ETHERNET_HEADER ? 0 : frame.readUInt16BE(12)
  }
}

/** What a tunnel's packet says of the tunnel that it belongs to. */
export interface Unwrapped {
  kind: TunnelKind
  key: number | undefined
  /** The outer source, as a number. */
  remote: number
  /** The outer header's two bits about congestion. */
  congestion: number
  /** The packet or frame within; it shares the outer packet's memory. */
  inner: Buffer
}

/**
 * Takes the headers off a packet as a raw socket brings it; `undefined` for what none of these
 * tunnels takes: other versions of GRE, checksums that were not agreed on, other things carried.
 */
export function unwrap(packet: Buffer): Unwrapped | undefined {
  const header = ((packet[0] ?? 0) & 15) * 4
  if (packet.length < header + 4) return undefined
  const outer = { remote: packet.readUInt32BE(12), congestion: (packet[1] ?? 0) & 3 }
  if (packet[9] === IPPROTO_IPIP) {
    const inner = packet.subarray(header)
    return etherTypeOf(inner) === ETH_P_IP
      ? { ...outer, kind: 'ipip', key: undefined, inner }
      : undefined
  }
  const flags = packet.readUInt16BE(header)
  if ((flags & (GRE_CSUM | GRE_ROUTING | GRE_VERSION)) !== 0) return undefined
  const keyAt = header + 4
  const sequenceAt = keyAt + ((flags & GRE_KEY) === 0 ? 0 : 4)
  const at = sequenceAt + ((flags & GRE_SEQ) === 0 ? 0 : 4)
  if (packet.length < at) return undefined
  const type = packet.readUInt16BE(header + 2)
  const isFrame = type === ETH_P_TEB
  const inner = packet.subarray(at)
  if (isFrame ? inner.length < ETHERNET_HEADER : type !== etherTypeOf(inner)) return undefined
  const key = (flags & GRE_KEY) === 0 ? undefined : packet.readUInt32BE(keyAt)
  return { ...outer, kind: isFrame ? 'gretap' : 'gre', key, inner }
}

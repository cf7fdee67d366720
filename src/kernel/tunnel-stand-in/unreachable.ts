import { internetChecksum } from '../icmp-message.ts'

/** RFC 792, netinet/ip_icmp.h */
const IPPROTO_ICMP = 1
const DEST_UNREACH = 3
const HOST_UNREACH = 1
const FRAG_NEEDED = 4
/** Echo and its reply, timestamp, information, address mask: the others are errors. */
const questions = new Set([0, 8, 13, 14, 15, 16, 17, 18])
const IP_HEADER = 20
const ICMP_HEADER = 8
/** RFC 1812: an error is not longer than this. */
const MOST = 576

/** Nobody is told about an error, about several recipients, or twice about one packet (RFC 1122). */
function mayBeTold(packet: Buffer, header: number): boolean {
  if ((packet.readUInt16BE(6) & 0x1fff) !== 0) return false
  const [source = 0, destination = 0] = [packet[12], packet[16]]
  if (source === 0 || source >= 224 || destination >= 224) return false
  return packet[9] !== IPPROTO_ICMP || questions.has(packet[header] ?? 0)
}

/**
 * The ICMP error that comes back for an IPv4 packet which could not be sent on: `undefined` where
 * there must be none. It comes from where the packet was to go, because an address of the node's
 * own would be no valid source on the way in.
 *
 * @param mtu the largest packet that would have passed; none: the host is unreachable
 */
export function unreachable(packet: Buffer, mtu?: number): Buffer | undefined {
  const header = ((packet[0] ?? 0) & 15) * 4
  if ((packet[0] ?? 0) >> 4 !== 4 || header < IP_HEADER || packet.length < header) return undefined
  if (!mayBeTold(packet, header)) return undefined
  const quoted = packet.subarray(0, MOST - IP_HEADER - ICMP_HEADER)
  const error = Buffer.alloc(IP_HEADER + ICMP_HEADER + quoted.length)
  error[0] = 0x45
  error.writeUInt16BE(error.length, 2)
  error[8] = 64
  error[9] = IPPROTO_ICMP
  packet.copy(error, 12, 16, 20)
  packet.copy(error, 16, 12, 16)
  error.writeUInt16BE(internetChecksum(error.subarray(0, IP_HEADER)), 10)
  error[IP_HEADER] = DEST_UNREACH
  error[IP_HEADER + 1] = mtu === undefined ? HOST_UNREACH : FRAG_NEEDED
  error.writeUInt16BE(mtu ?? 0, IP_HEADER + 6)
  quoted.copy(error, IP_HEADER + ICMP_HEADER)
  error.writeUInt16BE(internetChecksum(error.subarray(IP_HEADER)), IP_HEADER + 2)
  return error
}

/** Whether an IPv4 packet must not be cut. */
export function isWhole(packet: Buffer): boolean {
  return (packet[0] ?? 0) >> 4 === 4 && (packet.readUInt16BE(6) & 0x4000) !== 0
}

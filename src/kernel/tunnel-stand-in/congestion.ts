/** RFC 3168, in the last two bits of the type of service. */
const ECN = 3
export const CONGESTION = 3
const CAPABLE = 2

/** What kind of packet a tunnel carries, of which both versions of IP have these two bits. */
function ecnOf(packet: Buffer, at: number): number {
  const isIPv6 = (packet[at] ?? 0) >> 4 === 6
  const byte = packet[at + 1] ?? 0
  return (isIPv6 ? byte >> 4 : byte) & ECN
}

/**
 * The outer header's two bits: the inner's, where "congestion met" becomes "can be told of it"
 * (INET_ECN_encapsulate).
 *
 * @param at where its IP header begins
 */
export function outerCongestion(packet: Buffer, at: number): number {
  const ecn = ecnOf(packet, at)
  return ecn === CONGESTION ? CAPABLE : ecn
}

/**
 * Tells an inner packet that its tunnel met congestion, as RFC 6040 has it.
 *
 * @returns false for a packet that cannot be told and is to be dropped instead
 */
export function meetCongestion(packet: Buffer, at: number): boolean {
  const ecn = ecnOf(packet, at)
  if (ecn === CONGESTION) return true
  if (ecn === 0) return false
  if ((packet[at] ?? 0) >> 4 === 6) {
    packet[at + 1] = (packet[at + 1] ?? 0) | (CONGESTION << 4)
    return true
  }
  const before = packet.readUInt16BE(at)
  packet[at + 1] = (packet[at + 1] ?? 0) | CONGESTION
  // RFC 1624: the header's checksum, as one word of it changes.
  let sum = (~packet.readUInt16BE(at + 10) & 0xffff) + (~before & 0xffff) + packet.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  packet.writeUInt16BE(~sum & 0xffff, at + 10)
  return true
}

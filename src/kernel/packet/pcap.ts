import type { CapturedPacket } from './captured-packet.ts'

/** What a capture file holds of a packet. */
export interface PcapPacket {
  /** Nanoseconds since 1970. */
  time: bigint
  bytes: Uint8Array
  /** Its length on the wire, when not all of it was kept. */
  length?: number
}

/** pcap-savefile(5): the magic number that means nanoseconds */
const MAGIC = 0xa1b23c4d
/** pcap-linktype(7) */
const LINKTYPE_ETHERNET = 1
const LINKTYPE_RAW = 101
const LONGEST = 262144

/**
 * A capture file that wireshark and `tcpdump -r` read, times in nanoseconds.
 *
 * @example
 * fs.writeFileSync('alpha.pcap', pcapFile(capture.packets()))
 */
export function pcapFile(packets: readonly PcapPacket[], linkType = LINKTYPE_ETHERNET): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(LONGEST, 16)
  header.writeUInt32LE(linkType, 20)
  const parts: Uint8Array[] = [header]
  for (const { time, bytes, length = bytes.length } of packets) {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(Number(time / 1_000_000_000n), 0)
    record.writeUInt32LE(Number(time % 1_000_000_000n), 4)
    record.writeUInt32LE(bytes.length, 8)
    record.writeUInt32LE(length, 12)
    parts.push(record, bytes)
  }
  return Buffer.concat(parts)
}

/** The file of what was captured; links without Ethernet make it a file of IP. */
export function pcapOf(packets: readonly CapturedPacket[]): Buffer {
  const isEthernet = packets.every(packet => packet.isEthernet)
  if (isEthernet) return pcapFile(packets, LINKTYPE_ETHERNET)
  const bare = packets.map(packet =>
    packet.isEthernet
      ? { time: packet.time, bytes: packet.bytes.subarray(14), length: packet.length - 14 }
      : packet,
  )
  return pcapFile(bare, LINKTYPE_RAW)
}

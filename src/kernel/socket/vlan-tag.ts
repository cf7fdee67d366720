import type { ControlMessage } from './message-buffer.ts'
import { setOption } from './socket-option.ts'

/** linux/if_packet.h */
const SOL_PACKET = 263
const PACKET_AUXDATA = 8
const TP_STATUS_VLAN_VALID = 0x10
const TP_STATUS_VLAN_TPID_VALID = 0x40
const ETH_P_8021Q = 0x8100

/** Where a tag stands: after both MACs. */
const MACS = 12

/** Has the kernel tell a packet socket of each frame's VLAN tag. */
export function wantVlanTags(fd: number): void {
  setOption(fd, SOL_PACKET, PACKET_AUXDATA, 1)
}

/**
 * The frame as it was on the wire. The kernel takes the tag off before a packet socket sees what
 * comes in (skb_vlan_untag), and has not put it on yet when it sees what leaves by a VLAN device;
 * both times it is told beside the frame (struct tpacket_auxdata).
 */
export function withVlanTag(frame: Buffer, messages: readonly ControlMessage[]): Buffer {
  const note = messages.find(({ level, type }) => level === SOL_PACKET && type === PACKET_AUXDATA)
  const status = note === undefined || note.data.length < 20 ? 0 : note.data.readUInt32LE(0)
  if (note === undefined || (status & TP_STATUS_VLAN_VALID) === 0) return frame
  const hasType = (status & TP_STATUS_VLAN_TPID_VALID) !== 0
  const tag = Buffer.alloc(4)
  tag.writeUInt16BE(hasType ? note.data.readUInt16LE(18) : ETH_P_8021Q, 0)
  tag.writeUInt16BE(note.data.readUInt16LE(16), 2)
  return Buffer.concat([frame.subarray(0, MACS), tag, frame.subarray(MACS)])
}

import fs from 'node:fs'
import { koffi } from '../koffi.ts'
import { closeLater } from '../close-later.ts'
import { checked } from '../failure.ts'
import { openSocket, SOCK_RAW } from '../inet-socket.ts'
import { libcCalls } from '../libc.ts'
import type { Netns } from '../netns.ts'
import { LARGEST_FRAME } from '../packet-device/packet-port.ts'
import { MSG_DONTWAIT } from '../socket/message-buffer.ts'
import { growReceiveBuffer, setOption } from '../socket/socket-option.ts'

/** bits/socket.h, asm-generic/socket.h, linux/if_ether.h, linux/if_packet.h */
const AF_PACKET = 17
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
const ETH_P_ALL = 3
const ETH_P_8021Q = 0x8100
const SOL_PACKET = 263
const PACKET_ADD_MEMBERSHIP = 1
const PACKET_MR_PROMISC = 1
const PACKET_IGNORE_OUTGOING = 23
/** linux/bpf_common.h */
const BPF_LD_W_ABS = 0x20
const BPF_ALU_AND_K = 0x54
const BPF_JMP_JEQ_K = 0x15
const BPF_RET_K = 0x06
/** linux/filter.h: what is known of a packet beside its bytes, at addresses that no byte has. */
const SKF_AD_OFF = -0x1000 >>> 0
const SKF_AD_VLAN_TAG = 44
const SKF_AD_VLAN_TAG_PRESENT = 48
const SKF_AD_VLAN_TPID = 60

const MACS = 12
const TAG = 4
const BUFFER_BYTES = 4 << 20

const received = Buffer.allocUnsafeSlow(LARGEST_FRAME)
const tagged = Buffer.allocUnsafeSlow(LARGEST_FRAME + TAG)

/** struct sock_filter: what it does, how many to skip when true and when false, a number. */
type Instruction = readonly [code: number, jt: number, jf: number, k: number]

/** All of a packet with this tag, nothing of any other. */
function onlyTagged(id: number): readonly Instruction[] {
  return [
    [BPF_LD_W_ABS, 0, 0, SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT],
    [BPF_JMP_JEQ_K, 0, 6, 1],
    [BPF_LD_W_ABS, 0, 0, SKF_AD_OFF + SKF_AD_VLAN_TPID],
    [BPF_JMP_JEQ_K, 0, 4, ETH_P_8021Q],
    [BPF_LD_W_ABS, 0, 0, SKF_AD_OFF + SKF_AD_VLAN_TAG],
    [BPF_ALU_AND_K, 0, 0, 0xfff],
    [BPF_JMP_JEQ_K, 0, 1, id],
    [BPF_RET_K, 0, 0, 0xffffffff],
    [BPF_RET_K, 0, 0, 0],
  ]
}

function attachFilter(fd: number, program: readonly Instruction[]): number {
  const code = Buffer.allocUnsafeSlow(program.length * 8)
  for (const [n, [operation, jt, jf, k]] of program.entries()) {
    code.writeUInt16LE(operation, n * 8)
    code.writeUInt8(jt, n * 8 + 2)
    code.writeUInt8(jf, n * 8 + 3)
    code.writeUInt32LE(k, n * 8 + 4)
  }
  // struct sock_fprog
  const fprog = Buffer.alloc(16)
  fprog.writeUInt16LE(program.length, 0)
  fprog.writeBigUInt64LE(koffi.address(code), 8)
  return libcCalls.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, fprog, fprog.length)
}

/** struct packet_mreq: frames for the MACs of containers, which are not the link's own. */
function hearAll(fd: number, index: number): void {
  const request = Buffer.alloc(16)
  request.writeInt32LE(index, 0)
  request.writeUInt16LE(PACKET_MR_PROMISC, 4)
  libcCalls.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, request.length)
}

/** struct sockaddr_ll */
function linkAddress(index: number): Buffer {
  const bytes = Buffer.alloc(20)
  bytes.writeUInt16LE(AF_PACKET, 0)
  bytes.writeUInt16BE(ETH_P_ALL, 2)
  bytes.writeInt32LE(index, 4)
  return bytes
}

/**
 * One VLAN of a link: a packet socket that gets the frames with its tag, and no others. The kernel
 * itself takes the tag off every frame that comes in, before any packet socket sees it
 * (skb_vlan_untag in __netif_receive_skb_core), and keeps it beside the frame, where a filter can
 * read it: what belongs to the link or to other VLANs of it costs this process nothing.
 *
 * The link's own node does not take such a frame for its own: one with a tag that no VLAN device
 * claims is for "another host" (PACKET_OTHERHOST, at the end of the same function).
 */
export class VlanSocket {
  readonly fd: number
  readonly #id: number

  constructor(
    netns: Netns,
    { id, parent }: { id: number; parent: { index: number; name: string } },
  ) {
    this.#id = id
    const { label } = netns
    // Protocol 0: nothing comes before the filter is there.
    this.fd = openSocket(netns.fd, AF_PACKET, SOCK_RAW, { label })
    try {
      const message = `could not listen on "${parent.name}" of "${label}"`
      checked(
        attachFilter(this.fd, onlyTagged(id)),
        message,
        'setsockopt(SO_ATTACH_FILTER)',
        'LINK',
      )
      growReceiveBuffer(this.fd, BUFFER_BYTES)
      setOption(this.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
      const at = linkAddress(parent.index)
      checked(libcCalls.bind(this.fd, at, at.length), message, 'bind(AF_PACKET)', 'LINK')
      hearAll(this.fd, parent.index)
    } catch (error) {
      fs.closeSync(this.fd)
      throw error
    }
  }

  /** The next frame, without its tag, in memory that the next call overwrites. */
  receive(): Buffer | undefined {
    const length = libcCalls.recv(this.fd, received, received.length, MSG_DONTWAIT)
    return length < 0 ? undefined : received.subarray(0, length)
  }

  /** Sends a frame with the tag; false when the kernel did not take it. */
  send(frame: Buffer): boolean {
    const length = frame.length + TAG
    if (frame.length < MACS + 2 || length > tagged.length) return false
    frame.copy(tagged, 0, 0, MACS)
    tagged.writeUInt16BE(ETH_P_8021Q, MACS)
    // Priority 0, as a VLAN device without an egress map.
    tagged.writeUInt16BE(this.#id, MACS + 2)
    frame.copy(tagged, MACS + TAG, MACS)
    return libcCalls.send(this.fd, tagged, length, MSG_DONTWAIT) >= 0
  }

  close(): void {
    closeLater(this.fd)
  }
}

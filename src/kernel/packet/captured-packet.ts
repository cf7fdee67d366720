import { decode, ipVersion } from './decode.ts'
import { format } from './format.ts'
import type { Layer } from './layer.ts'

/** linux/if_packet.h, linux/if_arp.h */
const PACKET_OUTGOING = 4
const ARPHRD_ETHER = 1
const ARPHRD_LOOPBACK = 772

/** A packet as a link saw it. */
export class CapturedPacket {
  /** Nanoseconds since 1970, by the kernel's clock. */
  readonly time: bigint
  /** Index of the link. */
  readonly index: number
  /** `out` when it left by this link: sent by the node, or passed on. */
  readonly direction: 'in' | 'out'
  readonly bytes: Buffer
  /** Its length on the wire. */
  readonly length: number
  /** Begins with an Ethernet header; otherwise with that of IP, as on a TUN device. */
  readonly isEthernet: boolean
  #layers: Layer[] | undefined

  /** @param address struct sockaddr_ll */
  constructor(address: Buffer, bytes: Buffer, length: number, time: bigint) {
    const hardware = address.readUInt16LE(8)
    this.time = time
    this.index = address.readInt32LE(4)
    this.direction = address.readUInt8(10) === PACKET_OUTGOING ? 'out' : 'in'
    this.bytes = bytes
    this.length = length
    this.isEthernet = hardware === ARPHRD_ETHER || hardware === ARPHRD_LOOPBACK
  }

  /** Headers from the outside in; decoded when first read. */
  get layers(): Layer[] {
    this.#layers ??= decode(this.bytes, this.isEthernet ? 'ethernet' : ipVersion(this.bytes))
    return this.#layers
  }

  /** As `tcpdump -nn -S` prints it. */
  toString(): string {
    return format(this.layers)
  }
}

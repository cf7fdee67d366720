import fs from 'node:fs'
import { closeLater } from './close-later.ts'
import { openSocket, SOCK_RAW } from './inet-socket.ts'
import { checked, refused } from './failure.ts'
import { lastErrno, libcCalls } from './libc.ts'
import { CapturedPacket } from './packet/captured-packet.ts'
import { pcapOf } from './packet/pcap.ts'
import { MessageBuffer, MSG_TRUNC } from './socket/message-buffer.ts'
import { growReceiveBuffer } from './socket/socket-option.ts'
import { Readiness } from './socket/readiness.ts'
import { asQueued, readNanoseconds, wantTimestamps } from './socket/timestamp.ts'
import { wantVlanTags, withVlanTag } from './socket/vlan-tag.ts'

/** bits/socket.h, linux/if_ether.h, linux/if_packet.h */
const AF_PACKET = 17
const ETH_P_ALL = 3
const SOL_PACKET = 263
const PACKET_ADD_MEMBERSHIP = 1
const PACKET_MR_PROMISC = 1
const PACKET_STATISTICS = 6

const DEFAULT_BUFFER = 16 << 20
/** Read while nobody asks, so that the kernel has room again; what comes then waits there. */
const KEPT_BYTES = 64 << 20
/** A packet before it is cut into segments (GSO) is larger than a frame. */
const received = new MessageBuffer(256 * 1024)

export interface CaptureOptions {
  /**
   * The link, which is promiscuous meanwhile. Default: all links of the namespace; what a bridge
   * passes on is then seen on its ports only.
   */
  link?: { index: number; name: string }
  /** Bytes that may wait in the kernel until they are read. Default 16 MiB. */
  bufferBytes?: number
  /** Bytes kept of each packet; default: all. */
  snapBytes?: number
  /** The node's label, for errors. */
  label: string
}

/** struct sockaddr_ll */
function linkAddress(index: number): Buffer {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeUInt16BE(ETH_P_ALL, 2)
  address.writeInt32LE(index, 4)
  return address
}

/** struct packet_mreq: a bridge does not show itself what it only passes from port to port. */
function hearAll(fd: number, index: number): void {
  const request = Buffer.alloc(16)
  request.writeInt32LE(index, 0)
  request.writeUInt16LE(PACKET_MR_PROMISC, 4)
  libcCalls.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, request.length)
}

function open(namespace: number, { link, bufferBytes, label }: CaptureOptions): number {
  // Protocol 0: nothing comes before the socket is bound, from no other link.
  const fd = openSocket(namespace, AF_PACKET, SOCK_RAW, { label })
  growReceiveBuffer(fd, bufferBytes ?? DEFAULT_BUFFER)
  wantTimestamps(fd)
  wantVlanTags(fd)
  const address = linkAddress(link?.index ?? 0)
  if (libcCalls.bind(fd, address, address.length) === 0) {
    if (link !== undefined) hearAll(fd, link.index)
    return fd
  }
  const errno = lastErrno()
  fs.closeSync(fd)
  const shell = `tcpdump -nn -i ${link?.name ?? 'any'}`
  const message = `could not capture on ${link === undefined ? 'all links' : `"${link.name}"`} of "${label}"`
  throw refused({ message, operation: 'bind(AF_PACKET)', errno, noun: 'CAPTURE', shell })
}

/**
 * Packets of a link, or of a namespace, kept by the kernel from the moment that this is made until
 * they are read: no process, and no waiting for it to be ready.
 *
 * @example
 * using capture = new Capture(alpha.netns.fd, { link: eth0, label: 'alpha' })
 * await expect(web).toPing(outside)
 * console.log(capture.packets().join('\n'))
 */
export class Capture implements Disposable {
  readonly #fd: number
  readonly #snapBytes: number
  readonly #packets: CapturedPacket[] = []
  readonly #readiness: Readiness
  #keptBytes = 0
  #dropped = 0
  #isClosed = false

  constructor(namespace: number, options: CaptureOptions) {
    this.#fd = open(namespace, options)
    this.#snapBytes = options.snapBytes ?? 256 * 1024
    // Without rights on the machine the kernel keeps no more than net.core.rmem_max.
    this.#readiness = new Readiness(this.#fd, 'readable', () => this.#readAhead(), { isRef: false })
  }

  #readAhead(): void {
    this.#drain()
    if (this.#keptBytes > KEPT_BYTES) this.#readiness.close()
  }

  #drain(): void {
    if (this.#isClosed) return
    const read = [...this.#waiting()]
    const times = asQueued(read.map(({ time }) => time))
    for (const [i, { address, bytes, length, time }] of read.entries()) {
      this.#keptBytes += bytes.length
      this.#packets.push(new CapturedPacket(address, bytes, length, times[i] ?? time))
    }
  }

  *#waiting() {
    for (;;) {
      const length = received.receive(this.#fd, MSG_TRUNC, this.#snapBytes)
      if (length < 0) return
      const notes = received.controlMessages()
      const address = Buffer.from(received.name)
      const kept = Buffer.from(received.data)
      const bytes = withVlanTag(kept, notes)
      const time = readNanoseconds(notes) ?? BigInt(Date.now()) * 1_000_000n
      yield { address, bytes, length: length + bytes.length - kept.length, time }
    }
  }

  /** All that was captured until now, in the order in which the kernel saw it. */
  packets(): readonly CapturedPacket[] {
    this.#drain()
    return this.#packets.slice()
  }

  /** Forgets what was captured until now. */
  clear(): void {
    this.#drain()
    this.#packets.length = 0
    this.#keptBytes = 0
  }

  /** How many packets the kernel could not keep: `bufferBytes` was too little. */
  dropped(): number {
    if (this.#isClosed) return this.#dropped
    const statistics = Buffer.alloc(12)
    statistics.writeUInt32LE(8, 8)
    checked(
      libcCalls.getsockopt(
        this.#fd,
        SOL_PACKET,
        PACKET_STATISTICS,
        statistics,
        statistics.subarray(8),
      ),
      'could not read how many packets were dropped',
      'getsockopt(PACKET_STATISTICS)',
      'CAPTURE',
    )
    // Reading it sets it back to zero.
    this.#dropped += statistics.readUInt32LE(4)
    return this.#dropped
  }

  /** A file that wireshark and `tcpdump -r` read. Links without Ethernet go to a file of IP. */
  toPcap(): Buffer {
    this.#drain()
    return pcapOf(this.#packets)
  }

  /** Ends the capture; what was captured stays readable. */
  close(): void {
    if (this.#isClosed) return
    this.#drain()
    this.dropped()
    this.#isClosed = true
    this.#readiness.close()
    closeLater(this.#fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

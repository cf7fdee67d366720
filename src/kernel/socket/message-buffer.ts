import { koffi } from '../koffi.ts'
import { libcCalls } from '../libc.ts'
import { SOCKET_ADDRESS_SIZE } from './socket-address.ts'

/** bits/socket.h, on 64-bit Linux: struct msghdr, struct iovec, struct cmsghdr */
const MSGHDR = 56
const IOVEC = 16
const CMSGHDR = 16
const CONTROL = 512

export const MSG_TRUNC = 0x20
export const MSG_DONTWAIT = 0x40
export const MSG_ERRQUEUE = 0x2000
export const MSG_NOSIGNAL = 0x4000

/** What the kernel says beside a packet: a timestamp, an ICMP error, the address it came to. */
export interface ControlMessage {
  level: number
  type: number
  data: Buffer
}

/**
 * A struct msghdr with its name, data and control buffers, for recvmsg(2) and sendmsg(2). One
 * serves any number of sockets; each call overwrites what the last one brought.
 */
export class MessageBuffer {
  readonly #header: Buffer
  readonly #name: Buffer
  readonly #iovec: Buffer
  readonly #control: Buffer
  readonly #data: Buffer
  #length = 0

  /** @param size the bytes of the largest packet to be received */
  constructor(size: number) {
    // One block outside of the heap, so that the pointers in it stay true.
    const memory = Buffer.allocUnsafeSlow(MSGHDR + IOVEC + SOCKET_ADDRESS_SIZE + 8 + CONTROL + size)
    let at = 0
    const take = (length: number) => memory.subarray(at, (at += length))
    this.#header = take(MSGHDR).fill(0)
    this.#iovec = take(IOVEC)
    this.#name = take(SOCKET_ADDRESS_SIZE + 8)
    this.#control = take(CONTROL)
    this.#data = take(size)
    const base = koffi.address(memory)
    const pointer = (part: Buffer) => base + BigInt(part.byteOffset - memory.byteOffset)
    this.#header.writeBigUInt64LE(pointer(this.#name), 0)
    this.#header.writeBigUInt64LE(pointer(this.#iovec), 16)
    this.#header.writeUInt32LE(1, 24)
    this.#header.writeBigUInt64LE(pointer(this.#control), 32)
    this.#iovec.writeBigUInt64LE(pointer(this.#data), 0)
    this.#iovec.writeUInt32LE(0, 12)
  }

  /**
   * @param flags MSG_DONTWAIT is always added
   * @param most bytes of the packet to copy; default: as many as there is room for
   * @returns the packet's length, with MSG_TRUNC the one on the wire, or -1 (see `lastErrno`)
   */
  receive(fd: number, flags = 0, most = this.#data.length): number {
    const room = Math.min(most, this.#data.length)
    this.#header.writeUInt32LE(SOCKET_ADDRESS_SIZE, 8)
    this.#header.writeUInt32LE(CONTROL, 40)
    this.#iovec.writeUInt32LE(room, 8)
    const length = libcCalls.recvmsg(fd, this.#header, flags | MSG_DONTWAIT)
    this.#length = Math.min(Math.max(length, 0), room)
    return length
  }

  /** Sends `data` back to where the last packet came from, with its control messages as they are. */
  reply(fd: number, data: Uint8Array): number {
    this.#data.set(data.subarray(0, this.#data.length))
    this.#iovec.writeUInt32LE(Math.min(data.length, this.#data.length), 8)
    return libcCalls.sendmsg(fd, this.#header, MSG_DONTWAIT | MSG_NOSIGNAL)
  }

  /** The last packet, in the buffer's own memory: valid until the next call. */
  get data(): Buffer {
    return this.#data.subarray(0, this.#length)
  }

  /** The sender's sockaddr; valid until the next call. */
  get name(): Buffer {
    return this.#name.subarray(0, Math.min(this.#header.readUInt32LE(8), SOCKET_ADDRESS_SIZE))
  }

  /** Valid until the next call; writing to `data` changes what `reply` sends along. */
  controlMessages(): ControlMessage[] {
    const messages: ControlMessage[] = []
    const end = Math.min(this.#header.readUInt32LE(40), CONTROL)
    for (let at = 0; at + CMSGHDR <= end;) {
      const length = this.#control.readUInt32LE(at)
      if (length < CMSGHDR || at + length > end) break
      messages.push({
        level: this.#control.readInt32LE(at + 8),
        type: this.#control.readInt32LE(at + 12),
        data: this.#control.subarray(at + CMSGHDR, at + length),
      })
      at += (length + 7) & ~7
    }
    return messages
  }
}

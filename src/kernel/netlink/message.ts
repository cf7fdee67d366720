/** linux/netlink.h */
export const NLM_F_REQUEST = 0x1
export const NLM_F_ACK = 0x4
export const NLM_F_DUMP = 0x300
export const NLM_F_REPLACE = 0x100
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
export const NLM_F_APPEND = 0x800
export const HEADER = 16

/** One rtnetlink message without its header, and what it means to a person. */
export interface Request {
  /** `RTM_NEWLINK` as in linux/rtnetlink.h */
  type: number
  /** NLM_F_CREATE and the like; REQUEST and ACK are added when it is sent. */
  flags: number
  /** The fixed part (ifinfomsg, ifaddrmsg, …) and the attributes. */
  body: Buffer
  /** The message's name in the kernel's spelling. */
  operation: string
  /** The command that does the same, without `-n` or `ip netns exec`: `ip link set web up`. */
  shell: string
  /** What it does, after "could not": `bring up link "web"`. */
  what: string
  /** One thing to try when the kernel refuses for this reason (errno name → hint). */
  hints?: Readonly<Record<string, string>>
}

const align = (length: number) => (length + 3) & ~3

/** Writes messages in the host's byte order; grows as needed. */
export class MessageWriter {
  #buffer = Buffer.alloc(4096)
  #length = 0

  #reserve(bytes: number): number {
    const at = this.#length
    const need = at + align(bytes)
    if (need > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(need, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    } else {
      this.#buffer.fill(0, at, need)
    }
    this.#length = need
    return at
  }

  /** A fixed part such as ifinfomsg: `fields` are [offset, width in bytes, value]. */
  fixed(size: number, fields: readonly (readonly [number, 1 | 2 | 4, number])[]): this {
    const at = this.#reserve(size)
    for (const [offset, width, value] of fields) {
      if (width === 1) this.#buffer.writeUInt8(value & 0xff, at + offset)
      else if (width === 2) this.#buffer.writeUInt16LE(value & 0xffff, at + offset)
      else this.#buffer.writeUInt32LE(value >>> 0, at + offset)
    }
    return this
  }

  #attribute(type: number, payload: number): number {
    const at = this.#reserve(4 + payload)
    this.#buffer.writeUInt16LE(4 + payload, at)
    this.#buffer.writeUInt16LE(type, at + 2)
    return at + 4
  }

  bytes(type: number, value: Uint8Array): this {
    const at = this.#attribute(type, value.length)
    this.#buffer.set(value, at)
    return this
  }

  string(type: number, value: string): this {
    const length = Buffer.byteLength(value)
    const at = this.#attribute(type, length + 1)
    this.#buffer.write(value, at)
    return this
  }

  u8(type: number, value: number): this {
    const at = this.#attribute(type, 1)
    this.#buffer.writeUInt8(value, at)
    return this
  }

  u16(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#buffer.writeUInt16LE(value, at)
    return this
  }

  /** A 16-bit number in network byte order: ports, EtherTypes. */
  be16(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#buffer.writeUInt16BE(value, at)
    return this
  }

  u32(type: number, value: number): this {
    const at = this.#attribute(type, 4)
    this.#buffer.writeUInt32LE(value >>> 0, at)
    return this
  }

  /** A 32-bit number in network byte order: IPv4 addresses. */
  be32(type: number, value: number): this {
    const at = this.#attribute(type, 4)
    this.#buffer.writeUInt32BE(value >>> 0, at)
    return this
  }

  /** An attribute that holds attributes. */
  nest(type: number, inner: (writer: this) => void): this {
    const at = this.#attribute(type, 0) - 4
    inner(this)
    this.#buffer.writeUInt16LE(this.#length - at, at)
    return this
  }

  /** A whole message: header, then what `body` holds. */
  message(type: number, flags: number, sequence: number, body: Uint8Array): this {
    const at = this.#reserve(HEADER + body.length)
    this.#buffer.writeUInt32LE(HEADER + body.length, at)
    this.#buffer.writeUInt16LE(type, at + 4)
    this.#buffer.writeUInt16LE(flags, at + 6)
    this.#buffer.writeUInt32LE(sequence, at + 8)
    this.#buffer.set(body, at + HEADER)
    return this
  }

  /** What was written, in the writer's own memory: valid until it writes again. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  reset(): this {
    this.#length = 0
    return this
  }
}

const scratch = new MessageWriter()

/** The body of a message, written by `write`. */
export function body(write: (writer: MessageWriter) => unknown): Buffer {
  scratch.reset()
  write(scratch)
  return Buffer.from(scratch.view())
}

/** Attributes by type; a nested one is parsed by calling this on its value. */
export function parseAttributes(buffer: Buffer, from = 0): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>()
  for (let at = from; at + 4 <= buffer.length;) {
    const length = buffer.readUInt16LE(at)
    if (length < 4 || at + length > buffer.length) break
    attributes.set(buffer.readUInt16LE(at + 2) & 0x3fff, buffer.subarray(at + 4, at + length))
    at += align(length)
  }
  return attributes
}

/** A string attribute without its closing NUL. */
export function text(value: Buffer): string {
  const end = value.indexOf(0)
  return value.toString('utf8', 0, end < 0 ? value.length : end)
}

import fs from 'node:fs'
import { checked, refused } from '../failure.ts'
import { errnoName, lastErrno, libcCalls } from '../libc.ts'
import { labIsOver } from '../namespace-handle.ts'
import { insideNet } from '../net-namespace.ts'
import { spelled } from '../spelling.ts'
import {
  HEADER,
  MessageWriter,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  parseAttributes,
  text,
  type Request,
} from './message.ts'

const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0x80000
const NETLINK_ROUTE = 0
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33
/** linux/netlink.h, level SOL_NETLINK */
const SOL_NETLINK = 270
const NETLINK_CAP_ACK = 10
const NETLINK_EXT_ACK = 11
const NETLINK_GET_STRICT_CHK = 12
/** linux/sockios.h */
const SIOCGSKNS = 0x894c
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const NLM_F_CAPPED = 0x100
const NLM_F_ACK_TLVS = 0x200
const NLMSGERR_ATTR_MSG = 1
const MSG_DONTWAIT = 0x40
const MSG_TRUNC = 0x20

/** Acks wait in the socket until they are read; this many fit into the smallest buffer there is. */
const IN_FLIGHT = 128
/** The answer to a GET takes a page or two there. */
const GETS_IN_FLIGHT = 16

const one = Buffer.from([1, 0, 0, 0])
const receiveBufferSize = Buffer.from(Uint32Array.of(4 << 20).buffer)
const received = Buffer.alloc(64 * 1024)
const writer = new MessageWriter()

/**
 * An rtnetlink socket in one network namespace. The kernel handles a request within `send`, so
 * every answer is there when it returns: all calls are synchronous.
 *
 * @example
 * using wire = new NetlinkConnection(namespaceFd, { label: 'alpha', name: 'alpha' })
 * wire.execute([bridgeAdd({ name: 'blue', index: 100 }), linkSet(blue, { up: true })])
 */
export class NetlinkConnection implements Disposable {
  /** Negative when it is closed: its number is the next descriptor's by then. */
  #descriptor: number
  readonly #where: string
  readonly #name: string
  #sequence = 1

  /**
   * @param namespace its descriptor; `here` for the one that the main thread is in
   * @param where the node's label and name, for errors
   */
  constructor(namespace: number | 'here', where: { label: string; name: string }) {
    this.#where = where.label
    this.#name = where.name
    const open = () =>
      checked(
        libcCalls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE),
        `could not talk to the kernel on "${where.label}"`,
        'socket(AF_NETLINK)',
        'NETLINK',
      )
    this.#descriptor = namespace === 'here' ? open() : insideNet(namespace, open)
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK]) {
      libcCalls.setsockopt(this.#fd, SOL_NETLINK, option, one, 4)
    }
  }

  get #fd(): number {
    if (this.#descriptor < 0) throw labIsOver(this.#where)
    return this.#descriptor
  }

  /** A descriptor of the namespace that this is in: by the socket, a tenth of the way by /proc. */
  namespace(): number {
    const message = `could not open the namespace of "${this.#where}"`
    return checked(libcCalls.ioctl(this.#fd, SIOCGSKNS, null), message, 'SIOCGSKNS', 'NAMESPACE')
  }

  /**
   * Sends all requests, in order, few system calls for many. The kernel goes on after a failure;
   * the first failure is thrown once all answers are in.
   */
  execute(requests: readonly Request[]): void {
    let failure: Error | undefined
    for (let from = 0; from < requests.length; from += IN_FLIGHT) {
      failure ??= this.#pipeline(requests.slice(from, from + IN_FLIGHT))
    }
    if (failure !== undefined) throw failure
  }

  /** Only the last is acknowledged: the kernel tells of any failure before that, unasked. */
  #pipeline(requests: readonly Request[]): Error | undefined {
    const first = this.#sequence
    const last = first + requests.length - 1
    writer.reset()
    for (const { type, flags, body } of requests) {
      const ack = this.#sequence === last ? NLM_F_ACK : 0
      writer.message(type, flags | NLM_F_REQUEST | ack, this.#sequence++, body)
    }
    this.#send(writer.view(), requests[0])
    let failure: Error | undefined
    for (;;) {
      for (const [type, flags, sequence, body] of this.#receive()) {
        const request = requests[sequence - first]
        if (type !== NLMSG_ERROR || request === undefined) continue
        failure ??= this.#refusal(request, flags, body)
        if (sequence === last) return failure
      }
    }
  }

  /** Everything that the kernel lists for a GET request; `parse` may leave an entry out. */
  dump<T>(request: Request, parse: (body: Buffer) => T | undefined): T[] {
    const force = libcCalls.setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, receiveBufferSize, 4)
    if (force < 0) libcCalls.setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF, receiveBufferSize, 4)
    return this.#ask([request], NLM_F_DUMP, parse)
  }

  /** The entries that GET requests name, in order; the kernel's refusal when one is not there. */
  get<T>(requests: readonly Request[], parse: (body: Buffer) => T | undefined): T[] {
    const entries: T[] = []
    for (let from = 0; from < requests.length; from += GETS_IN_FLIGHT) {
      entries.push(...this.#ask(requests.slice(from, from + GETS_IN_FLIGHT), NLM_F_ACK, parse))
    }
    return entries
  }

  #ask<T>(
    requests: readonly Request[],
    flags: number,
    parse: (body: Buffer) => T | undefined,
  ): T[] {
    const first = this.#sequence
    writer.reset()
    for (const { type, flags: own, body } of requests) {
      writer.message(type, own | NLM_F_REQUEST | flags, this.#sequence++, body)
    }
    this.#send(writer.view(), requests[0])
    const entries: T[] = []
    let failure: Error | undefined
    for (let answers = 0; answers < requests.length;) {
      for (const [type, answerFlags, sequence, body] of this.#receive()) {
        const request = requests[sequence - first]
        if (request === undefined) continue
        if (type === NLMSG_DONE) answers++
        else if (type === NLMSG_ERROR) {
          failure ??= this.#refusal(request, answerFlags, body)
          answers++
        } else {
          const entry = parse(body)
          if (entry !== undefined) entries.push(entry)
        }
      }
    }
    if (failure !== undefined) throw failure
    return entries
  }

  #send(bytes: Buffer, request: Request | undefined): void {
    if (libcCalls.send(this.#fd, bytes, bytes.length, 0) === bytes.length) return
    throw refused({
      message: `could not ${request?.what ?? 'send'} on "${this.#where}"`,
      operation: 'send(AF_NETLINK)',
      errno: lastErrno(),
      noun: 'NETLINK',
    })
  }

  *#receive(): Generator<[type: number, flags: number, sequence: number, body: Buffer]> {
    const length = libcCalls.recv(this.#fd, received, received.length, MSG_DONTWAIT | MSG_TRUNC)
    if (length < 0 || length > received.length) {
      throw refused({
        message: `could not read the kernel's answer on "${this.#where}"`,
        operation: 'recv(AF_NETLINK)',
        errno: length < 0 ? lastErrno() : 90, // EMSGSIZE
        noun: 'NETLINK',
      })
    }
    for (let at = 0; at + HEADER <= length;) {
      const size = received.readUInt32LE(at)
      const type = received.readUInt16LE(at + 4)
      const flags = received.readUInt16LE(at + 6)
      yield [type, flags, received.readUInt32LE(at + 8), received.subarray(at + HEADER, at + size)]
      at += (size + 3) & ~3
    }
  }

  #refusal(request: Request, flags: number, body: Buffer): Error | undefined {
    const errno = -body.readInt32LE(0)
    if (errno === 0) return undefined
    // nlmsgerr: the error, the request's header and, unless capped, the request itself.
    const capped = (flags & NLM_F_CAPPED) !== 0
    const tlvs = 4 + (capped ? HEADER : (body.readUInt32LE(4) + 3) & ~3)
    const told = (flags & NLM_F_ACK_TLVS) === 0 ? undefined : parseAttributes(body, tlvs)
    const words = told?.get(NLMSGERR_ATTR_MSG)
    const hint = request.hints?.[errnoName(errno)]
    return refused({
      message: `could not ${request.what} on "${this.#where}"`,
      operation: request.operation,
      errno,
      noun: request.operation.replace(/^RTM_(NEW|DEL|GET|SET)/, ''),
      shell: spelled(this.#name, request.shell),
      ...(words === undefined ? {} : { extendedAck: text(words) }),
      ...(hint === undefined ? {} : { hint }),
    })
  }

  close(): void {
    if (this.#descriptor >= 0) fs.closeSync(this.#descriptor)
    this.#descriptor = -1
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

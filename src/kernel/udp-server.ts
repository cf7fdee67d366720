import fs from 'node:fs'
import { UsageError } from '../errors.ts'
import { bindUdp, type BindOptions } from './inet-socket.ts'
import { libcCalls } from './libc.ts'
import { AF_INET, AF_INET6 } from './netlink/address-bytes.ts'
import {
  MessageBuffer,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  type ControlMessage,
} from './socket/message-buffer.ts'
import { Readiness } from './socket/readiness.ts'
import { growReceiveBuffer, setOption } from './socket/socket-option.ts'
import {
  decodeSocketAddress,
  encodeSocketAddress,
  plainAddressText,
  type SocketAddress,
} from './socket/socket-address.ts'

/** linux/in.h, linux/in6.h */
const IPPROTO_IP = 0
const IP_PKTINFO = 8
const IPPROTO_IPV6 = 41
const IPV6_RECVPKTINFO = 49
const IPV6_PKTINFO = 50

/** What comes in bursts, as through a tunnel, waits here. */
const BUFFER_BYTES = 4 << 20
/** The largest datagram there is. */
const packet = new MessageBuffer(65536)

export interface UdpRequest {
  data: Buffer
  /** The source address that the server sees, without port. */
  peer: string
  peerPort: number
  /** The address of its own that was asked; the answer comes from it. */
  local: string
}

/** What is sent back, or nothing. */
export type UdpHandler = (request: UdpRequest) => Uint8Array | string | undefined | void

const echoUdp: UdpHandler = request => request.data

/**
 * The address that a datagram was sent to (struct in_pktinfo, in6_pktinfo). The interface is
 * cleared in place: the same message goes back with the answer, and routes decide its way.
 */
function takeLocal(messages: readonly ControlMessage[]): string {
  for (const { level, type, data } of messages) {
    if (level === IPPROTO_IP && type === IP_PKTINFO) {
      data.writeInt32LE(0, 0)
      return plainAddressText(data.subarray(4, 8))
    }
    if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO) {
      data.writeInt32LE(0, 16)
      return plainAddressText(data.subarray(0, 16))
    }
  }
  return ''
}

function checkTarget(port: number): void {
  if (Number.isInteger(port) && port > 0 && port <= 65535) return
  throw new UsageError(`nothing can be sent to port ${port}`, {
    code: 'TNET_PORT_INVALID',
    hint: 'a port is a whole number from 1 to 65535',
  })
}

/**
 * A UDP server that lives in a namespace, within this process. It answers from the address that
 * was asked, also on a node with several, which a socket bound to all addresses by itself does not.
 */
export class UdpServer implements AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly #fd: number
  readonly #handler: UdpHandler
  readonly #readiness: Readiness
  /** By text: a tunnel sends to few peers, many times. */
  readonly #targets = new Map<string, Buffer>()
  #isClosed = false

  /**
   * @param handler default: echo
   * @example
   * await using echo = new UdpServer(fd, { port: 7, label: 'web' })
   */
  constructor(namespace: number, options: BindOptions, handler: UdpHandler = echoUdp) {
    const { fd, address, port } = bindUdp(namespace, options)
    this.#fd = fd
    this.#handler = handler
    this.address = address
    this.port = port
    growReceiveBuffer(fd, BUFFER_BYTES)
    if (address.includes(':')) setOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
    else setOption(fd, IPPROTO_IP, IP_PKTINFO, 1)
    this.#readiness = new Readiness(fd, 'readable', () => this.#drain(), { isRef: false })
  }

  #drain(): void {
    // A client that sends without end must not keep everybody else waiting.
    for (let n = 0; n < 64 && !this.#isClosed; n++) {
      if (packet.receive(this.#fd) < 0) return
      const from = decodeSocketAddress(packet.name)
      if (from === undefined) continue
      const local = takeLocal(packet.controlMessages())
      const data = Buffer.from(packet.data)
      const reply = this.#handler({ data, peer: from.address, peerPort: from.port, local })
      if (reply !== undefined) packet.reply(this.#fd, Buffer.from(reply))
    }
  }

  #target({ address, port }: SocketAddress): Buffer {
    const key = `${address} ${port}`
    let target = this.#targets.get(key)
    if (target === undefined) {
      checkTarget(port)
      const family = this.address.includes(':') ? AF_INET6 : AF_INET
      target = encodeSocketAddress(address, port, family)
      if (this.#targets.size >= 1000) this.#targets.clear()
      this.#targets.set(key, target)
    }
    return target
  }

  /**
   * Sends a datagram of its own accord, from its own port.
   *
   * @returns false when the kernel did not take it: no route, no room, a rule against it
   * @throws UsageError TNET_ADDRESS_INVALID, TNET_PORT_INVALID
   */
  send(data: Uint8Array | string, to: SocketAddress): boolean {
    const target = this.#target(to)
    if (this.#isClosed) return false
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL
    const { length } = bytes
    return libcCalls.sendto(this.#fd, bytes, length, flags, target, target.length) >= 0
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#readiness.close()
    fs.closeSync(this.#fd)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

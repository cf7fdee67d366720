import fs from 'node:fs'
import { bindUdp, type BindOptions } from './inet-socket.ts'
import { MessageBuffer, type ControlMessage } from './socket/message-buffer.ts'
import { Readiness } from './socket/readiness.ts'
import { setOption } from './socket/socket-option.ts'
import { decodeSocketAddress, plainAddressText } from './socket/socket-address.ts'

/** linux/in.h, linux/in6.h */
const IPPROTO_IP = 0
const IP_PKTINFO = 8
const IPPROTO_IPV6 = 41
const IPV6_RECVPKTINFO = 49
const IPV6_PKTINFO = 50

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
export type UdpHandler = (request: UdpRequest) => Uint8Array | string | undefined

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

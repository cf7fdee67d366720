import fs from 'node:fs'
import { nowMs } from '../../clock.ts'
import { refused } from '../failure.ts'
import { bindSocket, openSocket, SOCK_RAW } from '../inet-socket.ts'
import { errnoName, lastErrno, libcCalls } from '../libc.ts'
import { AF_INET } from '../netlink/address-bytes.ts'
import type { Netns } from '../netns.ts'
import { MessageBuffer, MSG_DONTWAIT, MSG_ERRQUEUE } from '../socket/message-buffer.ts'
import { Readiness } from '../socket/readiness.ts'
import { growReceiveBuffer, setOption } from '../socket/socket-option.ts'
import { unwrap, type TunnelKind, type Unwrapped } from './encapsulation.ts'

/** linux/in.h, linux/errqueue.h */
const IPPROTO_IP = 0
const IP_HDRINCL = 3
const IP_RECVERR = 11
const IP_FREEBIND = 15
const SO_EE_ORIGIN_LOCAL = 1
const EEXIST = 17
const EMSGSIZE = 90
/** net.ipv4.route.mtu_expires */
const MTU_EXPIRES_MS = 600_000
const BUFFER_BYTES = 4 << 20
/** Read in one turn of Node's loop, so that others get theirs. */
const BATCH = 64

const received = Buffer.allocUnsafeSlow(65536)
const errors = new MessageBuffer(576)
const target = Buffer.alloc(16)
target.writeUInt16LE(AF_INET, 0)

/** A tunnel as its socket knows it. */
export interface TunnelEnd {
  readonly kind: TunnelKind
  readonly name: string
  /** Packets with any other key, or with one where there is none, are not its own. */
  readonly key: number | undefined
  /** The only outer source that it takes packets from; none: it takes what nobody else does. */
  readonly remote: number | undefined
  receive(packet: Unwrapped): void
}

/** Why a packet was not sent: too large for the way, no way at all, or anything else. */
export type NotSent = { mtu: number } | 'unreachable' | 'dropped'

const sockets = new WeakMap<Netns, Map<string, TunnelSocket>>()
const accepts = (end: TunnelEnd, { kind, key }: Unwrapped) => end.kind === kind && end.key === key

/**
 * The raw socket that all tunnels of one protocol and one local address on a node share. While it
 * is there, the kernel does not answer such packets with "protocol unreachable", as without one
 * (ip_protocol_deliver_rcu). It brings whole packets: fragments are joined before.
 */
export class TunnelSocket {
  readonly #fd: number
  readonly #key: string
  readonly #netns: Netns
  readonly #ends: TunnelEnd[] = []
  readonly #readiness: Readiness
  /** What routers on the way have said, as the kernel keeps it with its routes. */
  readonly #pathMtus = new Map<number, { mtu: number; until: number }>()

  private constructor(netns: Netns, protocol: number, local: string) {
    this.#netns = netns
    this.#key = `${protocol} ${local}`
    const fd = openSocket(netns.fd, AF_INET, SOCK_RAW, { label: netns.label, protocol })
    this.#fd = fd
    setOption(fd, IPPROTO_IP, IP_HDRINCL, 1)
    setOption(fd, IPPROTO_IP, IP_RECVERR, 1)
    // As the kernel's devices, it may be made before its address is.
    setOption(fd, IPPROTO_IP, IP_FREEBIND, 1)
    growReceiveBuffer(fd, BUFFER_BYTES)
    bindSocket(fd, { address: local, port: 0 }, 'tunnel', netns.label)
    this.#readiness = new Readiness(fd, 'readable', () => this.#drain(), { isRef: false })
  }

  /**
   * Takes part in it; who does leaves it with `leave`.
   *
   * @throws KernelError TNET_LINK_EXISTS when there is a tunnel of the same kind, key and remote:
   *   nobody could tell their packets apart, and the kernel refuses such a device
   */
  static join(netns: Netns, protocol: number, local: string, end: TunnelEnd): TunnelSocket {
    const ofNode = sockets.get(netns) ?? new Map<string, TunnelSocket>()
    sockets.set(netns, ofNode)
    const key = `${protocol} ${local}`
    const socket = ofNode.get(key) ?? new TunnelSocket(netns, protocol, local)
    const same = socket.#ends.find(
      other => other.kind === end.kind && other.key === end.key && other.remote === end.remote,
    )
    if (same !== undefined) {
      throw refused({
        message: `could not create ${end.kind} tunnel "${end.name}" on "${netns.label}"`,
        operation: 'userspace stand-in',
        errno: EEXIST,
        noun: 'LINK',
        hint: `"${same.name}" there has the same local and remote address and key; change one`,
      })
    }
    socket.#ends.push(end)
    ofNode.set(key, socket)
    return socket
  }

  #drain(): void {
    for (let n = 0; n < BATCH && this.#ends.length > 0; n++) {
      const length = libcCalls.recv(this.#fd, received, received.length, MSG_DONTWAIT)
      if (length < 0) {
        if (n === 0) this.#readErrors()
        return
      }
      const packet = unwrap(received.subarray(0, length))
      if (packet !== undefined) this.#endFor(packet)?.receive(packet)
    }
  }

  /** The one with this very remote comes before one without (ip_tunnel_lookup). */
  #endFor(packet: Unwrapped): TunnelEnd | undefined {
    let open: TunnelEnd | undefined
    for (const end of this.#ends) {
      if (!accepts(end, packet)) continue
      if (end.remote === packet.remote) return end
      if (end.remote === undefined) open = end
    }
    return open
  }

  /**
   * Reads what the kernel keeps of ICMP errors, and of its own refusals.
   *
   * @returns whether there was any, and the MTU that the kernel's own refusal names
   */
  #readErrors(): { count: number; mtu: number } {
    let [count, mtu] = [0, 0]
    while (errors.receive(this.#fd, MSG_ERRQUEUE) >= 0) {
      count++
      const remote = errors.name.length < 8 ? 0 : errors.name.readUInt32BE(4)
      for (const { level, type, data } of errors.controlMessages()) {
        // struct sock_extended_err
        if (level !== IPPROTO_IP || type !== IP_RECVERR || data.length < 16) continue
        if (data.readUInt32LE(0) !== EMSGSIZE) continue
        const info = data.readUInt32LE(8)
        // Our own link's MTU may be another tomorrow: not remembered.
        if (data.readUInt8(4) === SO_EE_ORIGIN_LOCAL) mtu = info
        else this.#pathMtus.set(remote, { mtu: info, until: nowMs() + MTU_EXPIRES_MS })
      }
    }
    return { count, mtu }
  }

  #pathMtu(remote: number): number {
    if (this.#pathMtus.size === 0) return Infinity
    const path = this.#pathMtus.get(remote)
    if (path !== undefined && path.until > nowMs()) return path.mtu
    this.#pathMtus.delete(remote)
    return Infinity
  }

  /** Sends an outer packet; `undefined` when the kernel took it. */
  send(packet: Buffer, remote: number): NotSent | undefined {
    target.writeUInt32BE(remote, 4)
    const { length } = packet
    // An error that came for an earlier packet is told to whoever sends next: that one tries again.
    for (let n = 0; n < 2; n++) {
      const mtu = this.#pathMtu(remote)
      if (length > mtu) return { mtu }
      if (libcCalls.sendto(this.#fd, packet, length, MSG_DONTWAIT, target, 16) >= 0) return
      const errno = errnoName(lastErrno())
      const told = this.#readErrors()
      if (errno === 'EMSGSIZE' && told.mtu > 0) return { mtu: told.mtu }
      const isOwn = told.count === 0
      if (isOwn && (errno === 'ENETUNREACH' || errno === 'EHOSTUNREACH')) return 'unreachable'
      if (isOwn) return 'dropped'
    }
    return 'dropped'
  }

  /** The last one to leave closes it. */
  leave(end: TunnelEnd): void {
    const at = this.#ends.indexOf(end)
    if (at >= 0) this.#ends.splice(at, 1)
    if (at < 0 || this.#ends.length > 0) return
    sockets.get(this.#netns)?.delete(this.#key)
    this.#readiness.close()
    fs.closeSync(this.#fd)
  }
}

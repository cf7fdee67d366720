import fs from 'node:fs'
import { EchoRequest, echoFilter, parseAnswer4, parseAnswer6 } from './icmp-message.ts'
import type { EchoAnswer } from './icmp-message.ts'
import { bindSocket, openSocket, SOCK_RAW } from './inet-socket.ts'
import { lastErrno, libcCalls } from './libc.ts'
import { AF_INET6 } from './netlink/address-bytes.ts'
import { icmpFailure, localFailure, type PingOutcome } from './probe-outcome.ts'
import { MessageBuffer, MSG_NOSIGNAL } from './socket/message-buffer.ts'
import { growReceiveBuffer, setOption } from './socket/socket-option.ts'
import { readTimestamp, wallClock, wantTimestamps } from './socket/timestamp.ts'
import { encodeSocketAddress } from './socket/socket-address.ts'

export interface PingOptions {
  /** How long the last answer may take. Default 1000. */
  timeoutMs?: number
  /** Bytes after the ICMP header. Default 56, as ping's. */
  payload?: number
  /** `true` as `ping -M do`, `false` as `ping -M dont`; default: as the kernel does by itself. */
  dontFragment?: boolean
  /** Time to live, or hop limit. */
  ttl?: number
  /** The source address; default: what the kernel chooses. */
  source?: string
  /** Whose requests these are, for errors. */
  label?: string
}

/** linux/in.h, linux/in6.h; level and option of: MTU discovery, TTL, no local fragments */
const IPPROTO_IP = 0
const IPPROTO_ICMP = 1
const IPPROTO_IPV6 = 41
const IPPROTO_ICMPV6 = 58
const IP_TTL = 2
const IP_MTU_DISCOVER = 10
const IPV6_UNICAST_HOPS = 16
const IPV6_MTU_DISCOVER = 23
const IPV6_DONTFRAG = 62
const PMTUDISC_DONT = 0
const PMTUDISC_DO = 2
const SOL_SOCKET = 1
const SO_SNDBUFFORCE = 32
const BUFFER_BYTES = 4 << 20

const received = new MessageBuffer(65536)
/** Probers that run at the same time, on the same node too, do not answer each other. */
let nextId = Math.floor(Math.random() * 65536)

type Settle = (outcome: PingOutcome) => void

/** A raw ICMP or ICMPv6 socket in a namespace, and the requests that it still waits for. */
export class EchoSocket {
  readonly fd: number
  readonly #family: number
  readonly #request: EchoRequest
  readonly #pending = new Map<number, { sentAt: number; settle: Settle }>()
  #id = nextId++ & 0xffff
  #sequence = 0
  #isSending = false

  constructor(namespace: number, family: number, options: PingOptions) {
    const { payload = 56, source, label = 'the sender' } = options
    this.#family = family
    this.#request = new EchoRequest(family, payload)
    const protocol = family === AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP
    this.fd = openSocket(namespace, family, SOCK_RAW, { label, protocol })
    const { level, name, value } = echoFilter(family)
    libcCalls.setsockopt(this.fd, level, name, value, value.length)
    growReceiveBuffer(this.fd, BUFFER_BYTES)
    setOption(this.fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES)
    wantTimestamps(this.fd)
    this.#applyOptions(options)
    if (source !== undefined) bindSocket(this.fd, { address: source, port: 0 }, 'source', label)
  }

  #applyOptions({ ttl, dontFragment }: PingOptions): void {
    const is6 = this.#family === AF_INET6
    const level = is6 ? IPPROTO_IPV6 : IPPROTO_IP
    if (ttl !== undefined) setOption(this.fd, level, is6 ? IPV6_UNICAST_HOPS : IP_TTL, ttl)
    if (dontFragment === undefined) return
    const discover = is6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER
    setOption(this.fd, level, discover, dontFragment ? PMTUDISC_DO : PMTUDISC_DONT)
    if (is6) setOption(this.fd, level, IPV6_DONTFRAG, dontFragment ? 1 : 0)
  }

  /** How many requests have no answer yet. */
  get waiting(): number {
    return this.#pending.size
  }

  send(to: string, settle: Settle): void {
    const sequence = ++this.#sequence & 0xffff
    if (sequence === 0) this.#id = nextId++ & 0xffff
    const bytes = this.#request.with(this.#id, sequence)
    const address = encodeSocketAddress(to, 0)
    const key = this.#id * 65536 + sequence
    this.#pending.set(key, { sentAt: wallClock(), settle })
    const { length } = bytes
    if (libcCalls.sendto(this.fd, bytes, length, MSG_NOSIGNAL, address, address.length) >= 0) return
    const errno = lastErrno()
    // A rule that rejects an outgoing packet says why in an ICMP error, and EPERM as well.
    this.#isSending = true
    this.drain()
    this.#isSending = false
    if (this.#pending.delete(key)) settle(localFailure(errno))
  }

  /** Reads what has come. */
  drain(): void {
    while (this.#pending.size > 0 && received.receive(this.fd) >= 0) {
      const answer =
        this.#family === AF_INET6
          ? parseAnswer6(received.data, received.name.subarray(8, 24))
          : parseAnswer4(received.data)
      if (answer !== undefined) this.#settle(answer)
    }
  }

  #settle(answer: EchoAnswer): void {
    const key = answer.id * 65536 + answer.sequence
    const pending = this.#pending.get(key)
    if (pending === undefined) return
    const { from, mtu } = answer
    if (answer.isReply) {
      const at = readTimestamp(received.controlMessages()) ?? wallClock()
      pending.settle({ outcome: 'answered', rttMs: Math.max(0, at - pending.sentAt), from })
    } else {
      const outcome = icmpFailure(this.#family, answer.type, answer.code)
      if (outcome === undefined) return
      // The neighbour's silence is told later than within `send`.
      if (answer.isOwn && !this.#isSending && outcome === 'unreachable: host') {
        pending.settle({ outcome: 'no neighbour' })
      } else {
        pending.settle({ outcome, from, ...(outcome === 'too big' && mtu > 0 ? { mtu } : {}) })
      }
    }
    this.#pending.delete(key)
  }

  close(): void {
    fs.closeSync(this.fd)
  }
}

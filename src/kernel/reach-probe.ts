import fs from 'node:fs'
import { beginConnect, localAddress, SOCK_DGRAM, SOCK_STREAM } from './inet-socket.ts'
import { errnoName, lastErrno, libcCalls } from './libc.ts'
import { addressBytes } from './netlink/address-bytes.ts'
import { withoutNeighbour } from './next-hop.ts'
import { icmpFailure, localFailure, type Unanswered } from './probe-outcome.ts'
import { readError, wantErrors } from './socket/error-queue.ts'
import { MSG_DONTWAIT, MSG_NOSIGNAL } from './socket/message-buffer.ts'
import { socketError } from './socket/socket-option.ts'
import { untilReady } from './socket/readiness.ts'

export interface ReachTarget {
  protocol: 'tcp' | 'udp'
  to: string
  port: number
}

export interface ReachOptions {
  /** How long an answer may take. Default 1000. */
  timeoutMs?: number
  /** The source address; default: what the kernel chooses. */
  source?: string
  /** UDP: what is sent. Default `tnet-lab`. */
  payload?: string | Uint8Array
  /** Whose probe it is, for errors. */
  label?: string
}

export type ReachOutcome = { outcome: 'connected' | 'answered'; ms: number } | Unanswered

interface Probe extends ReachTarget {
  namespace: number
  label: string
  fd: number
}

function isNeighbourMissing({ namespace, to, label }: Probe): boolean {
  return withoutNeighbour(namespace, [to], label).has(to)
}

/** What a socket's ICMP error says; `undefined` when none waits. */
function icmpOutcome(probe: Probe): Unanswered | undefined {
  const { fd, protocol, to } = probe
  const { family } = addressBytes(to)
  for (let error = readError(fd); error !== undefined; error = readError(fd)) {
    const outcome = icmpFailure(family, error.type, error.code)
    if (outcome === undefined) continue
    const { from, info } = error
    // The sender's own kernel says so when its neighbour has not answered.
    const isOwn = outcome === 'unreachable: host' && from === localAddress(fd).address
    if (isOwn && isNeighbourMissing(probe)) return { outcome: 'no neighbour' }
    // UDP has no other way to say no.
    if (outcome === 'unreachable: port' && protocol === 'udp' && from === to) {
      return { outcome: 'refused', from }
    }
    return { outcome, from, ...(outcome === 'too big' && info > 0 ? { mtu: info } : {}) }
  }
  return undefined
}

function failed(probe: Probe, errno: number): Unanswered {
  const told = icmpOutcome(probe)
  if (told !== undefined) return told
  if (errnoName(errno) === 'ECONNREFUSED') return { outcome: 'refused', from: probe.to }
  return localFailure(errno)
}

function silent(probe: Probe): Unanswered {
  return { outcome: isNeighbourMissing(probe) ? 'no neighbour' : 'timed out' }
}

async function finishTcp(probe: Probe, timeoutMs: number): Promise<ReachOutcome> {
  const begun = performance.now()
  if (!(await untilReady(probe.fd, 'writable', timeoutMs, probe.namespace))) return silent(probe)
  const errno = socketError(probe.fd)
  if (errno !== 0) return failed(probe, errno)
  return { outcome: 'connected', ms: performance.now() - begun }
}

async function finishUdp(
  probe: Probe,
  { payload = 'tnet-lab', timeoutMs = 1000 }: ReachOptions,
): Promise<ReachOutcome> {
  const begun = performance.now()
  const bytes = Buffer.from(payload)
  if (libcCalls.send(probe.fd, bytes, bytes.length, MSG_NOSIGNAL) < 0) {
    return failed(probe, lastErrno())
  }
  for (;;) {
    const left = Math.max(0, begun + timeoutMs - performance.now())
    if (!(await untilReady(probe.fd, 'readable', left, probe.namespace))) return silent(probe)
    const told = icmpOutcome(probe)
    if (told !== undefined) return told
    const errno = socketError(probe.fd)
    if (errno !== 0) return failed(probe, errno)
    const answer = Buffer.alloc(1)
    if (libcCalls.recv(probe.fd, answer, 1, MSG_DONTWAIT) >= 0) {
      return { outcome: 'answered', ms: performance.now() - begun }
    }
  }
}

/**
 * Whether a TCP connection or a UDP datagram from a namespace is answered, and if not, why. Any
 * number may run at the same time.
 *
 * @example
 * await probeReach(web.netns.fd, { protocol: 'tcp', to: '192.0.2.2', port: 80 })
 * // { outcome: 'unreachable: admin', from: '192.0.2.1' }
 */
export async function probeReach(
  namespace: number,
  target: ReachTarget,
  options: ReachOptions = {},
): Promise<ReachOutcome> {
  const { label = 'the sender', timeoutMs = 1000, source } = options
  const { protocol, to, port } = target
  const { fd, errno } = beginConnect(
    namespace,
    protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM,
    { to: { address: to, port }, label, ...(source === undefined ? {} : { source }) },
    wantErrors,
  )
  const probe = { ...target, namespace, label, fd }
  try {
    if (errno !== 0) return failed(probe, errno)
    return protocol === 'tcp' ? await finishTcp(probe, timeoutMs) : await finishUdp(probe, options)
  } finally {
    fs.closeSync(fd)
  }
}

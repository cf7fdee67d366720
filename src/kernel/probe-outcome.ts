import { errnoName } from './libc.ts'
import { AF_INET6 } from './netlink/address-bytes.ts'

/** What became of a packet that was not answered, in words that say where it went wrong. */
export type ProbeFailure =
  /** The target said no: a reset, or for UDP its own "port unreachable". */
  | 'refused'
  /** Nothing came back: dropped on the way there, or on the way back. */
  | 'timed out'
  | 'unreachable: net'
  | 'unreachable: host'
  | 'unreachable: protocol'
  | 'unreachable: port'
  | 'unreachable: admin'
  | 'ttl exceeded'
  /** Larger than a link takes, and not to be fragmented. */
  | 'too big'
  /** The next hop, or the target on the same link, does not answer ARP or neighbour discovery. */
  | 'no neighbour'
  /** The sender's own routing table has no way there; nothing was sent. */
  | 'no route'

export interface Unanswered {
  outcome: ProbeFailure
  /** The address that said so; absent when it was the sender's own kernel, or nobody. */
  from?: string
  /** What the sender's own kernel returned. */
  errno?: string
  /** With 'too big': what fits. */
  mtu?: number
}

export type PingOutcome =
  | {
      outcome: 'answered'
      /** By the kernel's clock, from before the request is handed over to when the reply came in. */
      rttMs: number
      from: string
    }
  | Unanswered

/** RFC 792, RFC 1812; RFC 4443: codes of "destination unreachable". */
const unreachable4: readonly ProbeFailure[] = [
  'unreachable: net',
  'unreachable: host',
  'unreachable: protocol',
  'unreachable: port',
  'too big',
  'unreachable: host',
  'unreachable: net',
  'unreachable: host',
  'unreachable: host',
  'unreachable: admin',
  'unreachable: admin',
  'unreachable: net',
  'unreachable: host',
  'unreachable: admin',
  'unreachable: host',
  'unreachable: host',
]
const unreachable6: readonly ProbeFailure[] = [
  'unreachable: net',
  'unreachable: admin',
  'unreachable: net',
  'unreachable: host',
  'unreachable: port',
  'unreachable: admin',
  'unreachable: net',
]

/** What an ICMP or ICMPv6 error means; `undefined` for a message that ends nothing. */
export function icmpFailure(family: number, type: number, code: number): ProbeFailure | undefined {
  if (family === AF_INET6) {
    if (type === 1) return unreachable6[code]
    if (type === 2) return 'too big'
    return type === 3 && code === 0 ? 'ttl exceeded' : undefined
  }
  if (type === 3) return unreachable4[code]
  return type === 11 && code === 0 ? 'ttl exceeded' : undefined
}

/**
 * What it means that the sender's own kernel refused at once. Route types: unreachable is
 * EHOSTUNREACH, prohibit EACCES, blackhole EINVAL, none ENETUNREACH; EPERM is a firewall rule for
 * outgoing packets, which a TCP handshake meets as silence.
 */
export function localFailure(errno: number): Unanswered {
  const name = errnoName(errno)
  const outcomes: Readonly<Record<string, ProbeFailure>> = {
    ENETUNREACH: 'no route',
    EINVAL: 'no route',
    EHOSTUNREACH: 'unreachable: host',
    EACCES: 'unreachable: admin',
    ECONNREFUSED: 'refused',
    EMSGSIZE: 'too big',
    ENETDOWN: 'no route',
    EADDRNOTAVAIL: 'no route',
  }
  return { outcome: outcomes[name] ?? 'timed out', errno: name }
}

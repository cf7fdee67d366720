import { runInNetns } from '../../lab/command.ts'
import { Link } from '../../lab/link.ts'
import type { Node } from '../../lab/node.ts'
import { isAddress } from '../../kernel/netlink/address-bytes.ts'
import { spelled } from '../../kernel/spelling.ts'
import { shellWord } from '../../names.ts'
import type { Check } from '../check.ts'
import { patience, type Mode } from '../mode.ts'
import { boolean, checkOptions, milliseconds, whole } from '../options.ts'
import { addressOf, targetText, type Target } from '../target.ts'
import { readPing } from './ping-output.ts'

export interface PingOptions {
  /** Echo requests, all of which must be answered; under `not` none may be. Default 1. */
  count?: number
  /** Bytes of payload; the IPv4 packet is 28 larger, the IPv6 packet 48. Default 56. */
  payload?: number
  /** `false` sets "don't fragment", and does not fragment here either; `true` clears it. */
  fragment?: boolean
  /** Time to live, or hop limit. Default: the kernel's, 64. */
  ttl?: number
  /** The address, or the link, that requests leave from. */
  source?: string | Link
  /** Milliseconds that an answer may take. Default 1000; under `not` the window. */
  timeoutMs?: number
}

const source = (value: unknown) =>
  value instanceof Link || (typeof value === 'string' && /^[^-\s]\S*$/.test(value))
    ? undefined
    : 'an address, or a link'

const demands = {
  count: whole(1, 10_000),
  // The largest IPv4 packet less its header and ICMP's.
  payload: whole(0, 65507),
  fragment: boolean,
  ttl: whole(1, 255),
  source,
  timeoutMs: milliseconds,
}

/** The arguments of iputils' ping that do this. */
function pingArguments(to: string, options: PingOptions, timeoutMs: number): string[] {
  const { count = 1, payload, fragment, ttl, source: from } = options
  return [
    '-n',
    '-c',
    String(count),
    ...(count > 1 ? ['-i', '0.01'] : []),
    '-W',
    String(timeoutMs / 1000),
    ...(payload === undefined ? [] : ['-s', String(payload)]),
    ...(fragment === undefined ? [] : ['-M', fragment ? 'dont' : 'do']),
    ...(ttl === undefined ? [] : ['-t', String(ttl)]),
    ...(from === undefined ? [] : ['-I', String(from)]),
    to,
  ]
}

function manner({ payload, fragment, ttl, source: from }: PingOptions): string {
  return [
    ...(from === undefined ? [] : [` from ${from}`]),
    ...(payload === undefined ? [] : [` with ${payload} bytes`]),
    ...(fragment === false ? [' unfragmented'] : []),
    ...(ttl === undefined ? [] : [` with TTL ${ttl}`]),
  ].join('')
}

export function toPing(from: Node, target: Target, options: PingOptions, mode: Mode): Check {
  checkOptions('toPing', options, demands)
  const { count = 1 } = options
  const timeoutMs = patience(mode, options.timeoutMs)
  const to = addressOf(from, target)
  const args = pingArguments(to, options, timeoutMs)
  const text = targetText(target, to) + manner(options)
  const isName = !isAddress(to)
  return {
    title: `${from.label} pings ${text}`,
    negated: `${from.label} does not ping ${text}`,
    expected: count === 1 ? 'an echo reply' : `${count} echo replies`,
    unexpected: 'no echo reply',
    command: spelled(from.netns.name, `ping ${args.map(shellWord).join(' ')}`),
    look: async () => {
      // Should ping itself hang, it does not take the scenario along.
      const limit = { names: isName, timeoutMs: timeoutMs + count * 20 + 10_000 }
      const result = await runInNetns(from, 'ping', args, limit)
      return readPing(result, { from, to, count, timeoutMs, source: String(options.source ?? '') })
    },
    explain: async () => {
      if (isName) return { facts: {} }
      return (await import('../why/why.ts')).whyUnreached(from, to)
    },
  }
}

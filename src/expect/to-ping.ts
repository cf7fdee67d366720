import { runInNetns } from '../lab/command.ts'
import type { Node } from '../lab/node.ts'
import { shellWord } from '../names.ts'
import type { Attempt, Check } from './settle.ts'
import { addressOf, targetText, type Target } from './target.ts'

export interface PingOptions {
  /** Echo requests, all of which must be answered. Default 1. */
  count?: number
  /** Bytes of payload; the IPv4 packet is 28 larger, the IPv6 packet 48. Default 56. */
  payload?: number
  /** `false` sets "don't fragment" and does not fragment here either. */
  fragment?: false
  ttl?: number
  /** The address, or the link, that requests leave from. */
  source?: string
  /** Milliseconds that an answer may take. Default 1000; under `not` 300. */
  timeoutMs?: number
}

/** The arguments of iputils' ping that do this. */
function pingArguments(address: string, options: PingOptions): string[] {
  const { count = 1, payload, fragment, ttl, source, timeoutMs = 1000 } = options
  const seconds = String(timeoutMs / 1000)
  return [
    '-n',
    '-c',
    String(count),
    ...(count > 1 ? ['-i', '0.01'] : []),
    '-W',
    seconds,
    ...(payload === undefined ? [] : ['-s', String(payload)]),
    ...(fragment === false ? ['-M', 'do'] : []),
    ...(ttl === undefined ? [] : ['-t', String(ttl)]),
    ...(source === undefined ? [] : ['-I', source]),
    address,
  ]
}

/** What ping said, without what it always says. */
function received(stdout: string, stderr: string): string {
  const said = [...stdout.split('\n'), ...stderr.split('\n')].filter(
    line => line !== '' && !/^(PING|---|rtt|\d+ bytes from)/.test(line),
  )
  return said.join('\n').replace(/, time \d+ms/g, '')
}

export function toPing(from: Node, target: Target, options: PingOptions): Check {
  const address = addressOf(from, target)
  const args = pingArguments(address, options)
  const { count = 1, payload, fragment } = options
  const text =
    targetText(target, address) +
    (payload === undefined ? '' : ` with ${payload} bytes`) +
    (fragment === false ? ' unfragmented' : '')
  return {
    title: `${from.label} pings ${text}`,
    negated: `${from.label} does not ping ${text}`,
    expected: count === 1 ? 'an echo reply' : `${count} echo replies`,
    unexpected: 'no echo reply',
    command: `ip netns exec ${from.netns.name} ping ${args.map(shellWord).join(' ')}`,
    look: async (): Promise<Attempt> => {
      const { exitCode, stdout, stderr } = await runInNetns(from, 'ping', args)
      const replies = Number(/(\d+) received/.exec(stdout)?.[1] ?? 0)
      return { ok: exitCode === 0 && replies === count, received: received(stdout, stderr) }
    },
  }
}

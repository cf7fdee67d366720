import { scaled } from '../../clock.ts'
import { UsageError } from '../../errors.ts'
import { isAddress } from '../../kernel/netlink/address-bytes.ts'
import type { ProbeFailure } from '../../kernel/probe-outcome.ts'
import { probeReach } from '../../kernel/reach-probe.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Node } from '../../lab/node.ts'
import type { Check } from '../check.ts'
import { endpointOf, endpointText, type Endpoint, type ServiceTarget } from '../endpoint.ts'
import { patience, type Mode } from '../mode.ts'
import { checkOptions, milliseconds, oneOf, text } from '../options.ts'
import { outcomeText } from '../outcome-text.ts'
import { whyUnreached } from '../why/why.ts'

/** How asking a port ends: TCP connects, UDP is answered, or why not. */
export type Outcome = 'connected' | 'answered' | ProbeFailure

export interface ReachOptions {
  /** How it must end. Default `connected` for TCP, `answered` for UDP. */
  outcome?: Outcome
  /** The node's own address to ask from. */
  source?: string
  /** UDP: what is sent. Default `tnet-lab`. */
  payload?: string
  /** Milliseconds that an answer may take. Default 1000; 300 where none is expected. */
  timeoutMs?: number
}

const outcomes: readonly Outcome[] = [
  'connected',
  'answered',
  'refused',
  'timed out',
  'unreachable: net',
  'unreachable: host',
  'unreachable: protocol',
  'unreachable: port',
  'unreachable: admin',
  'ttl exceeded',
  'too big',
  'no neighbour',
  'no route',
]

const demands = {
  outcome: oneOf(...outcomes),
  source: (value: unknown) =>
    typeof value === 'string' && isAddress(value) ? undefined : 'an address',
  payload: text,
  timeoutMs: milliseconds,
}

function command({ address, port, protocol }: Endpoint, timeoutMs: number): string {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000))
  const isUdp = protocol === 'udp'
  return `nc -v${isUdp ? 'u' : 'z'} -w ${seconds} ${address} ${port}`
}

function wantedOutcome(endpoint: Endpoint, given: Outcome | undefined): Outcome {
  const success = endpoint.protocol === 'tcp' ? 'connected' : 'answered'
  const other = endpoint.protocol === 'tcp' ? 'answered' : 'connected'
  if (given !== other) return given ?? success
  throw new UsageError(`${endpoint.protocol.toUpperCase()} never ends as "${other}"`, {
    code: 'TNET_OPTION_INVALID',
    hint: `the word is "${success}"`,
  })
}

export function toReach(
  from: Node,
  target: ServiceTarget,
  options: ReachOptions,
  mode: Mode,
): Check {
  checkOptions('toReach', options, demands)
  const endpoint = endpointOf(from, target)
  const wanted = wantedOutcome(endpoint, options.outcome)
  const isReached = wanted === 'connected' || wanted === 'answered'
  const timeoutMs = isReached ? patience(mode, options.timeoutMs) : scaled(options.timeoutMs ?? 300)
  const { outcome: _, ...probe } = options
  const { address, port, protocol } = endpoint
  const text = endpointText(endpoint)
  return {
    title: isReached
      ? `${from.label} reaches ${text}`
      : `${from.label} gets "${wanted}" from ${text}`,
    negated: isReached
      ? `${from.label} does not reach ${text}`
      : `${from.label} does not get "${wanted}" from ${text}`,
    expected: wanted,
    unexpected: `anything but "${wanted}"`,
    command: spelled(from.netns.name, command(endpoint, timeoutMs)),
    look: async () => {
      const place = { to: address, port, protocol }
      const settings = { ...probe, timeoutMs, label: from.label }
      // Whoever refuses it says so each time.
      for (const node of from.lab.nodes) node.netns.prepare()
      const result = await probeReach(from.netns.fd, place, settings)
      return { ok: result.outcome === wanted, received: outcomeText(result) }
    },
    ...(isReached ? { explain: () => whyUnreached(from, address, { port, protocol }) } : {}),
  }
}

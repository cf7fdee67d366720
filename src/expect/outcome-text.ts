import type { PingOutcome, Unanswered } from '../kernel/probe-outcome.ts'
import type { ReachOutcome } from '../kernel/reach-probe.ts'

/** `refused, says 10.0.1.3`; `no route (ENETUNREACH)`; `connected`. */
export function outcomeText(result: PingOutcome | ReachOutcome): string {
  if (result.outcome === 'answered' || result.outcome === 'connected') return result.outcome
  const { outcome, mtu, from, errno } = result as Unanswered
  return [
    outcome,
    ...(mtu === undefined ? [] : [`, MTU ${mtu}`]),
    ...(from === undefined ? [] : [`, says ${from}`]),
    ...(errno === undefined ? [] : [` (${errno})`]),
  ].join('')
}

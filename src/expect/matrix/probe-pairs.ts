import { setTimeout } from 'node:timers/promises'
import { nowMs } from '../../clock.ts'
import type { Protocol } from '../../firewall/firewall.ts'
import { probePings } from '../../kernel/icmp-prober.ts'
import { nodeAddress } from '../target.ts'
import type { Pair } from './matrix.ts'
import { isAnswered, type PairOutcome, type Probed } from './matrix-text.ts'

export interface ProbeSettings {
  timeoutMs: number
  windowMs: number
  /** Default: ping. */
  port: number | undefined
  protocol: Protocol
}

type Place = Pair & { address: string }

async function probe(
  pairs: readonly Place[],
  timeoutMs: number,
  { port, protocol }: ProbeSettings,
): Promise<PairOutcome[]> {
  if (port === undefined) {
    const asked = pairs.map(({ from, address }) => ({ from: from.netns.fd, to: address }))
    return probePings(asked, { timeoutMs })
  }
  const { probeReach } = await import('../../kernel/reach-probe.ts')
  return Promise.all(
    pairs.map(({ from, address }) =>
      probeReach(from.netns.fd, { protocol, to: address, port }, { timeoutMs, label: from.label }),
    ),
  )
}

/**
 * Those who must not answer: one packet each, a whole window of waiting. Whoever was told at once
 * that there is no way is asked again when the window is over.
 */
async function probeSilent(
  pairs: readonly Place[],
  settings: ProbeSettings,
): Promise<PairOutcome[]> {
  if (pairs.length === 0) return []
  const begun = nowMs()
  const results = await probe(pairs, settings.windowMs, settings)
  const left = begun + settings.windowMs - nowMs()
  if (left <= 0 || results.some(isAnswered)) return results
  await setTimeout(left)
  const again = await probe(pairs, settings.windowMs, settings)
  return results.map((result, i) => {
    const second = again[i]
    return second !== undefined && isAnswered(second) ? second : result
  })
}

/** Asks all pairs at once. */
export async function probePairs(
  pairs: readonly Pair[],
  settings: ProbeSettings,
): Promise<Probed[]> {
  const places = pairs.map(pair => ({ ...pair, address: nodeAddress(pair.from, pair.to) }))
  const open = places.filter(({ isExpected }) => isExpected)
  const silent = places.filter(({ isExpected }) => !isExpected)
  const [answers, silences] = await Promise.all([
    open.length === 0 ? [] : probe(open, settings.timeoutMs, settings),
    probeSilent(silent, settings),
  ])
  const results = new Map<Place, PairOutcome>()
  open.forEach((place, i) => results.set(place, answers[i] ?? { outcome: 'timed out' }))
  silent.forEach((place, i) => results.set(place, silences[i] ?? { outcome: 'timed out' }))
  return places.map(place => ({
    ...place,
    result: results.get(place) ?? { outcome: 'timed out' },
  }))
}

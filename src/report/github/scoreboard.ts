import { clipped } from '../clipped.ts'
import { passRate } from '../pass-rate.ts'
import { placeOf, scenarioLabel } from '../scenario-label.ts'
import { shownTime } from '../terminal/shown.ts'
import type { Verdict } from '../verdicts.ts'
import { inline, table } from './markdown.ts'

/** One scenario, all of its repeats together. */
interface Score {
  name: string
  place: string
  passed: number
  failed: number
  skipped: number
  flaky: number
  attempts: number
  durationMs: number
  reason: string
}

const LONGEST_NAME = 200

function mark({ failed, flaky, passed }: Score): string {
  if (failed > 0) return '❌'
  if (flaky > 0) return '⚠️'
  return passed > 0 ? '✅' : '⏭️'
}

/** Failed, flaky, skipped, passed. */
const rank = (score: Score) => ['❌', '⚠️', '⏭️', '✅'].indexOf(mark(score))

function resultOf({ passed, failed, skipped, flaky, reason }: Score): string {
  const repeats = passed + failed + skipped
  if (repeats > 1 && skipped < repeats) return passRate({ repeats, passed, skipped }, false)
  if (skipped > 0) return `skipped: ${inline(reason)}`
  if (failed > 0) return 'failed'
  return flaky > 0 ? 'flaky' : 'passed'
}

function row(score: Score): string[] {
  const { name, place, durationMs, attempts } = score
  const result = resultOf(score)
  return [mark(score), inline(name), result, shownTime(durationMs), String(attempts), inline(place)]
}

/** A short row a scenario, whatever happened in it. */
export class Scoreboard {
  readonly #scores = new Map<string, Score>()

  tell({ start, end, earlier }: Verdict): void {
    const key = JSON.stringify([start.file, start.name])
    const score = this.#scores.get(key) ?? {
      name: clipped(scenarioLabel({ ...start, repeat: 1 }), LONGEST_NAME),
      place: clipped(placeOf(start), LONGEST_NAME),
      passed: 0,
      failed: 0,
      skipped: 0,
      flaky: 0,
      attempts: 0,
      durationMs: 0,
      reason: '',
    }
    score[end.status]++
    if (end.isFlaky) score.flaky++
    score.attempts += earlier.length + 1
    score.durationMs += [...earlier, end].reduce((sum, { durationMs }) => sum + durationMs, 0)
    score.reason = clipped(end.reason ?? '', LONGEST_NAME)
    this.#scores.set(key, score)
  }

  /** The rows that are worth most, as many as `bytes` can hold, and how many more there are. */
  table(bytes: number): string {
    const scores = [...this.#scores.values()].sort((one, other) => rank(one) - rank(other))
    if (scores.length === 0) return ''
    const rows: string[][] = []
    let left = bytes
    for (const score of scores) {
      const cells = row(score)
      left -= Buffer.byteLength(cells.join(' | ')) + 6
      if (left < 0) break
      rows.push(cells)
    }
    const head = ['', 'scenario', 'result', 'time', 'attempts', 'where']
    const more = scores.length - rows.length
    return table(head, rows) + (more > 0 ? `\nand ${more} more scenarios\n` : '')
  }
}

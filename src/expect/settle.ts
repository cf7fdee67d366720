import { nowMs } from '../clock.ts'
import { setTimeout } from 'node:timers/promises'
import { ExpectationError } from '../errors.ts'
import { tellResult } from './result.ts'

/** What one look found. */
export interface Attempt {
  /** Whether what is asserted is so. */
  ok: boolean
  /** What was found, in the words of whoever found it. */
  received: string
}

/** An assertion as data: who asserts what, how to look once, and what to type to look by hand. */
export interface Check {
  /** The one who acts, what is asserted and of whom: `web pings db (10.0.1.3)`. */
  title: string
  /** The same with "does not": `web does not ping db (10.0.1.3)`. */
  negated: string
  expected: string
  /** What is expected under `not`. */
  unexpected: string
  /** A command that looks once. */
  command: string
  look: () => Promise<Attempt>
}

export interface Mode {
  /** It stays otherwise for the whole window. */
  not: boolean
  /** It comes true before the deadline. */
  eventually: boolean
  /** Milliseconds that `not` watches. Default 300. */
  windowMs: number
  /** Milliseconds that `eventually` waits. Default 5000. */
  deadlineMs: number
}

interface Record_ extends Attempt {
  atMs: number
}

async function looks(check: Check, mode: Mode): Promise<Record_[]> {
  const start = nowMs()
  const attempts: Record_[] = []
  const limit = mode.not ? mode.windowMs : mode.eventually ? mode.deadlineMs : 0
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    const atMs = nowMs() - start
    const attempt = await check.look()
    attempts.push({ ...attempt, atMs })
    const left = limit - (nowMs() - start)
    if (attempt.ok || left <= 0) return attempts
    await setTimeout(Math.min(wait, left))
  }
}

/** Equal attempts in a row are told once: `3 × no answer, from 0 to 41 ms`. */
function story(attempts: readonly Record_[]): string {
  const groups: { received: string; count: number; from: number; to: number }[] = []
  for (const { received, atMs } of attempts) {
    const line = received.split('\n')[0] ?? ''
    const last = groups.at(-1)
    if (last?.received === line) {
      last.count++
      last.to = atMs
    } else groups.push({ received: line, count: 1, from: atMs, to: atMs })
  }
  return groups
    .map(({ received, count, from, to }) => {
      const when =
        count === 1 ? `at ${from.toFixed(0)} ms` : `from ${from.toFixed(0)} to ${to.toFixed(0)} ms`
      return `${count} × ${received} (${when})`
    })
    .join('\n')
}

/** Looks as often as the mode says, tells how it went, and throws when it is not as expected. */
export async function settle(check: Check, mode: Mode): Promise<void> {
  const start = nowMs()
  const attempts = await looks(check, mode)
  const last = attempts.at(-1)
  const passed = last?.ok !== mode.not
  const title = mode.not ? check.negated : check.title
  tellResult({
    title,
    status: passed ? 'passed' : 'failed',
    durationMs: nowMs() - start,
    attempts: attempts.length,
  })
  if (passed) return
  throw new ExpectationError(`expected that ${title}`, {
    code: 'TNET_EXPECTATION',
    hint: `look by hand: ${check.command}`,
    facts: {
      expected: mode.not ? check.unexpected : check.expected,
      received: last?.received ?? 'nothing',
      ...(attempts.length > 1 ? { attempts: story(attempts) } : {}),
    },
  })
}

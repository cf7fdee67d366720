import { ExpectationError } from '../errors.ts'
import type { Attempt, Check, Explanation } from './check.ts'
import type { Mode } from './mode.ts'

/** A look, and when it began. */
export interface Look extends Attempt {
  atMs: number
}

const MOST_LINES = 12

/** Equal attempts in a row are told once: `3 × no answer (from 0 to 41 ms)`. */
function story(looks: readonly Look[]): string {
  const groups: { received: string; count: number; from: number; to: number }[] = []
  for (const { received, atMs } of looks) {
    const line = received.split('\n')[0] ?? ''
    const last = groups.at(-1)
    if (last?.received === line) {
      last.count++
      last.to = atMs
    } else groups.push({ received: line, count: 1, from: atMs, to: atMs })
  }
  const left = groups.length - MOST_LINES
  if (left > 0) groups.splice(MOST_LINES / 2, left)
  const lines = groups.map(({ received, count, from, to }) => {
    const range = count === 1 ? 'at' : `from ${from.toFixed(0)} to`
    return `${count} × ${received} (${range} ${to.toFixed(0)} ms)`
  })
  if (left > 0) lines.splice(MOST_LINES / 2, 0, `… ${left} more`)
  return lines.join('\n')
}

/** `web pings db within 5000 ms`, `web does not ping db`. */
export function titleOf(check: Check, { not, eventually, deadlineMs }: Mode): string {
  const title = not ? check.negated : check.title
  return eventually ? `${title} within ${deadlineMs} ms` : title
}

/** What should be so: `no echo reply for 300 ms`. */
export function expectedOf(check: Check, { not, windowMs }: Mode): string {
  return not ? `${check.unexpected} for ${windowMs} ms` : check.expected
}

async function explanation(check: Check, mode: Mode): Promise<Explanation> {
  if (mode.not || check.explain === undefined) return { facts: {} }
  try {
    return await check.explain()
  } catch {
    // Whatever goes wrong here, the failure itself is what people need to read.
    return { facts: {} }
  }
}

/** What people read when it is not as expected. */
export async function failureOf(
  check: Check,
  looks: readonly Look[],
  mode: Mode,
): Promise<ExpectationError> {
  const { facts, hint, command = check.command } = await explanation(check, mode)
  return new ExpectationError(`expected that ${titleOf(check, mode)}`, {
    code: 'TNET_EXPECTATION',
    hint: hint ?? 'type the command to look by hand; run with --trace to see what was done before',
    facts: {
      expected: expectedOf(check, mode),
      received: looks.at(-1)?.received ?? 'nothing',
      ...(looks.length > 1 ? { attempts: story(looks) } : {}),
      ...facts,
      command,
    },
  })
}

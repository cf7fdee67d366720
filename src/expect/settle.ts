import { setTimeout } from 'node:timers/promises'
import { nowMs } from '../clock.ts'
import type { Check } from './check.ts'
import { expectedOf, failureOf, titleOf, type Look } from './failure.ts'
import type { Mode } from './mode.ts'
import { abandon, begin, finish, witnessed, type PendingExpectation } from './result.ts'

type Verdict = 'passed' | 'failed' | 'look again'

/** What the looks so far amount to; `quietMs` is how long it has not been so. */
function judge(isSo: boolean, mode: Mode, nowMs: number, quietMs: number): Verdict {
  if (!mode.not) {
    if (isSo) return 'passed'
    return mode.eventually && nowMs < mode.deadlineMs ? 'look again' : 'failed'
  }
  if (isSo) return mode.eventually && nowMs < mode.deadlineMs ? 'look again' : 'failed'
  return quietMs >= mode.windowMs ? 'passed' : 'look again'
}

/**
 * Looks until it is clear: at once; under `not` until a whole window has passed; under `eventually`
 * until it is so or the deadline has passed, with a last look after the deadline.
 */
async function look(
  check: Check,
  mode: Mode,
  running: PendingExpectation,
): Promise<{ passed: boolean; looks: Look[] }> {
  const looks: Look[] = []
  const start = nowMs()
  let quietSince: number | undefined
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    const atMs = nowMs() - start
    const attempt = await check.look()
    looks.push({ ...attempt, atMs })
    running.attempts++
    running.received = attempt.received
    const elapsed = nowMs() - start
    const { unusable } = attempt
    const isLast = !mode.eventually || elapsed >= mode.deadlineMs
    if (unusable !== undefined && isLast) throw unusable

    const isSo = attempt.ok || (mode.not && attempt.partly === true)
    quietSince = isSo || unusable !== undefined ? undefined : (quietSince ?? atMs)
    const quietMs = quietSince === undefined ? 0 : elapsed - quietSince
    const verdict = judge(isSo, mode, elapsed, quietMs)
    if (verdict !== 'look again') return { passed: verdict === 'passed', looks }
    const left =
      quietSince !== undefined && mode.not ? mode.windowMs - quietMs : mode.deadlineMs - elapsed
    await setTimeout(Math.min(wait, Math.max(left, 0)))
  }
}

/**
 * Looks as often as the mode says, tells once how it went, and throws when it is not as expected.
 *
 * @param name what is called until the check has a title: `expect(web).toPing`
 * @param prepare makes the check; what it throws is the script's mistake, and no result
 */
export async function settle(
  name: string,
  mode: Mode,
  prepare: () => Check | Promise<Check>,
): Promise<void> {
  const running = begin(name)
  let check: Check
  try {
    check = await prepare()
  } catch (error) {
    abandon(running)
    throw error
  }
  running.title = titleOf(check, mode)
  running.expected = expectedOf(check, mode)
  running.command = check.command
  let passed = false
  let looks: Look[]
  try {
    ;({ passed, looks } = await look(check, mode, running))
  } finally {
    finish(running, passed ? 'passed' : 'failed')
  }
  if (!passed) throw await witnessed(await failureOf(check, looks, mode))
}

import { nowMs, scaled } from './clock.ts'
import { setImmediate, setTimeout } from 'node:timers/promises'

export interface PollOptions {
  /** Milliseconds until giving up; more on a slow machine. Default 5000. */
  timeoutMs?: number
  /** Milliseconds between the first attempts; doubles up to 50. Default 1. */
  intervalMs?: number
}

/**
 * Calls `attempt` until it returns something other than `undefined`, or the deadline passes.
 * The last attempt is made at the deadline, so a busy machine gets at least two.
 *
 * @returns what `attempt` returned, or `undefined` when the deadline passed.
 */
export async function poll<T>(
  attempt: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = 5000, intervalMs = 1 }: PollOptions = {},
): Promise<T | undefined> {
  const deadline = nowMs() + scaled(timeoutMs)
  for (let wait = intervalMs; ; wait = Math.min(wait * 2, 50)) {
    const result = await attempt()
    if (result !== undefined) return result
    const left = deadline - nowMs()
    if (left <= 0) return undefined
    if (left < 1) await setImmediate()
    else await setTimeout(Math.min(wait, left))
  }
}

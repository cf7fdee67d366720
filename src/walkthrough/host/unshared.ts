import { poll } from '../../poll.ts'
import type { Machine } from './machine.ts'

/** A program in the background that makes itself a network namespace. */
const UNSHARES = /\bunshare\b[^\n;|&]*\s(?:--net\b|-(?!-)\w*n)/
const UNSHARED_MS = 1000

/**
 * Waits until what a text started in the background has the network namespace that it makes: somebody
 * who types is slower than that.
 *
 * @param jobs processes, as the machine counts them
 */
export async function untilUnshared(
  text: string,
  machine: Machine,
  jobs: readonly string[],
): Promise<void> {
  if (!UNSHARES.test(text)) return
  const areThere = () => (jobs.every(job => machine.isElsewhere(Number(job))) ? true : undefined)
  await poll(areThere, { timeoutMs: UNSHARED_MS })
}

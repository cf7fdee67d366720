import { poll } from '../../poll.ts'
import type { Machine } from './machine.ts'
import { processesBelow } from './processes.ts'

/** A program in the background that makes itself a network namespace. */
const UNSHARES = /\bunshare\b[^\n;|&]*\s(?:--net\b|-(?!-)\w*n)/
/** One that starts a child in what it makes, namespaces of any kind. */
const FORKS = /\bunshare\b[^\n;|&]*\s(?:--fork\b|-(?!-)\w*f)/
const UNSHARED_MS = 5000

/**
 * Waits until what a text started in the background has the namespaces that it makes, and its child
 * in them, or is over: somebody who types is slower than that.
 *
 * @param jobs processes, as the machine counts them
 */
export async function untilUnshared(
  text: string,
  machine: Machine,
  jobs: readonly string[],
): Promise<void> {
  const forks = FORKS.test(text)
  if (!forks && !UNSHARES.test(text)) return
  const isThere = (job: string) => {
    const pid = machine.realPid(Number(job))
    if (pid === undefined) return true
    return forks ? processesBelow(pid).length > 0 : machine.isElsewhere(pid)
  }
  await poll(() => (jobs.every(isThere) ? true : undefined), { timeoutMs: UNSHARED_MS })
}

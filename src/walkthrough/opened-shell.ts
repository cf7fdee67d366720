import type { Judgement } from './judge.ts'

/** The exit code of a shell, and of what starts another program, where there is none of that name. */
const NOT_FOUND = 127

/**
 * What to make of a line that opens a shell.
 *
 * @param doubt why it may fail for another reason than the document's
 */
export function openedShell(exitCode: number | undefined, doubt: string | undefined): Judgement {
  if (exitCode === 0) return { verdict: 'ran' }
  if (exitCode === NOT_FOUND) {
    return { verdict: 'not-run', reason: 'what it starts is not on this machine' }
  }
  return doubt === undefined ? { verdict: 'failed' } : { verdict: 'cannot-judge', reason: doubt }
}

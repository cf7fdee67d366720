import type { RunEnd } from '../../runner/events.ts'

/** How a run ended, as far as it did. */
export interface Ending {
  /** None when the run was killed. */
  end: RunEnd | undefined
  /** Scenarios that were under way then. */
  unfinished: readonly string[]
}

/** Why not everything was run. */
export function interruption({ end, unfinished }: Ending): string | undefined {
  if (end === undefined) {
    const names = unfinished.length === 0 ? '' : ` Under way: ${unfinished.join(', ')}.`
    return `The run did not come to its end.${names}`
  }
  const { stoppedBy, notRun } = end
  if (stoppedBy === undefined && notRun === 0) return undefined
  const scenarios = notRun === 1 ? '1 scenario was' : `${notRun} scenarios were`
  const rest = notRun === 0 ? '' : `; ${scenarios} not run`
  return `${stoppedBy ?? 'A failure'} stopped the run${rest}.`
}

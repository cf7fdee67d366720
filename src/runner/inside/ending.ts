import { ExpectationError } from '../../errors.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { Skipped } from '../../scenario/skipped.ts'
import type { WorkerEnd } from '../worker-task.ts'
import { reportError } from './error-report.ts'

/** How a script ended: nothing when it came to its end. */
export type Ending = { thrown: unknown } | undefined

/** Why, as the script says it. */
const reasonOf = ({ options: { reason } }: Scenario) => (reason === undefined ? {} : { reason })

/** Under `fails`, what did not fail has failed by that. */
export function verdictOf(scenario: Scenario, ending: Ending): Ending {
  if (scenario.mode !== 'fails' || ending !== undefined) return ending
  return {
    thrown: new ExpectationError(`"${scenario.name}" passed, and should have failed`, {
      code: 'TNET_FAILS_PASSED',
      hint: 'is the bug mended? Then make it scenario(…) instead of scenario.fails(…)',
      facts: reasonOf(scenario),
    }),
  }
}

/** It failed as its author says: not for want of something here, and not by misuse. */
function isExpected(scenario: Scenario, { thrown }: { thrown: unknown }): boolean {
  if (scenario.mode !== 'fails') return false
  const { name, code } = reportError(thrown)
  return !['UsageError', 'EnvironmentError'].includes(name) && code !== 'TNET_FAILS_PASSED'
}

/** Whether something is wrong: it is neither skipped nor meant to fail. */
export function isFailure(scenario: Scenario, ending: Ending): boolean {
  if (ending === undefined || ending.thrown instanceof Skipped) return false
  return !isExpected(scenario, ending)
}

/** What the events say of an ending. */
export function endOf(
  scenario: Scenario,
  ending: Ending,
): Pick<WorkerEnd, 'status' | 'isExpectedToFail' | 'reason' | 'error'> {
  const isExpectedToFail = scenario.mode === 'fails'
  if (ending?.thrown instanceof Skipped) {
    return { status: 'skipped', isExpectedToFail, reason: ending.thrown.reason }
  }
  return {
    status: isFailure(scenario, ending) ? 'failed' : 'passed',
    isExpectedToFail,
    ...reasonOf(scenario),
    ...(ending === undefined ? {} : { error: reportError(ending.thrown) }),
  }
}

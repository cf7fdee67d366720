import { explain } from '../../errors.ts'
import type { ScenarioEnd } from '../../runner/events.ts'
import { shown, shownTime } from './shown.ts'

/**
 * The error as `explain` has it, and what else is known: where time went, what was collected.
 *
 * @param wrong of a walkthrough: the commands that are wrong, told at more length than the error does
 */
export function failureText(end: ScenarioEnd, wrong = ''): string {
  const { error, phases, diagnostics, isExpectedToFail } = end
  if (error === undefined)
    return isExpectedToFail ? 'it passed, and was expected to fail' : 'it failed'
  const facts: Record<string, string> = { ...error.facts }
  if (wrong !== '') delete facts.wrong
  if (error.name === 'DeadlineError' && phases.length > 0) {
    facts.time = phases.map(of => `${of.phase} ${shownTime(of.durationMs)}`).join(', ')
  }
  if (diagnostics !== undefined && !Object.values(facts).some(of => of.includes(diagnostics))) {
    facts.collected = diagnostics
  }
  const text = explain({ ...error, facts })
  return shown(wrong === '' ? text : `${text}\n${wrong}`)
}

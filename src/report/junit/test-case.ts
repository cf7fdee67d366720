import { explain, type ErrorReport } from '../../errors.ts'
import type { ScenarioEnd, ScenarioStart } from '../../runner/events.ts'
import type { Attempt, AttemptEvent } from '../attempts.ts'
import { oneLine } from '../drawing/visible.ts'
import { scenarioLabel } from '../scenario-label.ts'
import { failureText } from '../terminal/failure-text.ts'
import type { Verdict } from '../verdicts.ts'
import type { TextBudget } from './text-budget.ts'

/** An element that says what went wrong. */
export interface Problem {
  element: string
  type: string
  message: string
  text: string
}

/** What is kept of a scenario until the report is written. */
export interface TestCase {
  name: string
  durationMs: number
  tags: string
  problem?: Problem
  /** Other attempts that failed. */
  reruns: Problem[]
  skipped?: string
  out: string
  err: string
}

const LONGEST_TEXT = 32 * 1024
/** So much of a printed stream Jenkins shows of one that failed, and of one that passed. */
const LONGEST_OUTPUT = { failed: 100_000, passed: 1000, skipped: 1000 }

/** A failure is what the scenario looked for and did not find; an error is anything else. */
const isFailure = ({ name, code }: ErrorReport) =>
  name === 'ExpectationError' || code === 'TNET_ASSERTION'

function problemOf(end: ScenarioEnd, prefix: '' | 'flaky' | 'rerun', budget: TextBudget): Problem {
  const { error } = end
  const kind = error === undefined || isFailure(error) ? 'failure' : 'error'
  const stack = error?.code === 'TNET_SCENARIO_THREW' ? `\n\n${error.stack ?? ''}` : ''
  return {
    element: prefix === '' ? kind : prefix + (kind === 'failure' ? 'Failure' : 'Error'),
    type: oneLine(error?.name ?? 'Error'),
    message: budget.take(oneLine(error?.message ?? 'it failed'), LONGEST_TEXT),
    text: budget.take(failureText(end) + stack, LONGEST_TEXT),
  }
}

function printed(events: readonly AttemptEvent[], stream: 'stdout' | 'stderr'): string {
  const texts = events.flatMap(event => {
    if (event.type === 'note' && stream === 'stdout') return [`note: ${event.text}\n`]
    if (event.type !== 'output' || event.stream !== stream) return []
    const { text, omittedBytes } = event
    return [text, ...(omittedBytes === undefined ? [] : [`… ${omittedBytes} bytes more\n`])]
  })
  return texts.join('')
}

/** Surefire's way: the first attempt is the failure, those after it are runs of it once more. */
function problemsOf(
  { earlier, end }: Verdict,
  budget: TextBudget,
): Pick<TestCase, 'reruns' | 'problem'> {
  if (end.status !== 'failed') {
    return { reruns: earlier.map(attempt => problemOf(attempt, 'flaky', budget)) }
  }
  const [first, ...others] = [...earlier, end]
  return {
    problem: problemOf(first, '', budget),
    reruns: others.map(attempt => problemOf(attempt, 'rerun', budget)),
  }
}

function ofStart(start: ScenarioStart): Pick<TestCase, 'name' | 'tags'> {
  return { name: scenarioLabel(start), tags: oneLine(start.tags.join(', ')) }
}

function outputsOf({ events, end }: Attempt, budget: TextBudget): Pick<TestCase, 'out' | 'err'> {
  const { status, error, isExpectedToFail } = end
  const isAsExpected = isExpectedToFail && status === 'passed' && error !== undefined
  const how = isAsExpected ? `failed as expected:\n${explain(error)}\n` : ''
  const limit = LONGEST_OUTPUT[status]
  return {
    out: budget.take(how + printed(events, 'stdout'), limit),
    err: budget.take(printed(events, 'stderr'), limit),
  }
}

export function testCase(verdict: Verdict, budget: TextBudget): TestCase {
  const { start, end } = verdict
  return {
    ...ofStart(start),
    durationMs: end.durationMs,
    ...problemsOf(verdict, budget),
    ...(end.status === 'skipped'
      ? { skipped: budget.take(oneLine(end.reason ?? ''), LONGEST_TEXT) }
      : {}),
    ...outputsOf(verdict, budget),
  }
}

/** One that was under way when its run was killed. */
export function unfinishedCase(start: ScenarioStart): TestCase {
  const message = 'the run ended before it did'
  const problem = { element: 'error', type: 'Error', message, text: message }
  return { ...ofStart(start), durationMs: 0, problem, reruns: [], out: '', err: '' }
}

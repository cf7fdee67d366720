import { explain, type ErrorReport } from '../../errors.ts'
import type { ScenarioEnd, ScenarioStart } from '../../runner/events.ts'
import type { Attempt, AttemptEvent } from '../attempts.ts'
import { oneLine } from '../drawing/visible.ts'
import { scenarioLabel } from '../scenario-label.ts'
import { failureText } from '../terminal/failure-text.ts'
import type { Verdict } from '../verdicts.ts'
import { unjudgedOf, walkOf, wrongOf } from '../walk/walk.ts'
import { countsText, VERDICT_WORDS, whyOf } from '../walk/words.ts'
import { firstLineOf, wrongText } from '../walk/wrong-text.ts'
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

type Prefix = '' | 'flaky' | 'rerun'

/** @param wrong of a walkthrough: the commands that are */
function problemOf(end: ScenarioEnd, prefix: Prefix, budget: TextBudget, wrong = ''): Problem {
  const { error } = end
  const kind = error === undefined || isFailure(error) ? 'failure' : 'error'
  const stack = error?.code === 'TNET_SCENARIO_THREW' ? `\n\n${error.stack ?? ''}` : ''
  return {
    element: prefix === '' ? kind : prefix + (kind === 'failure' ? 'Failure' : 'Error'),
    type: oneLine(error?.name ?? 'Error'),
    message: budget.take(oneLine(error?.message ?? 'it failed'), LONGEST_TEXT),
    text: budget.take(failureText(end, wrong) + stack, LONGEST_TEXT),
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
  { earlier, end, start, events }: Verdict,
  budget: TextBudget,
): Pick<TestCase, 'reruns' | 'problem'> {
  if (end.status !== 'failed') {
    return { reruns: earlier.map(attempt => problemOf(attempt, 'flaky', budget)) }
  }
  const [first, ...others] = [...earlier, end]
  const wrong = wrongText(start.file, wrongOf(walkOf(events) ?? { commands: [] }))
  const wrongIn = (attempt: ScenarioEnd) => (attempt === end ? wrong : '')
  return {
    problem: problemOf(first, '', budget, wrongIn(first)),
    reruns: others.map(attempt => problemOf(attempt, 'rerun', budget, wrongIn(attempt))),
  }
}

/** What became of a walkthrough, and why not all of it is judged. */
function walkedText({ events }: Attempt): string {
  const walk = walkOf(events)
  if (walk === undefined) return ''
  const guesses = (walk.plan?.guesses ?? []).map(
    guess => `taken for granted: ${guess.text} (${whyOf(guess)})\n`,
  )
  const unjudged = unjudgedOf(walk).map(command => {
    const { line, verdict, reason = 'for no reason that is known' } = command
    return `line ${line} ${VERDICT_WORDS[verdict]}: $ ${firstLineOf(command)}: ${reason}\n`
  })
  return `${countsText(walk.counts)}\n${[...unjudged, ...guesses].join('')}`
}

function ofStart(start: ScenarioStart): Pick<TestCase, 'name' | 'tags'> {
  return { name: scenarioLabel(start), tags: oneLine(start.tags.join(', ')) }
}

function outputsOf(attempt: Attempt, budget: TextBudget): Pick<TestCase, 'out' | 'err'> {
  const { events, end } = attempt
  const { status, error, isExpectedToFail } = end
  const isAsExpected = isExpectedToFail && status === 'passed' && error !== undefined
  const how = isAsExpected ? `failed as expected:\n${explain(error)}\n` : ''
  const limit = LONGEST_OUTPUT[status]
  return {
    out: budget.take(how + walkedText(attempt) + printed(events, 'stdout'), limit),
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

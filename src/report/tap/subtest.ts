import type { Expectation, Walked } from '../../runner/events.ts'
import type { Verdict } from '../verdicts.ts'
import { stepsOf, type Step } from './steps.ts'
import { testPoint, type TestPoint } from './test-point.ts'
import { ofWalked } from './walked-point.ts'

function ofExpectation(expectation: Expectation, excuse: string | undefined): TestPoint {
  const { title, status, durationMs, attempts, expected, received, command } = expectation
  const point: TestPoint = { ok: status === 'passed', name: title, durationMs }
  if (point.ok) return point
  point.diagnostics = { expected, received, attempts, command }
  return excuse === undefined ? point : { ...point, todo: excuse }
}

function ofStep(step: Step, excuse: string | undefined): TestPoint {
  const { name, status, durationMs, children } = step
  const ok = status === 'passed'
  const isTaken = ok && excuse === undefined
  return {
    ok,
    name,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(ok || excuse === undefined ? {} : { todo: excuse }),
    ...(status === undefined ? { diagnostics: { message: 'the scenario ended within it' } } : {}),
    subtest: points(children, isTaken ? 'the step took it and passed' : excuse),
  }
}

function ofChild(child: Step | Expectation | Walked, excuse: string | undefined): TestPoint {
  if (!('type' in child)) return ofStep(child, excuse)
  return child.type === 'walked' ? ofWalked(child, excuse) : ofExpectation(child, excuse)
}

function points(children: Step['children'], excuse: string | undefined): string {
  if (children.length === 0) return ''
  const lines = children.map((child, i) => testPoint(i + 1, ofChild(child, excuse)))
  return `${lines.join('')}1..${children.length}\n`
}

/**
 * A scenario's steps and expectations, or a walkthrough's headings and commands. What failed in one that passed is a TODO, which may fail: a
 * subtest that fails within a test point that is ok would contradict it.
 */
export function subtestOf(verdict: Verdict): string {
  const { status, isExpectedToFail } = verdict.end
  if (status === 'failed') return points(stepsOf(verdict), undefined)
  const excuse = isExpectedToFail ? 'expected to fail' : 'the scenario took it and passed'
  return points(stepsOf(verdict), excuse)
}

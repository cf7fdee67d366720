import type { Expectation, Status, Walked } from '../../runner/events.ts'
import type { Attempt } from '../attempts.ts'
import { withMarkedWraps } from '../walk/wrap.ts'

/** A step with what happened in it, in order. */
export interface Step {
  name: string
  /** None when its scenario ended first. */
  status?: Status
  durationMs?: number
  children: (Step | Expectation | Walked)[]
}

/** @returns what an attempt held outside of all steps: expectations, commands, the outermost steps. */
export function stepsOf({ events }: Attempt): Step['children'] {
  const top: Step['children'] = []
  const steps = new Map<number, Step>()
  const inside = (step: number | undefined) =>
    (step === undefined ? undefined : steps.get(step)?.children) ?? top
  for (const event of events) {
    if (event.type === 'step-start') {
      const step: Step = { name: event.path.at(-1) ?? '', children: [] }
      inside(event.parent).push(step)
      steps.set(event.step, step)
    } else if (event.type === 'step-end') {
      const step = steps.get(event.step)
      if (step !== undefined) step.status = event.status
      if (step !== undefined) step.durationMs = event.durationMs
    } else if (event.type === 'expectation') inside(event.step).push(event)
    else if (event.type === 'walked') inside(event.step).push(withMarkedWraps(event))
  }
  return top
}

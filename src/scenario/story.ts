import { nowMs } from '../clock.ts'
import { UsageError } from '../errors.ts'
import {
  currentExpectation,
  onExpectation,
  pendingExpectations,
  type ExpectationResult,
} from '../expect/result.ts'
import type { Lab } from '../lab/lab.ts'
import type { Scenario } from './scenario.ts'

/** Hears how a story goes; `path` holds the names of the steps, outermost first. */
export interface StoryListener {
  stepStart(path: string[]): void
  stepEnd(path: string[], status: 'passed' | 'failed', durationMs: number): void
  expectation(path: string[], result: ExpectationResult): void
  note(text: string): void
}

let path: string[] = []

/** What the story is at: the step, and what it expects there, for whoever runs out of time. */
export function whereabouts(): Record<string, string> {
  const expectation = currentExpectation()
  return {
    ...(path.length === 0 ? {} : { step: path.join(' > ') }),
    ...(expectation === undefined
      ? {}
      : {
          waiting: `${expectation.title}, ${expectation.attempts} attempts`,
          ...(expectation.received === undefined ? {} : { received: expectation.received }),
        }),
  }
}

/** An expectation that nobody awaits may fail unheard. */
function checkAllAwaited(): void {
  const [first, ...rest] = pendingExpectations()
  if (first === undefined) return
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`
  throw new UsageError(`nobody awaits that ${first.title}${more}`, {
    code: 'TNET_EXPECTATION_UNAWAITED',
    hint: 'write await before expect(…)',
  })
}

/** Runs a scenario's body in a lab of its own; the lab is closed by the caller. */
export async function tell(story: Scenario, lab: Lab, listener: StoryListener): Promise<void> {
  path = []
  onExpectation(result => listener.expectation(path, result))
  const step = async <T>(name: string, part: () => T | Promise<T>): Promise<T> => {
    const outer = path
    path = [...outer, name]
    const mine = path
    listener.stepStart(mine)
    const start = nowMs()
    try {
      const result = await part()
      listener.stepEnd(mine, 'passed', nowMs() - start)
      return result
    } catch (error) {
      listener.stepEnd(mine, 'failed', nowMs() - start)
      throw error
    } finally {
      path = outer
    }
  }
  await story.body({ lab, step, note: text => listener.note(text) })
  checkAllAwaited()
}

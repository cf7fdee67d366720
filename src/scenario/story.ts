import { nowMs } from '../clock.ts'
import { onExpectation, type ExpectationResult } from '../expect/result.ts'
import type { Lab } from '../lab/lab.ts'
import type { Scenario } from './scenario.ts'

/** Hears how a story goes; `path` holds the names of the steps, outermost first. */
export interface StoryListener {
  stepStart(path: string[]): void
  stepEnd(path: string[], status: 'passed' | 'failed', durationMs: number): void
  expectation(path: string[], result: ExpectationResult): void
  note(text: string): void
}

/** Runs a scenario's body in a lab of its own; the lab is closed by the caller. */
export async function tell(story: Scenario, lab: Lab, listener: StoryListener): Promise<void> {
  let path: string[] = []
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
}

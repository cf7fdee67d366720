import type { RunEnd, ScenarioEnd } from './events.ts'
import { exitCodeOf, signalCode, worst } from './exit-code.ts'

/** What became of the scenarios of a run. */
export class Tally {
  #passed = 0
  #failed = 0
  #skipped = 0
  #flaky = 0
  readonly #codes = new Set<number>()

  /** An attempt that will be made again counts for nothing. */
  count({ status, isFlaky, isFinal, error }: ScenarioEnd): void {
    if (!isFinal) return
    if (status === 'passed') this.#passed++
    if (status === 'failed') this.#failed++
    if (status === 'skipped') this.#skipped++
    if (isFlaky) this.#flaky++
    this.#codes.add(status === 'failed' ? exitCodeOf(error) : 0)
  }

  get failed(): number {
    return this.#failed
  }

  /** How many have ended. */
  get over(): number {
    return this.#passed + this.#failed + this.#skipped
  }

  end({ planned, durationMs, stoppedBy }: EndOptions): RunEnd {
    const notRun = Math.max(0, planned - this.over)
    // Whatever kept scenarios from running, a run without them has not passed.
    const exitCode = worst([...this.#codes]) || (notRun > 0 ? 1 : 0)
    return {
      type: 'run-end',
      passed: this.#passed,
      failed: this.#failed,
      skipped: this.#skipped,
      flaky: this.#flaky,
      notRun,
      durationMs,
      exitCode: stoppedBy === undefined ? exitCode : signalCode(stoppedBy),
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    }
  }
}

interface EndOptions {
  /** How many were going to run. */
  planned: number
  durationMs: number
  stoppedBy?: string
}

import type { RunEvent, ScenarioEnd, ScenarioStart } from '../runner/events.ts'
import { Attempts, type Attempt } from './attempts.ts'

/** The attempt that counts, and how those before it ended. */
export interface Verdict extends Attempt {
  earlier: ScenarioEnd[]
}

const keyOf = ({ file, name, repeat }: ScenarioStart) => JSON.stringify([file, name, repeat])

/** Sorts mixed events into what became of each scenario; keeps nothing of what is settled. */
export class Verdicts {
  readonly #attempts = new Attempts()
  readonly #running = new Map<string, ScenarioStart>()
  readonly #failed = new Map<string, ScenarioEnd[]>()

  /** @returns the verdict that came with this event. */
  tell(event: RunEvent): Verdict | undefined {
    if (event.type === 'scenario-start') this.#running.set(event.id, event)
    if (event.type === 'scenario-end') this.#running.delete(event.id)
    const attempt = this.#attempts.tell(event)
    if (attempt === undefined) return undefined
    const key = keyOf(attempt.start)
    const earlier = this.#failed.get(key) ?? []
    if (!attempt.end.isFinal) {
      this.#failed.set(key, [...earlier, attempt.end])
      return undefined
    }
    this.#failed.delete(key)
    return { ...attempt, earlier }
  }

  /** Scenarios that are under way; after the last event, those that the run did not see end. */
  get running(): ScenarioStart[] {
    return [...this.#running.values()]
  }
}

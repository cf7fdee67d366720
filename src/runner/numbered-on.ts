import type { RunEvent, RunStart } from './events.ts'
import { scenarioKey } from './selection.ts'

/**
 * Numbers of one run after the other, as if one had counted on: no two have a worker in common, and
 * a scenario that several of them ran was repeated.
 */
export class NumberedOn {
  readonly #isAlone: boolean
  #runs = 0
  #workers = 0
  #workersBefore = 0
  readonly #repeats = new Map<string, number>()
  #repeatsBefore = new Map<string, number>()

  constructor(runs: number) {
    this.#isAlone = runs === 1
  }

  /** What is told from now on is of this run. */
  begin({ jobs }: RunStart): void {
    this.#runs++
    this.#workersBefore = this.#workers
    this.#workers += jobs
    this.#repeatsBefore = new Map(this.#repeats)
  }

  of<E extends Exclude<RunEvent, { type: 'run-start' | 'run-end' }>>(event: E): E {
    if (this.#isAlone) return event
    const id = `${this.#runs}.${event.id}`
    if (event.type !== 'scenario-start') return { ...event, id }
    const key = scenarioKey(event.file, event.name)
    const repeat = event.repeat + (this.#repeatsBefore.get(key) ?? 0)
    this.#repeats.set(key, Math.max(repeat, this.#repeats.get(key) ?? 0))
    return { ...event, id, repeat, worker: event.worker + this.#workersBefore }
  }
}

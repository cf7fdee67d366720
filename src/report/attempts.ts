import type { RunEvent, ScenarioEnd, ScenarioStart } from '../runner/events.ts'

/** What happens between an attempt's start and its end. */
export type AttemptEvent = Extract<RunEvent, { id: string }>

/** One attempt of a scenario, whole. */
export interface Attempt {
  start: ScenarioStart
  /** What happened in between, in order. */
  events: AttemptEvent[]
  end: ScenarioEnd
}

/** Sorts the mixed events of scenarios that run at once; keeps nothing of those that are over. */
export class Attempts {
  readonly #running = new Map<string, { start: ScenarioStart; events: AttemptEvent[] }>()

  /** @returns the attempt that ended with this event. */
  tell(event: RunEvent): Attempt | undefined {
    if (event.type === 'run-start' || event.type === 'run-end') return undefined
    if (event.type === 'scenario-start') {
      this.#running.set(event.id, { start: event, events: [] })
      return undefined
    }
    const running = this.#running.get(event.id)
    if (event.type !== 'scenario-end') {
      running?.events.push(event)
      return undefined
    }
    this.#running.delete(event.id)
    return running === undefined ? undefined : { ...running, end: event }
  }
}

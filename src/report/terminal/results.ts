import type { ScenarioEnd } from '../../runner/events.ts'
import type { Counts } from '../walk/walk.ts'
import type { Story } from './story.ts'

/** How a scenario went, all of its repeats together. */
export interface Result {
  file: string
  name: string
  /** Failed if any repeat of it did. */
  status: ScenarioEnd['status']
  isFlaky: boolean
  isExpectedToFail: boolean
  /** The last one. */
  attempt: number
  reason?: string
  /** Of the last attempt. */
  steps: number
  expectations: number
  /** Of a walkthrough. */
  commands?: Counts
  /** Repeats that are over, and those of them that passed, or were skipped. */
  repeats: number
  passed: number
  skipped: number
  /** All repeats together. */
  durationMs: number
}

/** So many different notes are kept; more would be a log. */
const NOTES = 20

/** What the end of a report is made of; little for each scenario. */
export class Results {
  readonly #byScenario = new Map<string, Result>()
  readonly #notes = new Map<string, Set<string>>()
  readonly #filesOf = new Map<string, number>()

  get all(): Result[] {
    return [...this.#byScenario.values()]
  }

  /** Each note, and the scenarios that it came from. */
  get notes(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#notes
  }

  scenariosIn(file: string): number {
    return this.#filesOf.get(file) ?? 0
  }

  add({ start, steps, expectations, notes, commands }: Story, end: ScenarioEnd): void {
    if (!end.isFinal) return
    const { file, name, status, isFlaky, isExpectedToFail, reason, durationMs } = end
    for (const note of notes) {
      const scenarios = this.#notes.get(note)
      if (scenarios !== undefined) scenarios.add(name)
      else if (this.#notes.size < NOTES) this.#notes.set(note, new Set([name]))
    }
    const key = JSON.stringify([file, name])
    const before = this.#byScenario.get(key)
    if (before === undefined) this.#filesOf.set(file, this.scenariosIn(file) + 1)
    this.#byScenario.set(key, {
      file,
      name,
      status: before?.status === 'failed' ? 'failed' : status,
      isFlaky: isFlaky || before?.isFlaky === true,
      isExpectedToFail,
      attempt: start.attempt,
      ...(reason === undefined ? {} : { reason }),
      steps,
      expectations,
      ...(commands === undefined ? {} : { commands }),
      repeats: (before?.repeats ?? 0) + 1,
      passed: (before?.passed ?? 0) + (status === 'passed' ? 1 : 0),
      skipped: (before?.skipped ?? 0) + (status === 'skipped' ? 1 : 0),
      durationMs: (before?.durationMs ?? 0) + durationMs,
    })
  }
}

import type {
  RunEvent,
  ScenarioEnd,
  ScenarioStart,
  StepEnd,
  WalkPlanned,
} from '../../../runner/events.ts'
import { attemptOf } from '../attempt-of.ts'
import { shownName } from '../shown.ts'

/** A scenario that runs. */
export interface Job {
  worker: number
  name: string
  /** Names of the steps that it is in, outermost first. */
  path: readonly string[]
  sinceMs: number
  /** Of a walkthrough: how many of its commands are over. */
  commands?: { over: number; found: number }
}

/** Before an estimate of what is left means something. */
const ESTIMATE_FROM = { ended: 10, ofAll: 0.1, elapsedMs: 5000 }

/** How far a run has come. */
export class Progress {
  passed = 0
  failed = 0
  skipped = 0
  flaky = 0
  readonly #jobs = new Map<string, Job>()
  #scenarios: number | undefined
  #sinceMs: number | undefined

  /** What runs, by sandbox, so that lines keep their places. */
  get jobs(): Job[] {
    return [...this.#jobs.values()].sort((a, b) => a.worker - b.worker)
  }

  get ended(): number {
    return this.passed + this.failed + this.skipped
  }

  /** How many there are; unknown for a file that was not read, and when each runs repeatedly. */
  get total(): number | undefined {
    return this.#scenarios === undefined || this.#scenarios < this.ended + this.#jobs.size
      ? undefined
      : this.#scenarios
  }

  /** Nothing as long as files are read, before the run begins. */
  elapsedMs(nowMs: number): number {
    return nowMs - (this.#sinceMs ?? nowMs)
  }

  /**
   * Milliseconds until the end if the rest takes what the others took on average. Nothing while
   * that is a guess: when too few are over, and when all that is left runs already, since then
   * it is about the longest of those.
   */
  leftMs(nowMs: number): number | undefined {
    const { total, ended } = this
    const elapsedMs = this.elapsedMs(nowMs)
    if (total === undefined || total - ended <= this.#jobs.size) return undefined
    if (ended < Math.max(ESTIMATE_FROM.ended, total * ESTIMATE_FROM.ofAll)) return undefined
    if (elapsedMs < ESTIMATE_FROM.elapsedMs) return undefined
    return (elapsedMs / ended) * (total - ended)
  }

  tell(event: RunEvent, nowMs: number): void {
    switch (event.type) {
      case 'run-start':
        this.#scenarios = event.scenarios && event.scenarios * (event.repeats ?? 1)
        this.#sinceMs = nowMs
        return
      case 'scenario-start':
        return this.#scenarioStart(event, nowMs)
      case 'walk-plan':
        return this.#walkPlan(event)
      case 'walked':
        return this.#walked(event.id)
      case 'step-start':
        return this.#setPath(event.id, event.path)
      case 'step-end':
        return this.#stepEnd(event)
      case 'scenario-end':
        return this.#scenarioEnd(event)
      default:
    }
  }

  #scenarioStart(start: ScenarioStart, sinceMs: number): void {
    const { id, name, attempt, repeat, worker } = start
    const which = attempt > 1 ? ` (${attemptOf(start)})` : repeat > 1 ? ` (repeat ${repeat})` : ''
    this.#jobs.set(id, { worker, name: shownName(name) + which, path: [], sinceMs })
  }

  #walkPlan({ id, found }: WalkPlanned): void {
    const job = this.#jobs.get(id)
    if (job !== undefined) job.commands = { over: 0, found }
  }

  #walked(id: string): void {
    const { commands } = this.#jobs.get(id) ?? {}
    if (commands !== undefined) commands.over++
  }

  #setPath(id: string, path: readonly string[]): void {
    const job = this.#jobs.get(id)
    if (job !== undefined) job.path = path.map(shownName)
  }

  #stepEnd({ id, path }: StepEnd): void {
    this.#setPath(id, path.slice(0, -1))
  }

  #scenarioEnd({ id, status, isFinal, isFlaky }: ScenarioEnd): void {
    this.#jobs.delete(id)
    if (!isFinal) return
    this[status]++
    if (isFlaky) this.flaky++
  }
}

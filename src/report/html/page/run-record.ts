import type { Phase, RunEnd, RunStart, ScenarioEnd, ScenarioStart } from '../../../runner/events.ts'
import type { Attempt } from '../../attempts.ts'
import type { SpoolRange } from '../spool.ts'
import type { ScenarioStatus } from '../status.ts'

/** A topology of an attempt. */
export interface StageRecord {
  /** Its number. */
  topology: number
  title: string
  /** What stands between its title and its drawing. */
  intro: SpoolRange
}

/** What is kept of an attempt while the run goes on; all else is in the spool. */
export interface AttemptRecord {
  start: ScenarioStart
  end: Pick<
    ScenarioEnd,
    'atMs' | 'status' | 'durationMs' | 'isFinal' | 'isFlaky' | 'isExpectedToFail'
  >
  /** It was under way when the stream ended. */
  isCutOff: boolean
  /** A line about why it failed, or was skipped. */
  headline: string
  /** Of a walkthrough: what became of its commands. */
  walked?: string
  before: SpoolRange
  /** Its topology; of a walkthrough as it grew. */
  stages: StageRecord[]
  after: SpoolRange
}

/** A file and a name, with all of its attempts. */
export interface ScenarioRecord {
  file: string
  name: string
  attempts: AttemptRecord[]
}

/** The last attempts of each repeat; those before them count for nothing. */
export function outcomesOf({ attempts }: ScenarioRecord): AttemptRecord[] {
  const last = new Map<number, AttemptRecord>()
  for (const attempt of attempts) {
    const { repeat } = attempt.start
    if ((last.get(repeat)?.start.attempt ?? 0) <= attempt.start.attempt) last.set(repeat, attempt)
  }
  return [...last.values()].sort((a, b) => a.start.repeat - b.start.repeat)
}

export function statusOf(scenario: ScenarioRecord): ScenarioStatus {
  const outcomes = outcomesOf(scenario)
  if (outcomes.some(({ isCutOff, end }) => !isCutOff && end.status === 'failed')) return 'failed'
  if (outcomes.some(({ isCutOff }) => isCutOff)) return 'cut off'
  if (outcomes.some(({ end }) => end.isFlaky)) return 'flaky'
  return outcomes.every(({ end }) => end.status === 'skipped') ? 'skipped' : 'passed'
}

const LONGEST_HEADLINE = 300

/** The first line of an error, or of a reason. */
export function headlineOf({ error, reason, status }: ScenarioEnd): string {
  const text = status === 'skipped' ? (reason ?? '') : (error?.message ?? '')
  const [line = ''] = text.split('\n')
  return line.length > LONGEST_HEADLINE ? `${line.slice(0, LONGEST_HEADLINE)}…` : line
}

/** A run, as far as memory holds it: a few hundred bytes an attempt. */
export class RunRecord {
  start: RunStart | undefined
  end: RunEnd | undefined
  readonly #scenarios = new Map<string, ScenarioRecord>()
  readonly #phases = new Map<Phase['phase'], number>()

  add(attempt: Attempt, record: AttemptRecord): void {
    const { file, name } = attempt.start
    const key = JSON.stringify([file, name])
    const scenario = this.#scenarios.get(key) ?? { file, name, attempts: [] }
    this.#scenarios.set(key, scenario)
    scenario.attempts.push(record)
    for (const { phase, durationMs } of attempt.end.phases) {
      this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + durationMs)
    }
  }

  /** In the order in which they began to end. */
  get scenarios(): ScenarioRecord[] {
    return [...this.#scenarios.values()]
  }

  /** Of all sandboxes together. */
  get phases(): Phase[] {
    return [...this.#phases].map(([phase, durationMs]) => ({ phase, durationMs }))
  }
}

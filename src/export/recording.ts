import type {
  Action,
  Command,
  Expectation,
  Note,
  RunEvent,
  ScenarioEnd,
  ScenarioStart,
  StepStart,
  Topology,
} from '../runner/events.ts'

/** What a scenario did, found, or wanted to be known. */
export type Happening = Action | Command | Expectation | Note | StepStart

/** One scenario as it went: all that a script or a document is written from. */
export interface Recording {
  start: ScenarioStart
  end: ScenarioEnd
  /** In the order of the run. */
  happenings: readonly Happening[]
  /** Names from the outermost step inwards, by number. */
  steps: ReadonlyMap<number, readonly string[]>
  /** As it was built when the script was over. */
  topology: Topology
}

interface Attempt {
  start: ScenarioStart
  end?: ScenarioEnd
  happenings: Happening[]
  steps: Map<number, readonly string[]>
  topology: Topology
}

/** Gathers the events of a run by scenario. */
export class Recorder {
  readonly #attempts = new Map<string, Attempt>()

  tell(event: RunEvent): void {
    if (event.type === 'scenario-start') {
      this.#attempts.set(event.id, {
        start: event,
        happenings: [],
        steps: new Map(),
        topology: { nodes: [], networks: [] },
      })
      return
    }
    const attempt = 'id' in event ? this.#attempts.get(event.id) : undefined
    if (attempt !== undefined) add(attempt, event)
  }

  /** Scenarios that are over, in the order in which they began; of repeats and retries the last. */
  recordings(): Recording[] {
    const last = new Map<string, Recording>()
    for (const { end, ...attempt } of this.#attempts.values()) {
      if (end === undefined) continue
      last.set(JSON.stringify([attempt.start.file, attempt.start.name]), { ...attempt, end })
    }
    return [...last.values()]
  }
}

function add(attempt: Attempt, event: RunEvent): void {
  switch (event.type) {
    case 'action':
    case 'command':
    case 'expectation':
    case 'note':
      attempt.happenings.push(event)
      return
    case 'step-start':
      attempt.steps.set(event.step, event.path)
      attempt.happenings.push(event)
      return
    case 'topology':
      attempt.topology = { nodes: event.nodes, networks: event.networks }
      return
    case 'scenario-end':
      attempt.end = event
      return
    default:
  }
}

import type { ErrorReport } from '../errors.ts'

/** Raised when a reader of older streams would misread a newer one. */
export const EVENTS_VERSION = 1

/** How a step or a scenario ended. */
export type Status = 'passed' | 'failed'

/** Everything that happens in a run, in order; one JSON object a line on disk. */
export type RunEvent =
  | RunStart
  | ScenarioStart
  | StepStart
  | Expectation
  | Action
  | Note
  | Output
  | ProgramOutput
  | StepEnd
  | ScenarioEnd
  | RunEnd

export interface RunStart {
  type: 'run-start'
  version: typeof EVENTS_VERSION
  /** As given on the command line, resolved. */
  files: string[]
  node: string
  kernel: string
  /** Whether sandboxes are made with user namespaces. */
  rootless: boolean
  /** ISO 8601 */
  startedAt: string
}

/** What every event of a scenario carries: the file it came from, relative to where `run` began. */
interface OfScenario {
  file: string
}

export interface ScenarioStart extends OfScenario {
  type: 'scenario-start'
  name: string
}

export interface StepStart extends OfScenario {
  type: 'step-start'
  /** Names from the outermost step inwards. */
  path: string[]
}

export interface Expectation extends OfScenario {
  type: 'expectation'
  path: string[]
  /** `web pings db` */
  title: string
  status: Status
  durationMs: number
  attempts: number
}

/** Something was done to the lab; `shell` is the command that does the same. */
export interface Action extends OfScenario {
  type: 'action'
  shell: string
}

/** Something that a script, or the lab, wants the reader to know. */
export interface Note extends OfScenario {
  type: 'note'
  text: string
}

/** What a script printed. */
export interface Output extends OfScenario {
  type: 'output'
  stream: 'stdout' | 'stderr'
  text: string
}

/** The kept output of a program that a script started on a node. */
export interface ProgramOutput extends OfScenario {
  type: 'program-output'
  node: string
  command: string
  text: string
}

export interface StepEnd extends OfScenario {
  type: 'step-end'
  path: string[]
  status: Status
  durationMs: number
}

export interface ScenarioEnd extends OfScenario {
  type: 'scenario-end'
  name: string
  status: Status
  durationMs: number
  error?: ErrorReport
}

export interface RunEnd {
  type: 'run-end'
  passed: number
  failed: number
  durationMs: number
  /** 0 passed, 1 an expectation failed, 2 misuse, 3 broken clean-up, 4 could not run here. */
  exitCode: number
}

/** A scenario's event before the runner says which file it is of. */
export type WorkerEvent =
  Exclude<RunEvent, RunStart | RunEnd> extends infer E
    ? E extends OfScenario
      ? Omit<E, 'file'>
      : never
    : never

export type EventListener = (event: RunEvent) => void

import type { ErrorReport } from '../errors.ts'
import type { ScenarioMode } from '../scenario/scenario.ts'
import type { Compiled } from './compile.ts'
import type { RunEvent, RunEnd, RunStart, ScenarioEnd, ScenarioStart } from './events.ts'

/** What a sandbox is told, a JSON object a line on descriptor 4. */
export type WorkerTask = CollectTask | ConfigTask | RunTask | Interrupt | Halt | Resume | Heard

interface OfFile {
  /** Absolute path. */
  file: string
  /** The file compiled, which is done while the sandbox starts; none when it does not compile. */
  compiled?: Compiled
}

/** What scenarios does a file have? */
export interface CollectTask extends OfFile {
  type: 'collect'
  /** Milliseconds that it may take to load, as the machine needs them. */
  loadMs: number
}

/** What does a config file say? */
export interface ConfigTask extends OfFile {
  type: 'config'
  loadMs: number
}

/** Run scenarios of a file, one after the other. */
export interface RunTask extends OfFile {
  type: 'run'
  /** Those to run, by name; all that are not left out by `selection` when there is none. */
  names?: readonly string[]
  selection: Selection
  settings: RunSettings
  attempt: number
  repeat: number
  /** After so many failures no more of the file is begun. */
  failuresLeft?: number
  /** The sandbox ends after it: nothing needs to be cleaned for others. */
  isLast: boolean
}

/** Stop what runs, as if its time were up. */
export interface Interrupt {
  type: 'interrupt'
  signal: string
}

/** Let what runs come to its end, and begin no more of the file. */
export interface Halt {
  type: 'halt'
}

/** Go on after a pause. */
export interface Resume {
  type: 'resume'
}

/** All that a scenario told and printed was read: what is printed from now on is the next one's. */
export interface Heard {
  type: 'heard'
}

/** Which scenarios are wanted. */
export interface Selection {
  /** Its name or its file contains one of these, in any case. */
  filter?: readonly string[]
  /** It has one of these tags; one that begins with `!` it must not have. */
  tags?: readonly string[]
  /** `file` and name, as `scenarioKey` joins them, of those that failed last time. */
  keys?: readonly string[]
}

export interface RunSettings {
  /** Milliseconds that a scenario may take which does not say so itself. */
  timeoutMs: number
  /** The same of a document that is walked. */
  walkTimeoutMs: number
  stepTimeoutMs?: number
  /** How often a scenario is tried again that does not say so itself. */
  retries: number
  seed: number
  /** Every wait takes so many times longer. */
  slowness: number
  /** What is missing here is a failure, and no skip. */
  isStrict: boolean
  walk?: WalkTask
  pausesOnFailure: boolean
  /** Somebody is there who can look around in a lab that waits. */
  canPause: boolean
  /** When the run began, on the clock of `nowMs`, which all processes share. */
  beganMs: number
  wanted: WantedEvents
}

/** How far documents are walked. */
export interface WalkTask {
  /** No command after this one, by its number, is run. */
  until?: number
  /** Then somebody looks around. */
  pauses?: boolean
}

/** Events that cost time, and that not every reporter reads. */
export interface WantedEvents {
  actions: boolean
  commands: boolean
  topology: boolean
  captures: boolean
  diagnostics: boolean
}

/** A scenario as the outside needs to know it. */
export interface CollectedScenario {
  name: string
  line?: number
  tags: string[]
  mode: ScenarioMode
  reason?: string
}

/** A node of a lab that waits, and how its namespaces are reached from outside. */
export interface PausedNode {
  /** Unique in a lab; the node's host name. */
  name: string
  label: string
  kind: 'host' | 'container' | 'segment'
  /** Descriptors of the sandbox's process 1. */
  net: number
  mnt: number
  uts: number
}

/** An event before the outside says which scenario of the run it is of. */
type Untold<E> = E extends { id: string } ? Omit<E, 'id'> : never

type UntoldEvent = Untold<Exclude<RunEvent, RunStart | RunEnd | ScenarioStart | ScenarioEnd>>

/** What the inside knows of a scenario's start. */
export type WorkerStart = Omit<ScenarioStart, 'id' | 'worker' | 'file'> & {
  /** Milliseconds that it may take, as it says itself or is told. */
  timeoutMs: number
  retries: number
}

/** What the inside knows of a scenario's end. */
export type WorkerEnd = Omit<ScenarioEnd, 'id' | 'file' | 'isFinal' | 'isFlaky' | 'diagnostics'>

/** Somebody may look around where a scenario waits; nothing is late until it goes on. */
export interface PausedLine {
  type: 'paused'
  scenario: string
  /** As people find it. */
  file: string
  /** `file:line` of `lab.pause()`, when it is known. */
  at?: string
  /** What failed; nothing when the script itself says that it pauses. */
  why?: ErrorReport
  /** What was done until now, as the commands that do the same. */
  actions: readonly string[]
  nodes: readonly PausedNode[]
}

/** A line from a sandbox on descriptor 3. */
export type WorkerLine =
  | { type: 'ready' }
  | { type: 'collected'; scenarios: CollectedScenario[]; dependencies: string[] }
  | { type: 'uncollected'; error: ErrorReport; dependencies: string[] }
  | { type: 'config'; config: unknown }
  /**
   * Which scenarios of the file will run, in order, and which files it is made of. A file that cannot
   * be loaded stands for one that is called as it is.
   */
  | { type: 'loaded'; names: string[]; dependencies: string[]; isBroken?: true }
  /** The script ends the process by itself; where it says so. */
  | { type: 'exiting'; at?: string }
  /** The script is over and the lab is being closed. */
  | { type: 'closing' }
  | PausedLine
  /** The task is done; `why` says what could not be cleaned up after it. */
  | { type: 'idle'; why?: string }
  | WorkerStart
  | WorkerEnd
  | UntoldEvent

/** An event of the inside that is told as it is. */
export type WorkerEvent = UntoldEvent

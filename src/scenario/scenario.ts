import type { FeatureName } from '../kernel/features.ts'
import type { Lab } from '../lab/lab.ts'

/** What a script receives. */
export interface ScenarioContext {
  /** The scenario's own disposable world. */
  lab: Lab
  /**
   * Names a part of the story; steps may hold steps, also at the same time. Returns what the part
   * returns.
   *
   * @throws DeadlineError TNET_STEP_TIMEOUT
   */
  step: <T>(name: string, part: () => T | Promise<T>, options?: StepOptions) => Promise<T>
  /** Tells the reader of the report something. */
  note: (text: string) => void
  /** Ends the scenario here, as skipped. */
  skip: (reason: string) => never
  /** A number from 0 to 1, less than 1: the same ones again under the same `--seed`. */
  random: () => number
}

export interface StepOptions {
  /** Milliseconds that it may take. Default: what `--step-timeout` says, or any. */
  timeoutMs?: number
}

export type ScenarioBody<Fixtures extends object = object> = (
  context: ScenarioContext & Fixtures,
) => void | Promise<void>

export interface ScenarioOptions {
  /** For `--tag`. */
  tags?: readonly string[]
  /**
   * What the kernel must have, in the words of `tnet-lab doctor`: skipped with the reason where it
   * is missing. Networks need none of it for what they have a stand-in.
   */
  requires?: FeatureName | readonly FeatureName[]
  /** Milliseconds that it may take. Default: what `--timeout` says, 30 000. */
  timeoutMs?: number
  /** How often it is tried again when it fails. Default: what `--retries` says, 0. */
  retries?: number
  /** Why it is skipped, or fails; shown in the report. */
  reason?: string
}

/** `fails`: it has to fail, and passes when it does. */
export type ScenarioMode = 'run' | 'only' | 'skip' | 'fails'

/** How a fixture is made: it sets up, hands out what it made by `use`, and then takes it down. */
export type Fixture<T, Context> = (
  context: Context,
  use: (value: T) => Promise<void>,
) => void | Promise<void>

export type AnyFixture = Fixture<never, never>

/** Fixtures as they were defined; the last of a name is the one that scripts get. */
export type FixtureList = readonly { name: string; fixture: AnyFixture }[]

export const brand = Symbol.for('tnet-lab.scenario')

/** A story that runs: export it from a file. */
export interface Scenario {
  readonly [brand]: true
  readonly name: string
  readonly mode: ScenarioMode
  readonly options: ScenarioOptions
  readonly body: ScenarioBody<never>
  /** What its author wrote: `body`, or what a row of a table is handed to. */
  readonly source: (...args: never[]) => unknown
  readonly fixtures: FixtureList
  /** The stack of the line that defined it. */
  readonly stack: string
  /** Scenarios are in the order in which they were defined. */
  readonly order: number
}

export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && brand in value
}

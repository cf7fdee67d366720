import { UsageError } from '../errors.ts'
import type { Lab } from '../lab/lab.ts'

/** What a script receives. */
export interface ScenarioContext {
  /** The scenario's own disposable world. */
  lab: Lab
  /** Names a part of the story; steps may hold steps. Returns what the part returns. */
  step: <T>(name: string, part: () => T | Promise<T>) => Promise<T>
  /** Tells the reader of the report something. */
  note: (text: string) => void
}

export type ScenarioBody = (context: ScenarioContext) => void | Promise<void>

const brand = Symbol.for('tnet-lab.scenario')

/** A story that runs: default-export it from a file. */
export interface Scenario {
  readonly [brand]: true
  readonly name: string
  readonly body: ScenarioBody
}

/**
 * @param name what the story shows, as a sentence
 * @example
 * export default scenario('two namespaces share a wire', async ({ lab, step }) => {
 *   …
 * })
 */
export function scenario(name: string, body: ScenarioBody): Scenario {
  if (typeof name !== 'string' || name.trim() === '' || typeof body !== 'function') {
    throw new UsageError('a scenario needs a name and a function', {
      code: 'TNET_SCENARIO_INVALID',
      hint: "scenario('what it shows', async ({ lab, step }) => { … })",
    })
  }
  return { [brand]: true, name, body }
}

export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && brand in value
}

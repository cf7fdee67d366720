import { rowName, type RowName } from './row-name.ts'
import {
  brand,
  type AnyFixture,
  type Fixture,
  type FixtureList,
  type Scenario,
  type ScenarioBody,
  type ScenarioContext,
  type ScenarioMode,
  type ScenarioOptions,
} from './scenario.ts'
import { checkOptions, misuse } from './scenario-options.ts'

type Definition = Omit<Scenario, typeof brand | 'stack' | 'order'>

let defined = 0
let listener: ((scenario: Scenario) => void) | undefined

/** Who hears of scenarios when they are defined; nobody when it is left out. */
export function onDefinition(next?: (scenario: Scenario) => void): void {
  listener = next
}

function create(definition: Definition): Scenario {
  const { name, source, options } = definition
  if (typeof name !== 'string' || name.trim() === '' || typeof source !== 'function') {
    throw misuse(
      'a scenario needs a name and a function',
      "scenario('what it shows', async ({ lab, step }) => { … })",
    )
  }
  checkOptions(name, options)
  const scenario: Scenario = {
    [brand]: true,
    ...definition,
    stack: new Error().stack ?? '',
    order: defined++,
  }
  listener?.(scenario)
  return scenario
}

type RowBody<Fixtures extends object, Row> = (
  context: ScenarioContext & Fixtures,
  row: Row,
) => void | Promise<void>

interface DefineRows<Fixtures extends object, Row> {
  (name: RowName<Row>, body: RowBody<Fixtures, Row>): Scenario[]
  (name: RowName<Row>, options: ScenarioOptions, body: RowBody<Fixtures, Row>): Scenario[]
}

/** Defines scenarios of one kind. */
export interface Define<Fixtures extends object> {
  (name: string, body: ScenarioBody<Fixtures>): Scenario
  (name: string, options: ScenarioOptions, body: ScenarioBody<Fixtures>): Scenario
  /**
   * One scenario a row: export the list. In the name `%s` stands for the row, or the next part of a
   * row that is a list, `%#` for its number, and `$key` for a property of it.
   *
   * @example
   * export default scenario.each([{ mtu: 1450 }, { mtu: 1500 }])('MTU $mtu', async ({ lab }, { mtu }) => { … })
   */
  each<Row extends unknown[] | [unknown]>(rows: readonly Row[]): DefineRows<Fixtures, Row>
  each<Row>(rows: readonly Row[]): DefineRows<Fixtures, Row>
}

/**
 * The ways to make fixtures: each may name what a script has, and all other fixtures. One that takes
 * its context whole, `async (context, use) => …`, gets those before it.
 */
export type FixturesOf<Made extends object, Given extends object> = {
  [Name in keyof Made]: Name extends keyof ScenarioContext
    ? never
    : Fixture<Made[Name], ScenarioContext & Given & Omit<Made, Name>>
}

export interface DefineScenario<Fixtures extends object = object> extends Define<Fixtures> {
  /** Does not run, and may say why: `scenario.skip('…', { reason: '…' }, …)`. */
  skip: Define<Fixtures>
  /** Of all the files of a run, only those marked so. Not for CI: `--forbid-only`. */
  only: Define<Fixtures>
  /** Fails, and has to: a bug that is known, or a test of a test. */
  fails: Define<Fixtures>
  /**
   * The same with fixtures: things that scenarios ask for by name. Each is made for the scenario
   * that names it, after those that it names itself, and taken down in reverse. One that is called
   * as an earlier one takes its place, and may name it.
   *
   * @example
   * const withHosts = scenario.extend<{ pair: [Host, Host] }>({
   *   pair: async ({ lab }, use) => {
   *     const wan = await lab.segment('wan')
   *     await use([await wan.join('alpha', '192.0.2.1/24'), await wan.join('beta', '192.0.2.2/24')])
   *   },
   * })
   * export default withHosts('two hosts', async ({ pair: [alpha, beta] }) => { … })
   */
  extend<Made extends object>(
    fixtures: FixturesOf<Made, Fixtures>,
  ): DefineScenario<Omit<Fixtures, keyof Made> & Made>
}

type Rest = readonly [unknown] | readonly [ScenarioOptions, unknown]

/** Options and a body, or a body alone. */
function parts(rest: Rest): { options: ScenarioOptions; body: never } {
  const [first, second] = rest
  return rest.length < 2
    ? { options: {}, body: first as never }
    : { options: first as ScenarioOptions, body: second as never }
}

function defineKind(mode: ScenarioMode, fixtures: FixtureList) {
  const define = (name: string, ...rest: Rest): Scenario => {
    const { options, body } = parts(rest)
    return create({ name, mode, options, body, source: body, fixtures })
  }
  const each =
    (rows: readonly unknown[]) =>
    (name: RowName<unknown>, ...rest: Rest): Scenario[] => {
      const { options, body: source } = parts(rest)
      if (!Array.isArray(rows) || rows.length === 0) {
        throw misuse('scenario.each needs rows', "scenario.each([1, 2])('row %s', …)")
      }
      const bodyOf = (row: unknown) => (context: ScenarioContext) =>
        (source as RowBody<object, unknown>)(context, row)
      return rows.map((row, index) =>
        create({
          name: rowName(name, row, index),
          mode,
          options,
          body: bodyOf(row),
          source,
          fixtures,
        }),
      )
    }
  return Object.assign(define, { each })
}

/** What every script has; a fixture of such a name would hide it. */
const given: Record<keyof ScenarioContext, true> = {
  lab: true,
  step: true,
  note: true,
  skip: true,
  random: true,
}

function extended(fixtures: FixtureList, more: Readonly<Record<string, AnyFixture>>): FixtureList {
  const fresh = Object.entries(more).map(([name, fixture]) => {
    if (Object.hasOwn(given, name)) {
      throw misuse(
        `no fixture can be called "${name}": scripts have that`,
        'call it something else',
      )
    }
    if (typeof fixture !== 'function') {
      const hint = `${name}: async ({ lab }, use) => { …; await use(value) }`
      throw misuse(`fixture "${name}" is no function`, hint)
    }
    return { name, fixture }
  })
  return [...fixtures, ...fresh]
}

function defineWith(fixtures: FixtureList): DefineScenario {
  return Object.assign(defineKind('run', fixtures), {
    skip: defineKind('skip', fixtures),
    only: defineKind('only', fixtures),
    fails: defineKind('fails', fixtures),
    extend: (more: Record<string, AnyFixture>) => defineWith(extended(fixtures, more)),
  }) as unknown as DefineScenario
}

/**
 * @param name what the story shows, as a sentence
 * @example
 * export default scenario('two namespaces share a wire', async ({ lab, step }) => {
 *   …
 * })
 * export default scenario('VXLAN', { tags: ['overlay'], requires: 'vxlan', retries: 1 }, async ({ lab }) => { … })
 */
export const scenario: DefineScenario = defineWith([])

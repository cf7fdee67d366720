import { UsageError } from '../../errors.ts'
import { onDefinition } from '../../scenario/define.ts'
import { isScenario, type Scenario } from '../../scenario/scenario.ts'
import type { Compiled } from '../compile.ts'
import { shownPath } from '../shown-path.ts'
import { isWalkthrough } from '../walkthrough-file.ts'
import type { CollectedScenario } from '../worker-task.ts'
import { userLine } from './error-report.ts'
import { importSource } from './loader.ts'

/** Where a scenario stands: `scenarios/veth-pair.ts:17`. */
const place = (scenario: Scenario) => userLine(scenario.stack)

function lineOf(scenario: Scenario, file: string): number | undefined {
  const [, line] = /^(.*):(\d+)$/.exec(place(scenario) ?? '')?.slice(1) ?? []
  return line !== undefined && place(scenario)?.startsWith(`${shownPath(file)}:`) === true
    ? Number(line)
    : undefined
}

function missing(file: string, exported: Readonly<Record<string, unknown>>): UsageError {
  const given = exported['default']
  return new UsageError(`${shownPath(file)} does not export a scenario`, {
    code: 'TNET_SCENARIO_MISSING',
    hint: "export default scenario('what it shows', async ({ lab, step }) => { … })",
    facts: { found: given === undefined ? 'no default export' : `a ${typeof given}` },
  })
}

function refuseUnexported(file: string, defined: readonly Scenario[], found: Set<Scenario>): void {
  const own = `${shownPath(file)}:`
  const forgotten = defined.find(one => !found.has(one) && place(one)?.startsWith(own) === true)
  if (forgotten === undefined) return
  throw new UsageError(`scenario "${forgotten.name}" is not exported, so nothing runs it`, {
    code: 'TNET_SCENARIO_NOT_EXPORTED',
    hint: 'export default [ … ] takes a list of scenarios; export const … works as well',
    facts: { where: place(forgotten) ?? file },
  })
}

function refuseTwins(file: string, scenarios: readonly Scenario[]): void {
  const names = scenarios.map(({ name }) => name)
  const twin = names.find((name, i) => names.indexOf(name) !== i)
  if (twin === undefined) return
  throw new UsageError(`${shownPath(file)} has two scenarios called "${twin}"`, {
    code: 'TNET_SCENARIO_TWICE',
    hint: 'reports and --filter tell them apart by their names; rows of a table by %s or $key',
  })
}

/**
 * The scenarios that a file exports, alone or in lists, in the order in which they were defined.
 *
 * @throws UsageError when there is none, one is not exported, or two have one name
 */
export async function scenariosOf(file: string, compiled?: Compiled): Promise<Scenario[]> {
  if (isWalkthrough(file)) return [await (await import('./walkthroughs.ts')).walkthroughOf(file)]
  const defined: Scenario[] = []
  onDefinition(scenario => defined.push(scenario))
  const exported = await importSource(file, compiled).finally(() => onDefinition())
  const values: unknown[] = Object.values(exported).flat(3)
  const found = new Set(values.filter(isScenario))
  refuseUnexported(file, defined, found)
  if (found.size === 0) throw missing(file, exported)
  const scenarios = [...found].sort((a, b) => a.order - b.order)
  refuseTwins(file, scenarios)
  return scenarios
}

/** What the outside needs to know of a scenario. */
export function described(scenario: Scenario, file: string): CollectedScenario {
  const { name, mode, options } = scenario
  const line = lineOf(scenario, file)
  return {
    name,
    mode,
    tags: [...(options.tags ?? [])],
    ...(line === undefined ? {} : { line }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  }
}

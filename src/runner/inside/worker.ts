import { nowMs, setSlowness } from '../../clock.ts'
import path from 'node:path'
import { exitNow } from '../../kernel/libc.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { isSelected } from '../selection.ts'
import { shownPath } from '../shown-path.ts'
import type { CollectTask, ConfigTask, RunTask, WorkerTask } from '../worker-task.ts'
import { Attempt, type Surroundings } from './attempt.ts'
import { reportError } from './error-report.ts'
import { described, scenariosOf } from './file-scenarios.ts'
import { Interruption, Uncaught } from './interruption.ts'
import { Leftovers } from './leftovers.ts'
import { forgetSources, importedSources, importSource } from './loader.ts'
import { limitMemory } from './memory-limit.ts'
import { originalPositions } from './positions.ts'
import { Wire } from './wire.ts'

/** Node shows positions of what ran; people want those of what they wrote. */
function showOriginalPositions(): void {
  Error.stackTraceLimit = 50
  Error.prepareStackTrace = (error, sites) =>
    // oxlint-disable-next-line typescript/no-base-to-string -- V8's CallSite tells itself
    originalPositions([String(error), ...sites.map(site => `    at ${site.toString()}`)].join('\n'))
}

/** Waits for `work`, or for what somebody throws meanwhile with nobody to catch it. */
async function watched<T>(uncaught: Uncaught, work: Promise<T>): Promise<T> {
  const interruption = new Interruption()
  uncaught.watch(interruption)
  try {
    return await Promise.race([work, interruption.promise])
  } finally {
    uncaught.watch()
  }
}

/** A file that cannot be loaded is told as one scenario that failed, called as the file is. */
function tellUnloaded(
  { wire }: Surroundings,
  task: RunTask,
  beganMs: number,
  thrown: unknown,
): void {
  const { attempt, repeat, settings, file } = task
  const name = path.basename(file).replace(/\.[cm]?[jt]s$/, '')
  const atMs = beganMs - settings.beganMs
  const durationMs = nowMs() - beganMs
  const { timeoutMs } = settings
  wire.tell({ type: 'loaded', names: [name], dependencies: importedSources() })
  const start = { atMs, name, tags: [], attempt, repeat, timeoutMs, retries: 0 }
  wire.tell({ type: 'scenario-start', ...start })
  wire.tell({
    type: 'scenario-end',
    atMs: atMs + durationMs,
    name,
    status: 'failed',
    durationMs,
    isExpectedToFail: false,
    phases: [{ phase: 'load', durationMs }],
    error: reportError(thrown),
  })
}

/** Those of a file that were asked for. */
function chosen(scenarios: readonly Scenario[], task: RunTask): Scenario[] {
  const { names, selection, file } = task
  // In the order that was asked for.
  if (names !== undefined) return names.flatMap(one => scenarios.filter(({ name }) => name === one))
  const only = scenarios.filter(({ mode }) => mode === 'only')
  return (only.length > 0 ? only : scenarios).filter(scenario =>
    isSelected(selection, shownPath(file), described(scenario, file)),
  )
}

async function run(task: RunTask, around: Surroundings): Promise<void> {
  const beganMs = nowMs()
  setSlowness(task.settings.slowness)
  let scenarios: Scenario[]
  try {
    scenarios = await watched(around.uncaught, scenariosOf(task.file, task.compiled))
  } catch (thrown) {
    tellUnloaded(around, task, beganMs, thrown)
    return
  }
  const wanted = chosen(scenarios, task)
  const names = wanted.map(({ name }) => name)
  around.wire.tell({ type: 'loaded', names, dependencies: importedSources() })
  let loadMs = nowMs() - beganMs
  for (const scenario of wanted) {
    await new Attempt(scenario, task, around).run(loadMs)
    loadMs = 0
  }
}

async function collect(task: CollectTask, { wire, uncaught }: Surroundings): Promise<void> {
  try {
    const scenarios = await watched(uncaught, scenariosOf(task.file, task.compiled))
    wire.tell({
      type: 'collected',
      scenarios: scenarios.map(scenario => described(scenario, task.file)),
      dependencies: importedSources(),
    })
  } catch (thrown) {
    wire.tell({ type: 'uncollected', error: reportError(thrown) })
  }
}

async function readConfig(task: ConfigTask, { wire, uncaught }: Surroundings): Promise<void> {
  try {
    const exported = await watched(uncaught, importSource(task.file, task.compiled))
    wire.tell({ type: 'config', config: exported['default'] })
  } catch (thrown) {
    wire.tell({ type: 'uncollected', error: reportError(thrown) })
  }
}

async function perform(task: WorkerTask, around: Surroundings): Promise<void> {
  if (task.type === 'run') await run(task, around)
  if (task.type === 'collect') await collect(task, around)
  if (task.type === 'config') await readConfig(task, around)
}

/** What a sandbox does: one task after the other, told on descriptor 4, until there are no more. */
export async function work(): Promise<void> {
  const wire = new Wire()
  wire.tell({ type: 'ready' })
  limitMemory()
  showOriginalPositions()
  const around = { wire, uncaught: new Uncaught(), leftovers: new Leftovers() }
  for (let task = wire.first(); ; task = await wire.next()) {
    wire.listen()
    await perform(task, around)
    if (task.type === 'run' && task.isLast) exitNow(0)
    forgetSources()
    const why = await around.leftovers.end()
    const [stray] = around.uncaught.strays()
    const late = stray === undefined ? undefined : `a late failure: ${reportError(stray).message}`
    const reason = why ?? late
    wire.tell({ type: 'idle', ...(reason === undefined ? {} : { why: reason }) })
  }
}

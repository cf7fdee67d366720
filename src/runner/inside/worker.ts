import { nowMs, setSlowness } from '../../clock.ts'
import path from 'node:path'
import { exitNow } from '../../kernel/libc.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { checkConfig } from '../config.ts'
import { isSelected } from '../selection.ts'
import { shownPath } from '../shown-path.ts'
import type { CollectTask, ConfigTask, RunTask, WorkerTask } from '../worker-task.ts'
import { Attempt, type Surroundings } from './attempt.ts'
import { reportError, userLine } from './error-report.ts'
import { restoreExtraCertificates } from './extra-certificates.ts'
import { described, scenariosOf } from './file-scenarios.ts'
import { Interruption, Uncaught } from './interruption.ts'
import { Leftovers } from './leftovers.ts'
import { forgetSources, importedSources, importSource } from './loader.ts'
import { limitMemory } from './memory-limit.ts'
import { OutputDrain } from './output-drain.ts'
import { originalPositions } from './positions.ts'
import { trackTimers } from './timers.ts'
import { Wire } from './wire.ts'

/** Node shows positions of what ran; people want those of what they wrote. */
function showOriginalPositions(): void {
  Error.stackTraceLimit = 50
  Error.prepareStackTrace = (error, sites) =>
    // oxlint-disable-next-line typescript/no-base-to-string -- V8's CallSite tells itself
    originalPositions([String(error), ...sites.map(site => `    at ${site.toString()}`)].join('\n'))
}

/** A script that ends the process says where, so that nobody has to look for it. */
function tellExits(wire: Wire, uncaught: Uncaught): void {
  const exit = process.exit.bind(process)
  process.exit = code => {
    if (uncaught.isStray) throw new Error('process.exit() by a scenario that is over')
    const at = userLine(new Error().stack ?? '')
    wire.tell({ type: 'exiting', ...(at === undefined ? {} : { at }) })
    return exit(code)
  }
}

/** Waits for a file, or for what somebody throws meanwhile with nobody to catch it. */
async function loaded<T>(uncaught: Uncaught, loadMs: number, file: Promise<T>): Promise<T> {
  const interruption = new Interruption()
  uncaught.watch(interruption)
  interruption.limit(loadMs, () => ({ while: 'the file was being loaded' }))
  try {
    return await Promise.race([file, interruption.promise])
  } finally {
    interruption.cancel()
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
  const { timeoutMs, retries } = settings
  wire.tell({ type: 'loaded', names: [name], dependencies: importedSources(), isBroken: true })
  const start = { atMs, name, tags: [], attempt, repeat, timeoutMs, retries }
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

/** @returns whether all that was asked for has begun */
async function run(task: RunTask, around: Surroundings): Promise<boolean> {
  const beganMs = nowMs()
  setSlowness(task.settings.slowness)
  let scenarios: Scenario[]
  try {
    const file = scenariosOf(task.file, task.compiled)
    scenarios = await loaded(around.uncaught, task.settings.timeoutMs, file)
  } catch (thrown) {
    await around.output.drained()
    tellUnloaded(around, task, beganMs, thrown)
    return true
  }
  const wanted = chosen(scenarios, task)
  const names = wanted.map(({ name }) => name)
  around.wire.tell({ type: 'loaded', names, dependencies: importedSources() })
  let loadMs = nowMs() - beganMs
  let { failuresLeft = Infinity } = task
  for (const [n, scenario] of wanted.entries()) {
    if (n > 0 && failuresLeft > 0) await around.wire.heard()
    if (failuresLeft === 0 || around.wire.isHalted) return false
    if (await new Attempt(scenario, task, around).run(loadMs)) failuresLeft--
    loadMs = 0
  }
  return true
}

async function collect(task: CollectTask, { wire, uncaught, output }: Surroundings): Promise<void> {
  try {
    const file = scenariosOf(task.file, task.compiled)
    const scenarios = await loaded(uncaught, task.loadMs, file)
    wire.tell({
      type: 'collected',
      scenarios: scenarios.map(scenario => described(scenario, task.file)),
      dependencies: importedSources(),
    })
  } catch (thrown) {
    await output.drained()
    wire.tell({ type: 'uncollected', error: reportError(thrown), dependencies: importedSources() })
  }
}

async function readConfig(
  task: ConfigTask,
  { wire, uncaught, output }: Surroundings,
): Promise<void> {
  try {
    const file = importSource(task.file, task.compiled)
    const { default: config } = await loaded(uncaught, task.loadMs, file)
    await output.drained()
    // Here, where a function is one: what is told is JSON.
    wire.tell({ type: 'config', config: checkConfig(config, shownPath(task.file)) })
  } catch (thrown) {
    await output.drained()
    wire.tell({ type: 'uncollected', error: reportError(thrown), dependencies: importedSources() })
  }
}

async function perform(task: WorkerTask, around: Surroundings): Promise<void> {
  if (task.type === 'run') {
    const isComplete = await run(task, around)
    if (!task.isLast) return
    if (!isComplete) around.wire.tell({ type: 'idle' })
    exitNow(0)
  }
  if (task.type === 'collect') await collect(task, around)
  if (task.type === 'config') await readConfig(task, around)
}

/** What a sandbox does: one task after the other, told on descriptor 4, until there are no more. */
export async function work(): Promise<void> {
  const wire = new Wire()
  wire.tell({ type: 'ready' })
  limitMemory()
  restoreExtraCertificates()
  showOriginalPositions()
  // Before what is global is remembered.
  trackTimers()
  const uncaught = new Uncaught()
  tellExits(wire, uncaught)
  const output = new OutputDrain()
  const around = { wire, uncaught, output }
  let task = wire.first()
  // For a first task that is the last nothing has to be as it was.
  const isOnly = task.type === 'run' && task.isLast
  const leftovers = isOnly ? undefined : new Leftovers()
  for (; ; task = await wire.next()) {
    // Not before the script begins: what it needs is loaded while that waits for something.
    setImmediate(() => wire.listen())
    await perform(task, around)
    forgetSources()
    const why = await leftovers?.end()
    const [stray] = around.uncaught.strays()
    const late = stray === undefined ? undefined : `a late failure: ${reportError(stray).message}`
    const reason = why ?? late
    wire.tell({ type: 'idle', ...(reason === undefined ? {} : { why: reason }) })
  }
}

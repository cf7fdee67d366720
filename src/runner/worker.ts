import { nowMs } from '../clock.ts'
import fs from 'node:fs'
import path from 'node:path'
import { CleanupError, DeadlineError, UsageError } from '../errors.ts'
import { exitNow } from '../kernel/libc.ts'
import { Lab } from '../lab/lab.ts'
import { isScenario, type Scenario } from '../scenario/scenario.ts'
import { tell, whereabouts } from '../scenario/story.ts'

import { reportError } from './error-report.ts'
import { importSource } from './loader.ts'
import { originalPositions } from './positions.ts'
import type { WorkerLine, WorkerTask } from './worker-task.ts'
import { shownPath } from './shown-path.ts'

/** Events go out by this descriptor, written at once: none is lost when the script exits. */
const EVENTS_FD = 3

function emit(event: WorkerLine): void {
  fs.writeSync(EVENTS_FD, JSON.stringify(event) + '\n')
}

async function load({ file, compiled }: WorkerTask): Promise<Scenario> {
  const { default: exported } = await importSource(file, compiled)
  if (isScenario(exported)) return exported
  throw new UsageError(`${shownPath(file)} does not export a scenario`, {
    code: 'TNET_SCENARIO_MISSING',
    hint: "export default scenario('what it shows', async ({ lab, step }) => { … })",
    facts: { found: exported === undefined ? 'no default export' : `a ${typeof exported}` },
  })
}

/** Rejects when time is up, or when something throws that nobody awaits. */
function interruption(timeoutMs: number): { promise: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<never>((_, reject) => {
    process.on('uncaughtException', reject)
    process.on('unhandledRejection', reject)
    timer = setTimeout(() => {
      reject(
        new DeadlineError(`the scenario was not over after ${timeoutMs} ms`, {
          code: 'TNET_SCENARIO_TIMEOUT',
          hint: 'give it more with --timeout SECONDS, or find what never resolves',
          facts: whereabouts(),
        }),
      )
    }, timeoutMs)
  })
  promise.catch(() => {})
  return { promise, cancel: () => clearTimeout(timer) }
}

async function closeLab(lab: Lab): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new CleanupError('the lab could not be closed in time', {
          code: 'TNET_CLEANUP_TIMEOUT',
          hint: 'something on a node does not end; the sandbox ends it',
          failures: [],
        }),
      )
    }, 5000)
  })
  await Promise.race([lab.close(), late]).finally(() => clearTimeout(timer))
}

async function runScenario(task: WorkerTask, lab: Lab): Promise<void> {
  const { file, timeoutMs, filter } = task
  const { promise: interrupted, cancel } = interruption(timeoutMs)
  const start = nowMs()
  let name = path.basename(file).replace(/\.[cm]?[jt]s$/, '')
  let failure: { thrown: unknown } | undefined
  const note = (thrown: unknown) => (failure ??= { thrown })
  try {
    const story = await Promise.race([load(task), interrupted])
    name = story.name
    if (!`${name}\n${shownPath(file)}`.toLowerCase().includes((filter ?? '').toLowerCase())) {
      emit({ type: 'unmatched' })
      return
    }
    emit({ type: 'scenario-start', name })
    const told = tell(story, lab, {
      stepStart: path => emit({ type: 'step-start', path }),
      stepEnd: (path, status, durationMs) => emit({ type: 'step-end', path, status, durationMs }),
      expectation: (path, result) => emit({ type: 'expectation', path, ...result }),
      note: text => emit({ type: 'note', text }),
    })
    await Promise.race([told, interrupted])
  } catch (error) {
    note(error)
  }
  cancel()
  emit({ type: 'closing' })
  for (const { node, command, output } of lab.programs) {
    emit({ type: 'program-output', node: node.label, command, text: output })
  }
  await closeLab(lab).catch(note)
  emit({
    type: 'scenario-end',
    name,
    status: failure === undefined ? 'passed' : 'failed',
    durationMs: nowMs() - start,
    ...(failure === undefined ? {} : { error: reportError(failure.thrown) }),
  })
}

/** Node shows positions of what ran; people want those of what they wrote. */
function showOriginalPositions(): void {
  Error.stackTraceLimit = 50
  Error.prepareStackTrace = (error, sites) =>
    // oxlint-disable-next-line typescript/no-base-to-string -- V8's CallSite tells itself
    originalPositions([String(error), ...sites.map(site => `    at ${site.toString()}`)].join('\n'))
}

/** What a worker process does: one scenario, told on its standard input, then it ends. */
export async function work(): Promise<void> {
  emit({ type: 'ready' })
  showOriginalPositions()
  const task = JSON.parse(fs.readFileSync(0, 'utf8')) as WorkerTask
  const lab = new Lab({
    onNote: text => emit({ type: 'note', text }),
    ...(task.trace ? { onAction: shell => emit({ type: 'action', shell }) } : {}),
  })
  await runScenario(task, lab)
  exitNow(0)
}

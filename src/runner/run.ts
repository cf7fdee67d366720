import os from 'node:os'
import { nowMs } from '../clock.ts'
import { nothingMatches } from './nothing-matches.ts'
import { DiagnosticFiles } from './diagnostic-files.ts'
import { EVENTS_VERSION, type RunEnd, type RunEvent } from './events.ts'
import { FileRun, type UnjudgedEnd } from './file-run.ts'
import { collectFiles, mayHaveOnly, planOf, type Plan, type Unit } from './plan.ts'
import type { RunOptions } from './run-options.ts'
import { Pauses } from './pauses.ts'
import { Sandboxes } from './sandboxes.ts'
import { isPrivileged } from './sandbox.ts'
import { shownPath } from './shown-path.ts'
import { Tally } from './tally.ts'
import { toolVersion } from './tool-version.ts'
import type { RunSettings, RunTask } from './worker-task.ts'

/** A run that has begun. */
export interface Run {
  ended: Promise<RunEnd>
  /** Begins nothing more, and lets what runs close its lab; called again, ends it at once. */
  stop: (signal: string) => void
  /** The files that each scenario file is made of, by absolute path, as far as that is known. */
  dependencies: ReadonlyMap<string, readonly string[]>
}

class Runner {
  readonly #options: RunOptions
  readonly #sandboxes: Sandboxes
  readonly #pauses: Pauses | undefined
  readonly #beganMs = nowMs()
  readonly #rootless = !isPrivileged()
  readonly #tally = new Tally()
  readonly #files: DiagnosticFiles
  readonly #settings: RunSettings
  readonly #queue: Unit[] = []
  /** Units that are being run, each of which may queue others. */
  #underWay = 0
  readonly dependencies = new Map<string, readonly string[]>()
  #planned = 0
  /** Scenarios of each file that runs without a plan, as soon as one of its repeats was over. */
  readonly #found = new Map<string, number>()
  /** Files of which nobody will ask again. */
  readonly #dropped: string[] = []
  #ids = 0
  #stoppedBy: string | undefined
  #hasBailed = false
  #wake: () => void = () => {}

  constructor(options: RunOptions) {
    this.#options = options
    const { memoryBytes, jobs, files, onPause } = options
    const slots = Math.max(1, Math.min(jobs, options.repeat * Math.max(files.length, 1)))
    this.#pauses = onPause && new Pauses(onPause, this.#rootless)
    const pauses = this.#pauses && { onPause: this.#pauses.add }
    this.#sandboxes = new Sandboxes({ rootless: this.#rootless, memoryBytes, ...pauses }, slots)
    this.#files = new DiagnosticFiles(options.reportFolder)
    const { stepTimeoutMs, walk } = options
    this.#settings = {
      timeoutMs: options.timeoutMs,
      walkTimeoutMs: options.walkTimeoutMs,
      retries: options.retries,
      seed: options.seed,
      slowness: options.slowness,
      isStrict: options.isStrict,
      wanted: options.wanted,
      ...(stepTimeoutMs === undefined ? {} : { stepTimeoutMs }),
      ...(walk === undefined ? {} : { walk }),
      pausesOnFailure: options.pausesOnFailure,
      canPause: onPause !== undefined,
      beganMs: this.#beganMs,
    }
    this.#sandboxes.warm()
  }

  /** Without it the first scenario of a single file would start later. */
  #needsPlan(): boolean {
    const { files, shard, isIsolated, isShuffled, forbidsOnly } = this.#options
    const [only] = files
    if (files.length > 1 || shard !== undefined || isIsolated || isShuffled) return true
    return forbidsOnly && only !== undefined && mayHaveOnly(only)
  }

  async #plan(): Promise<Plan> {
    const { files, repeat, timeoutMs, slowness } = this.#options
    if (!this.#needsPlan()) {
      const units = files.flatMap(file =>
        Array.from({ length: repeat }, (_, i) => ({ file, attempt: 1, repeat: i + 1 })),
      )
      return { units, scenarios: undefined, shard: undefined }
    }
    const collected = await collectFiles(files, this.#sandboxes, timeoutMs * slowness)
    for (const one of collected) this.dependencies.set(one.file, one.dependencies)
    return planOf(collected, this.#options)
  }

  /** Of a plan that somebody stopped nothing is left; a file counts as one scenario. */
  async #planUnlessStopped(): Promise<Plan> {
    try {
      const plan = await this.#plan()
      if (this.#stoppedBy === undefined) return plan
    } catch (error) {
      if (this.#stoppedBy === undefined) throw error
    }
    this.#planned = this.#options.files.length * this.#options.repeat
    return { units: [], scenarios: undefined, shard: undefined }
  }

  #emit(event: RunEvent): void {
    const { onEvent, history } = this.#options
    if (event.type === 'scenario-end') {
      this.#tally.count(event)
      history.remember(event)
    }
    if (event.type === 'diagnostic') this.#files.write(event)
    if (event.type === 'capture') this.#files.writeCapture(event)
    if (event.type === 'scenario-start') this.#files.begin(event)
    onEvent(event)
  }

  #tellStart({ scenarios, shard }: Plan): void {
    const { files, seed } = this.#options
    this.#emit({
      type: 'run-start',
      version: EVENTS_VERSION,
      tool: toolVersion(),
      files: files.map(file => shownPath(file)),
      ...(scenarios === undefined ? {} : { scenarios }),
      ...(this.#options.repeat === 1 ? {} : { repeats: this.#options.repeat }),
      node: process.version,
      kernel: os.release(),
      rootless: this.#rootless,
      jobs: this.#sandboxes.slots,
      seed,
      ...(shard === undefined ? {} : { shard }),
      startedAt: new Date().toISOString(),
    })
  }

  async run(): Promise<RunEnd> {
    const plan = await this.#planUnlessStopped()
    this.#planned += plan.units.reduce((sum, { names = [] }) => sum + names.length, 0)
    this.#tellStart(plan)
    this.#queue.push(...plan.units)
    const slots = Array.from({ length: this.#sandboxes.slots }, (_, slot) => this.#serve(slot))
    await Promise.all(slots)
    // All verdicts are there: reporters write while the sandboxes end.
    const sandboxesEnd = this.#sandboxes.end()
    await this.#pauses?.over()
    if (this.#tally.over === 0 && this.#stoppedBy === undefined && plan.shard === undefined) {
      await sandboxesEnd
      throw nothingMatches(this.#options)
    }
    const end = this.#tellEnd()
    await sandboxesEnd
    return end
  }

  #tellEnd(): RunEnd {
    for (const file of this.#dropped) this.#planned += this.#found.get(file) ?? 1
    const durationMs = nowMs() - this.#beganMs
    const end = this.#tally.end({
      planned: this.#planned,
      durationMs,
      ...(this.#stoppedBy === undefined ? {} : { stoppedBy: this.#stoppedBy }),
    })
    this.#emit(end)
    return end
  }

  /** One sandbox after the other in one place, until nothing is left to run. */
  async #serve(slot: number): Promise<void> {
    for (;;) {
      const unit = this.#queue.shift()
      if (unit !== undefined) await this.#runUnit(unit, slot)
      else if (this.#underWay === 0) return this.#wake()
      else {
        const before = this.#wake
        await new Promise<void>(resolve => {
          this.#wake = () => {
            before()
            resolve()
          }
        })
      }
    }
  }

  #taskFor(unit: Omit<Unit, 'error'>): RunTask {
    const { selection, isIsolated, retries, bail } = this.#options
    return {
      type: 'run',
      selection,
      settings: this.#settings,
      isLast: isIsolated || (this.#queue.length === 0 && retries === 0),
      ...unit,
      ...(bail === undefined ? {} : { failuresLeft: Math.max(1, bail - this.#tally.failed) }),
    }
  }

  async #runUnit(unit: Unit, slot: number): Promise<void> {
    this.#underWay++
    const { error, ...wanted } = unit
    const sandbox = this.#sandboxes.take(slot)
    const task = this.#taskFor(wanted)
    const retries: Unit[] = []
    const fileRun: FileRun = new FileRun({
      task,
      ...(error === undefined ? {} : { early: error.printed }),
      worker: slot + 1,
      nextId: () => String(++this.#ids),
      judge: (end, { attempt }, allowed) =>
        this.#judge(end, attempt, allowed, name => {
          // Of a file that was never loaded nobody knows the scenarios.
          const isWhole = error !== undefined || fileRun.isBroken || fileRun.found === undefined
          retries.push({ ...wanted, ...(isWhole ? {} : { names: [name] }), attempt: attempt + 1 })
        }),
      sandboxMs: () => sandbox.takeStartMs(),
      onEvent: event => this.#emit(event),
    })
    if (error === undefined) await sandbox.run(task, fileRun)
    else fileRun.break(error)
    if (fileRun.dependencies.length > 0) this.dependencies.set(unit.file, fileRun.dependencies)
    // Tried again, it was counted as one.
    if (unit.names === undefined) {
      if (fileRun.found !== undefined) this.#found.set(unit.file, fileRun.found)
      this.#planned += (fileRun.found ?? 1) - (unit.attempt === 1 ? 0 : 1)
    }
    const { remaining = [] } = fileRun
    const rest = unit.names === undefined && fileRun.found === undefined ? [] : remaining
    if (!this.#isOver()) {
      if (rest.length > 0) this.#queue.unshift({ ...unit, names: rest })
      this.#queue.push(...retries)
    }
    this.#underWay--
    const wake = this.#wake
    this.#wake = () => {}
    wake()
  }

  #isOver(): boolean {
    return this.#stoppedBy !== undefined || this.#hasBailed
  }

  /** Whether an attempt counts, or is made again: then it is added to `again`. */
  #judge(end: UnjudgedEnd, attempt: number, allowed: number, again: (name: string) => void) {
    const hasFailed = end.status === 'failed'
    const isRetried = hasFailed && attempt <= allowed && !this.#isOver()
    if (isRetried) again(end.name)
    if (hasFailed && !isRetried) this.#countBail()
    const collected = this.#files.end(end.id)
    const { error } = end
    return {
      ...end,
      ...(collected?.folder === undefined ? {} : { diagnostics: collected.folder }),
      ...(error === undefined || collected === undefined
        ? {}
        : { error: { ...error, facts: { ...error.facts, collected: collected.said } } }),
      isFinal: !isRetried,
      isFlaky: end.status === 'passed' && attempt > 1,
    }
  }

  #countBail(): void {
    const { bail } = this.#options
    if (bail === undefined || this.#tally.failed + 1 < bail) return
    this.#hasBailed = true
    this.#dropQueue()
    this.#sandboxes.halt()
  }

  /** Units whose scenarios are counted when their file is known: it counts as one as long as it is not. */
  #dropQueue(): void {
    const uncounted = this.#queue.filter(({ names, attempt }) => !names && attempt === 1)
    this.#dropped.push(...uncounted.map(({ file }) => file))
    this.#queue.length = 0
  }

  stop(signal: string): void {
    if (this.#stoppedBy !== undefined) return this.#sandboxes.stop(signal)
    this.#stoppedBy = signal
    this.#dropQueue()
    this.#sandboxes.interrupt(signal)
    this.#pauses?.stop()
  }
}

/** Starts at once: the sandboxes before anything is known of the scenarios. */
export function run(options: RunOptions): Run {
  const runner = new Runner(options)
  const ended = runner.run()
  // Whoever awaits it hears of it; a run that is stopped first must not end the process.
  ended.catch(() => {})
  return {
    ended,
    stop: signal => runner.stop(signal),
    dependencies: runner.dependencies,
  }
}

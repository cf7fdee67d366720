import path from 'node:path'
import { nowMs } from '../clock.ts'
import { StringDecoder } from 'node:string_decoder'
import type { ErrorReport } from '../errors.ts'
import { EarlyOutput } from './early-output.ts'
import type { RunEvent, ScenarioEnd, ScenarioStart } from './events.ts'
import { shownPath } from './shown-path.ts'
import type { RunTask, WorkerEnd, WorkerEvent, WorkerLine, WorkerStart } from './worker-task.ts'

/** More of what a script prints is counted and left out. */
export const MOST_PRINTED_BYTES = 1 << 20

/** An attempt that is over, and may be made again. */
export type UnjudgedEnd = Omit<ScenarioEnd, 'isFinal' | 'isFlaky'>

/** What the run says to it. */
type Judge = (end: UnjudgedEnd, start: ScenarioStart, retries: number) => ScenarioEnd

export interface FileRunOptions {
  task: RunTask
  /** What the file printed when it was asked what it has. */
  early?: EarlyOutput
  /** Which of the sandboxes that run at once. */
  worker: number
  /** A new id for an attempt. */
  nextId: () => string
  judge: Judge
  /** Milliseconds that the sandbox took to start, if nobody paid for it yet. */
  sandboxMs: () => number
  onEvent: (event: RunEvent) => void
}

/** A scenario that runs. */
interface Running {
  start: ScenarioStart
  retries: number
  beganMs: number
  printedBytes: number
  omittedBytes: number
  /** A letter may come in two chunks. */
  decoders: Readonly<Record<'stdout' | 'stderr', StringDecoder>>
  /** When the last of its events was: what it prints comes by another way than what it tells. */
  lastMs: number
  end: WorkerEnd | undefined
}

/**
 * The scenarios of one file in a sandbox, from the outside: makes the events of the run out of what
 * the sandbox says, and of what becomes of it. Each start gets an end, whatever happens.
 */
export class FileRun {
  readonly #options: FileRunOptions
  readonly #file: string
  #running: Running | undefined
  #names: readonly string[] | undefined
  readonly #done: string[] = []
  /** The files that it is made of, by absolute path. */
  dependencies: readonly string[] = []

  /** It cannot be loaded, and stands for one scenario that failed. */
  isBroken = false
  /** Where the script said that the process ends. */
  #exitsAt: string | undefined
  readonly #early: EarlyOutput

  constructor(options: FileRunOptions) {
    this.#options = options
    this.#early = options.early ?? new EarlyOutput(MOST_PRINTED_BYTES)
    this.#file = shownPath(options.task.file)
  }

  /** Scenarios that have not begun; unknown until the file is loaded. */
  get remaining(): readonly string[] | undefined {
    return this.#names?.filter(name => !this.#done.includes(name))
  }

  /** Nothing is left to begin, and nothing runs. */
  get isOver(): boolean {
    const hasEnded = this.#running === undefined || this.#running.end !== undefined
    return hasEnded && this.remaining?.length === 0
  }

  /** How many scenarios were found, once that is known. */
  get found(): number | undefined {
    return this.#names?.length
  }

  /** The running scenario's end is told only by `flush`, when all that it printed is there. */
  read(line: WorkerLine): void {
    switch (line.type) {
      case 'loaded':
        this.#names = line.names
        this.dependencies = line.dependencies
        this.isBroken = line.isBroken === true
        return
      case 'exiting':
        this.#exitsAt = line.at
        return
      case 'scenario-start':
        return this.#begin(line)
      case 'scenario-end':
        if (this.#running !== undefined) this.#running.end = line
        return
      case 'ready':
      case 'collected':
      case 'uncollected':
      case 'config':
      case 'closing':
      case 'paused':
      case 'idle':
        return
      default:
        return this.#tell(line)
    }
  }

  #begin(line: WorkerStart): void {
    this.flush()
    const { timeoutMs, retries, ...start } = line
    void timeoutMs
    const { worker, nextId } = this.#options
    const { printed, omittedBytes } = this.#early.take()
    const again = retries > 0 ? { attempts: retries + 1 } : {}
    const event: ScenarioStart = { ...start, ...again, id: nextId(), file: this.#file, worker }
    this.#done.push(start.name)
    this.#running = {
      start: event,
      retries,
      beganMs: nowMs(),
      printedBytes: 0,
      omittedBytes,
      decoders: { stdout: new StringDecoder(), stderr: new StringDecoder() },
      lastMs: event.atMs,
      end: undefined,
    }
    this.#options.onEvent(event)
    for (const { stream, chunk } of printed) this.print(stream, chunk)
  }

  #tell(event: WorkerEvent): void {
    const running = this.#running
    if (running === undefined) return
    const { id } = running.start
    const { type, ...rest } = event
    const atMs = (running.lastMs = Math.max(running.lastMs, rest.atMs))
    this.#options.onEvent({ type, id, ...rest, atMs } as RunEvent)
  }

  #now(): number {
    return nowMs() - this.#options.task.settings.beganMs
  }

  /** The script printed. */
  print(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const running = this.#running
    if (running === undefined) return this.#early.hold({ stream, chunk })
    const room = Math.max(0, MOST_PRINTED_BYTES - running.printedBytes)
    running.printedBytes += chunk.length
    running.omittedBytes += Math.max(0, chunk.length - room)
    if (room === 0) return
    const text = running.decoders[stream].write(chunk.subarray(0, room))
    if (text !== '') this.#tell({ type: 'output', atMs: this.#now(), stream, text })
  }

  /** Tells the end of the scenario that is over. */
  flush(): void {
    const end = this.#running?.end
    if (end !== undefined) this.#finish(end)
  }

  #finish(end: WorkerEnd): void {
    const running = this.#running
    if (running === undefined) return
    const { omittedBytes, start, retries } = running
    if (omittedBytes > 0) {
      const atMs = this.#now()
      this.#tell({ type: 'output', atMs, stream: 'stdout', text: '', omittedBytes })
    }
    this.#running = undefined
    const { onEvent, judge, sandboxMs } = this.#options
    const startMs = sandboxMs()
    const sandbox = startMs > 0 ? [{ phase: 'sandbox', durationMs: startMs } as const] : []
    const durationMs = end.durationMs + startMs
    const phases = [...sandbox, ...end.phases]
    const { id, file } = start
    const atMs = Math.max(running.lastMs, end.atMs)
    onEvent(judge({ ...end, id, file, atMs, durationMs, phases }, start, retries))
  }

  /** The sandbox is gone: so is what ran in it, or what was going to. */
  break({ name, code, message, facts, hint, ...place }: ErrorReport): void {
    this.flush()
    const { task } = this.#options
    if (this.#running === undefined) {
      const [next = path.basename(this.#file).replace(/\.[cm]?[jt]s$/, '')] =
        this.remaining ?? task.names ?? []
      const { attempt, repeat, settings } = task
      const { timeoutMs, retries } = settings
      const start = { atMs: this.#now(), name: next, tags: [], attempt, repeat, timeoutMs, retries }
      this.#begin({ type: 'scenario-start', ...start })
    }
    const running = this.#running as unknown as Running
    const durationMs = nowMs() - running.beganMs
    const phase = this.#names === undefined ? 'load' : 'script'
    const at = this.#exitsAt === undefined ? {} : { at: this.#exitsAt }
    this.#finish({
      type: 'scenario-end',
      atMs: this.#now(),
      name: running.start.name,
      status: 'failed',
      durationMs,
      phases: [{ phase, durationMs }],
      isExpectedToFail: false,
      error: { name, code, message, facts, hint, ...at, ...place },
    })
  }
}

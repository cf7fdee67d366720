import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { nowMs } from '../clock.ts'
import type { TnetError } from '../errors.ts'
import type { Answer, Said } from './answer.ts'
import { compiledFile } from './compiled-file.ts'
import { EarlyOutput, type Printed } from './early-output.ts'
import { MOST_PRINTED_BYTES, type FileRun } from './file-run.ts'
import { memoryOf, processTree } from './process-tree.ts'
import { runStopped } from './run-stopped.ts'
import { SandboxClock } from './sandbox-clock.ts'
import { deathOf, garbled, reportOf, tooLarge } from './sandbox-failure.ts'
import { spawnSandbox } from './spawn-sandbox.ts'
import type { PausedLine, RunTask, WorkerLine, WorkerTask } from './worker-task.ts'

const MEMORY_LOOK_MS = 250

export interface SandboxOptions {
  rootless: boolean
  /** What all processes of it may hold together. */
  memoryBytes: number
  /** A script wants somebody to look around. */
  onPause?: (sandbox: SandboxProcess, line: PausedLine) => void
}

/** What a task needs of the sandbox while it is done. */
interface Doing {
  run: FileRun | undefined
  answer: Said | undefined
  /** Hears what is printed. */
  print: FileRun['print']
  /** Milliseconds that the file may take to load. */
  loadMs: number
  slowness: number
  /** The sandbox ends after it. */
  isLast: boolean
  over: () => void
}

/** A process in a sandbox of its own that does one task after the other. */
export class SandboxProcess {
  readonly #child: ChildProcess
  readonly #options: SandboxOptions
  readonly #beganMs = nowMs()
  #readyMs: number | undefined
  #printed = ''
  /** What was read before the line that says that it is ready, on another descriptor. */
  readonly #early: Printed[] = []
  #failure: unknown
  #verdict: TnetError | undefined
  #doing: Doing | undefined
  readonly #clock = new SandboxClock(verdict => this.#condemn(verdict))
  #interruptedBy: string | undefined
  #watch: NodeJS.Timeout | undefined
  #isUsable = true
  #isPaid = false
  /** It and all in it have ended. */
  readonly ended: Promise<void>

  /** Starts at once. */
  constructor(options: SandboxOptions) {
    this.#options = options
    const { rootless, memoryBytes } = options
    this.#child = spawnSandbox(rootless, memoryBytes)
    this.ended = this.#live()
  }

  /** Whether it takes another task. */
  get isUsable(): boolean {
    return this.#isUsable
  }

  /** The process that all of it is below. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The sandbox's process 1, as it is seen from here: the child of `unshare`. */
  get processOne(): number {
    return processTree(this.pid)[1] ?? this.pid
  }

  async #live(): Promise<void> {
    const { stdout, stderr } = this.#child
    this.#child.once('error', error => (this.#failure = error))
    stdout?.on('data', (chunk: Buffer) => this.#print('stdout', chunk))
    stderr?.on('data', (chunk: Buffer) => this.#print('stderr', chunk))
    const events = this.#child.stdio[3] as Readable
    // One that could not be started is told of by its ending.
    this.#tasks.on('error', () => {})
    let unfinished = ''
    events.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (unfinished + chunk).split('\n')
      unfinished = lines.pop() ?? ''
      for (const line of lines) this.#hear(line)
    })
    this.#watch = setInterval(() => this.#weigh(), MEMORY_LOOK_MS).unref()
    await once(this.#child, 'close').catch((error: unknown) => (this.#failure = error))
    this.#clock.cancel()
    clearInterval(this.#watch)
    this.#isUsable = false
    this.#die()
  }

  /** What is no line of ours comes from a script that got hold of our descriptor. */
  #hear(text: string): void {
    let line: unknown
    try {
      line = JSON.parse(text)
    } catch {
      // told below
    }
    if (typeof line === 'object' && line !== null && 'type' in line) this.#read(line as WorkerLine)
    else this.#condemn(garbled(text))
  }

  #print(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#printed = (this.#printed + chunk.toString('utf8')).slice(-4096)
    if (this.#readyMs === undefined) this.#early.push({ stream, chunk })
    else this.#doing?.print(stream, chunk)
  }

  #weigh(): void {
    const { bytes, largest } = memoryOf(this.pid)
    const { memoryBytes } = this.#options
    if (bytes > memoryBytes) this.#condemn(tooLarge(bytes, memoryBytes, largest))
  }

  /** It has died: what it was doing has failed by that. */
  #die(): void {
    const doing = this.#doing
    this.#doing = undefined
    if (doing === undefined) return
    // What was left behind has ended the sandbox; or the end came faster than what it said last.
    const isOver = doing.run?.isOver === true
    const isStopped = this.#interruptedBy !== undefined && this.#clock.phase === undefined
    if (doing.run !== undefined && (isOver || isStopped)) {
      doing.run.flush()
      return doing.over()
    }
    const { exitCode, signalCode: signal } = this.#child
    const death = { exitCode, signal, printed: this.#printed, failure: this.#failure }
    const isReady = this.#readyMs !== undefined
    const { memoryBytes } = this.#options
    const why = this.#verdict ?? deathOf({ ...death, isReady, memoryBytes })
    if (doing.run !== undefined) doing.run.break(reportOf(why))
    else doing.answer = { type: 'uncollected', error: reportOf(why), dependencies: [] }
    doing.over()
  }

  #condemn(verdict: TnetError): void {
    this.#verdict ??= verdict
    this.stop()
  }

  #read(line: WorkerLine): void {
    const doing = this.#doing
    // What else it would do is not wanted any more.
    if (this.#interruptedBy !== undefined && this.#clock.phase === undefined) return
    this.#clock.hear(line)
    switch (line.type) {
      case 'ready':
        this.#readyMs = nowMs()
        for (const { stream, chunk } of this.#early.splice(0)) doing?.print(stream, chunk)
        break
      case 'paused':
        if (this.#options.onPause === undefined) this.resume()
        else this.#options.onPause(this, line)
        return
      case 'collected':
      case 'uncollected':
      case 'config':
        if (doing !== undefined) doing.answer = line
        return
      case 'idle':
        void this.#idle(doing, line.why)
        return
      default:
    }
    doing?.run?.read(line)
    if (line.type !== 'scenario-end') return
    void this.#hearOut(doing)
    if (this.#interruptedBy !== undefined) this.stop()
  }

  /** What the script printed before is in its pipe by now. */
  async #flush(doing: Doing | undefined): Promise<void> {
    await setImmediate()
    await setImmediate()
    doing?.run?.flush()
    // The last task of a sandbox has no other end; the process goes on ending while we go on.
    if (doing?.isLast === true && doing.run?.isOver === true) this.#finish(doing)
  }

  /** A scenario has ended: the next one begins when all that this one printed was read. */
  async #hearOut(doing: Doing | undefined): Promise<void> {
    await this.#flush(doing)
    if (doing?.run?.isOver === false && doing === this.#doing) this.#send({ type: 'heard' })
  }

  async #idle(doing: Doing | undefined, why: string | undefined): Promise<void> {
    if (why !== undefined) this.#isUsable = false
    await this.#flush(doing)
    this.#finish(doing)
    if (why !== undefined) this.stop()
  }

  #finish(doing: Doing | undefined): void {
    if (doing === undefined || doing !== this.#doing) return
    this.#clock.cancel()
    if (doing.isLast) {
      this.#isUsable = false
      this.#clock.end()
    }
    this.#doing = undefined
    doing.over()
  }

  get #tasks(): Writable {
    return this.#child.stdio[4] as Writable
  }

  #send(task: WorkerTask): void {
    this.#tasks.write(JSON.stringify(task) + '\n')
  }

  async #do(
    task: Exclude<WorkerTask, { type: 'interrupt' | 'halt' | 'resume' | 'heard' }>,
    doing: Omit<Doing, 'over' | 'answer'>,
  ): Promise<Said | undefined> {
    const done = new Promise<Said | undefined>(resolve => {
      const mine: Doing = { ...doing, answer: undefined, over: () => resolve(mine.answer) }
      this.#doing = mine
    })
    this.#clock.begin(doing)
    if (this.#readyMs === undefined && this.#child.exitCode !== null) this.#die()
    this.#send({ ...task, ...(await compiledFile(task.file)) })
    return done
  }

  /** Runs scenarios of a file; resolves when they are over, however that came. */
  async run(task: RunTask, run: FileRun): Promise<void> {
    const { timeoutMs, slowness } = task.settings
    const print: FileRun['print'] = (stream, chunk) => run.print(stream, chunk)
    const loadMs = timeoutMs * slowness
    await this.#do(task, { run, print, loadMs, slowness, isLast: task.isLast })
  }

  /** Asks for the scenarios of a file, or for what a config file says. */
  async ask(type: 'collect' | 'config', file: string, loadMs: number): Promise<Answer> {
    const printed = new EarlyOutput(MOST_PRINTED_BYTES)
    const print: FileRun['print'] = (stream, chunk) => printed.hold({ stream, chunk })
    const doing = { run: undefined, print, loadMs, slowness: 1, isLast: false }
    const answer = await this.#do({ type, file, loadMs }, doing)
    if (answer !== undefined) return { ...answer, printed }
    throw new Error('a sandbox ended a question without an answer')
  }

  /** Milliseconds that it took to start: the first who asks pays. */
  takeStartMs(): number {
    if (this.#readyMs === undefined || this.#isPaid) return 0
    this.#isPaid = true
    return this.#readyMs - this.#beganMs
  }

  /** Lets the scenario that runs close its lab; a sandbox in which none runs ends at once. */
  interrupt(signal: string): void {
    if (this.#doing === undefined) return
    this.#interruptedBy = signal
    if (this.#clock.phase === undefined) return this.abandon(signal)
    this.#send({ type: 'interrupt', signal })
    this.#clock.stop()
  }

  /** Lets what runs come to its end, and begins no more of the file. */
  halt(): void {
    if (this.#doing !== undefined) this.#send({ type: 'halt' })
  }

  /** After a pause. */
  resume(): void {
    this.#clock.goOn()
    this.#send({ type: 'resume' })
  }

  /** As `stop`, because of a signal to the run. */
  abandon(signal: string): void {
    this.#condemn(runStopped(signal))
  }

  /** Ends the sandbox and all in it, at once. */
  stop(): void {
    this.#isUsable = false
    this.#child.kill('SIGKILL')
    // unshare may have died before its child was tied to it: that ends when nobody tells it anything.
    this.#tasks.destroy()
  }
}

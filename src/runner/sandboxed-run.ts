import { nowMs } from '../clock.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  CommandError,
  DeadlineError,
  EnvironmentError,
  UsageError,
  type TnetError,
} from '../errors.ts'
import type { Compiled } from './compile.ts'
import type { EventListener, RunEvent, ScenarioEnd } from './events.ts'
import { sandboxed, sandboxEnvironment } from './sandbox.ts'
import type { WorkerLine, WorkerTask } from './worker-task.ts'
import { shownPath } from './shown-path.ts'

const worker = fileURLToPath(new URL('../runner/worker.cjs', import.meta.url))
const nodeFlags = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // grpc-js, when an etcd is reached by its bare address over TLS.
  '--disable-warning=DEP0123',
]

/** A worker ends its script in time by itself, unless the script never lets go of the thread. */
const STUCK_AFTER_MS = 2000
/** A worker gives closing a lab up after 5 s. */
const CLOSED_AFTER_MS = 7000
const ENDED_AFTER_MS = 2000

/** A second core compiles while the worker starts on the first. */
async function compiled(file: string): Promise<Compiled | undefined> {
  const { compile } = await import('./compile.ts')
  try {
    return compile(file)
  } catch {
    return undefined // the worker meets the same, and says it
  }
}

/** One scenario in a sandbox of its own, from the outside. */
export class SandboxedRun {
  readonly #task: WorkerTask
  readonly #child: ChildProcess
  readonly #onEvent: EventListener
  readonly #file: string
  readonly #start = nowMs()
  #printed = ''
  #isReady = false
  #isUnmatched = false
  #end: ScenarioEnd | undefined
  #verdict: TnetError | undefined
  #timer: NodeJS.Timeout | undefined
  #resolveTold: () => void = () => {}
  readonly #hasTold = new Promise<void>(resolve => (this.#resolveTold = resolve))

  /** Starts at once. */
  constructor(task: WorkerTask, rootless: boolean, onEvent: EventListener) {
    this.#task = task
    this.#onEvent = onEvent
    this.#file = shownPath(task.file)
    const [file, args] = sandboxed([process.execPath, ...nodeFlags, worker], rootless)
    this.#child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: sandboxEnvironment(),
    })
    // A worker that could not be started is told of by its ending.
    this.#child.stdin?.on('error', () => {})
    void this.#hand(task)
  }

  async #hand(task: WorkerTask): Promise<void> {
    const output = await compiled(task.file)
    this.#child.stdin?.end(
      JSON.stringify(output === undefined ? task : { ...task, compiled: output }),
    )
  }

  /** The worker has no more to say, and a little while to end. */
  #tellAll(): void {
    this.#limit(ENDED_AFTER_MS)
    this.#resolveTold()
  }

  #tell(event: Record<string, unknown>): void {
    this.#onEvent({ ...event, file: this.#file } as unknown as RunEvent)
  }

  #read(line: string): void {
    const event = JSON.parse(line) as WorkerLine
    if (event.type === 'ready') this.#isReady = true
    else if (event.type === 'unmatched') {
      this.#isUnmatched = true
      this.#tellAll()
    } else if (event.type === 'closing') this.#limit(CLOSED_AFTER_MS)
    else if (event.type === 'scenario-end') {
      this.#end = { ...event, file: this.#file }
      this.#tellAll()
    } else this.#tell({ ...event })
  }

  #limit(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#verdict = new DeadlineError(
        `the scenario was not over after ${this.#task.timeoutMs} ms`,
        {
          code: 'TNET_SCENARIO_STUCK',
          hint: 'it never let go of the thread: look for a loop without an await',
        },
      )
      this.stop()
    }, ms)
  }

  #listen(stream: 'stdout' | 'stderr'): void {
    this.#child[stream]?.on('data', (chunk: Buffer) => {
      const text = chunk.toString()
      this.#printed = (this.#printed + text).slice(-4096)
      if (this.#isReady) this.#tell({ type: 'output', stream, text })
    })
  }

  /** Ends the sandbox and all in it, at once. */
  stop(): void {
    this.#child.kill('SIGKILL')
  }

  /** @returns how it ended, or nothing when the filter left it out; a script cannot reject it. */
  async ended(): Promise<ScenarioEnd | undefined> {
    this.#limit(this.#task.timeoutMs + STUCK_AFTER_MS)
    this.#listen('stdout')
    this.#listen('stderr')
    let unfinished = ''
    ;(this.#child.stdio[3] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (unfinished + chunk).split('\n')
      unfinished = lines.pop() ?? ''
      for (const line of lines) this.#read(line)
    })
    let failure: unknown
    this.#child.once('error', error => (failure = error))
    const closed = once(this.#child, 'close').then(
      () => clearTimeout(this.#timer),
      (error: unknown) => (failure = error),
    )
    // What the script printed before is in its pipe by now. The sandbox ends while we go on; this
    // process waits for it.
    const told = this.#hasTold.then(() => setImmediate()).then(() => setImmediate())
    await Promise.race([told, closed])
    if (this.#isUnmatched) return undefined
    const end = this.#end ?? this.#broken(this.#verdict ?? this.#unexpected(failure))
    this.#onEvent(end)
    return end
  }

  #broken({ name, code, message, facts, hint }: TnetError): ScenarioEnd {
    return {
      type: 'scenario-end',
      file: this.#file,
      name: path.basename(this.#file).replace(/\.[cm]?[jt]s$/, ''),
      status: 'failed',
      durationMs: nowMs() - this.#start,
      error: { name, code, message, facts, hint },
    }
  }

  #unexpected(failure: unknown): TnetError {
    const { exitCode, signalCode } = this.#child
    const printed = this.#printed.trim()
    const facts = printed === '' ? {} : { printed }
    if (!this.#isReady) return sandboxDenied(failure, facts)
    if (signalCode !== null || (exitCode ?? 0) > 128) {
      const by = signalCode ?? `exit code ${exitCode}`
      return new CommandError(`the scenario's process was ended by ${by}`, {
        code: 'TNET_SCENARIO_KILLED',
        hint: 'it crashed, ran out of memory, or somebody ended it',
        facts,
      })
    }
    return new UsageError(`the scenario ended its process with exit code ${exitCode}`, {
      code: 'TNET_SCENARIO_EXITED',
      hint: 'let it return or throw: process.exit() hides what happened',
      facts,
    })
  }
}

function sandboxDenied(failure: unknown, facts: Record<string, string>): EnvironmentError {
  const missing = (failure as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  return new EnvironmentError('could not make a sandbox', {
    code: missing ? 'TNET_TOOL_MISSING' : 'TNET_SANDBOX_DENIED',
    hint: missing
      ? 'apt-get install -y util-linux, which brings setpriv and unshare'
      : 'run it with sudo, or allow user namespaces; "tnet-lab doctor" says what is in the way',
    facts,
    cause: failure,
  })
}

import { nowMs } from '../clock.ts'
import { poll } from '../poll.ts'
import { compare } from './compare/compare.ts'
import type { Machine } from './host/machine.ts'
import { interrupt, isRunnable, kill, ownPid } from './host/processes.ts'
import type { Ran } from './judge.ts'
import type { PlannedStep } from './plan/walk-plan.ts'
import type { Line } from './typist.ts'

const STARTED_MS = 5000
/** What says nothing when it is ready is given so long. */
const SILENT_MS = 300
const ENDED_MS = 3000
const IDLE_MS = 1000
/** Beyond the time that the document's own packets took. */
const SLACK_MS = 2000
const READY = /listening on|Serving |[Ss]erver listening|Ready to accept|Listening on|bytes of data/

/** Seconds of a day of a line that a capture printed. */
function timeOf(line: string): number | undefined {
  const found = /^(\d\d):(\d\d):(\d\d\.\d+)/.exec(line)
  return found === null
    ? undefined
    : Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3])
}

/** Milliseconds from the first to the last packet that a document shows. */
function spanMs(shown: readonly string[]): number {
  const times = shown.flatMap(line => timeOf(line) ?? [])
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0)
  // A capture over midnight, or of two days, is not waited for.
  return span > 0 && span <= 60 ? span * 1000 : 0
}

/** A program of a document that goes on until it is stopped. */
export class Running {
  readonly step: PlannedStep
  readonly #machine: Machine
  readonly #output: string
  readonly #beganMs = nowMs()

  private constructor(step: PlannedStep, machine: Machine, output: string) {
    this.step = step
    this.#machine = machine
    this.#output = output
  }

  /** Starts it, and waits until it does what it is for. */
  static async start(step: PlannedStep, { machine, session, text }: Line): Promise<Running> {
    const output = machine.newOutput()
    await session.type(text, output, { timeoutMs: STARTED_MS, inBackground: true })
    const running = new Running(step, machine, output)
    await running.#ready()
    return running
  }

  #ready(): Promise<true | undefined> {
    return poll(
      () => {
        if (this.#exitCode !== undefined || READY.test(this.output)) return true
        const isThere = this.#machine.processesPrintingTo(this.#output).length > 0
        return isThere && this.durationMs > SILENT_MS ? true : undefined
      },
      { timeoutMs: STARTED_MS, intervalMs: 5 },
    )
  }

  get output(): string {
    return this.#machine.read(this.#output)
  }

  get durationMs(): number {
    return nowMs() - this.#beganMs
  }

  /** The program itself, as its machine counts processes; undefined: it is over. */
  get pid(): number | undefined {
    const last = this.#machine.processesPrintingTo(this.#output).at(-1)
    return last === undefined ? undefined : ownPid(last)
  }

  /** How it ended by itself. */
  get #exitCode(): number | undefined {
    const text = this.#machine.read(`${this.#output}.status`)
    return text === '' ? undefined : Number(text)
  }

  /** Waits for what the document shows of it. */
  async untilShown(): Promise<void> {
    const { text, shown = [] } = this.step.command
    if (shown.length === 0) return
    const isAsShown = () => {
      const seen = this.output
      const { differences } = compare(text, {
        shown,
        seen,
        exitCode: 0,
        isStrict: false,
        isAnswered: true,
      })
      return differences.length === 0 || this.#exitCode !== undefined ? true : undefined
    }
    await poll(isAsShown, { timeoutMs: spanMs(shown) + SLACK_MS, intervalMs: 20 })
  }

  /** What came in is read, as a capture's last packets: on a busy machine that takes a while. */
  async #untilIdle(): Promise<void> {
    const isIdle = () =>
      this.#machine.processesPrintingTo(this.#output).some(isRunnable) ? undefined : true
    await poll(isIdle, { timeoutMs: IDLE_MS })
  }

  /** Ctrl-C, and what is harder when it does not hear. */
  async stop(): Promise<Ran> {
    const before = this.#exitCode
    if (before === undefined) {
      await this.#untilIdle()
      interrupt(this.#machine.processesPrintingTo(this.#output))
      const isOver = () => (this.#exitCode === undefined ? undefined : true)
      if ((await poll(isOver, { timeoutMs: ENDED_MS })) === undefined) {
        kill(this.#machine.processesPrintingTo(this.#output))
        await poll(isOver, { timeoutMs: ENDED_MS })
      }
    }
    return { exitCode: before ?? 0, wasStopped: before === undefined, output: this.output }
  }
}

import { nowMs } from '../clock.ts'
import { signalCode } from '../runner/exit-code.ts'
import type { Run } from '../runner/run.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** For what has no lab to close: it ends at once, and what it has begun to write goes with it. */
export function endOnSignals(): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(signalCode(signal)))
}

/**
 * npm and npx pass on what they get, and Ctrl-C is for all in the foreground: it comes twice. Nobody
 * presses it again so soon.
 */
const PASSED_ON_MS = process.env['npm_command'] === undefined ? 0 : 250

/**
 * What signals do to a run, and Ctrl-C among them: the first lets what runs close its lab, the
 * second ends it at once, the third leaves reports as they are.
 */
export class StopSignals {
  readonly run: Run
  readonly #hold: () => () => void
  #count = 0
  #isOver = false
  #first: NodeJS.Signals | undefined
  #lastMs = -Infinity

  /**
   * @param start begins the run; what comes while it does is heard when it has
   * @param hold keeps reporters from writing until what it returns is called
   */
  constructor(start: () => Run, hold: () => () => void) {
    this.#hold = hold
    for (const signal of SIGNALS) process.on(signal, this.stop)
    try {
      this.run = start()
    } catch (error) {
      this.forget()
      throw error
    }
  }

  readonly stop = (signal: NodeJS.Signals): void => {
    const before = this.#lastMs
    this.#lastMs = nowMs()
    if (this.#lastMs - before < PASSED_ON_MS) return
    this.#count++
    this.#first ??= signal
    if (this.#count > 2) process.exit(signalCode(signal))
    if (signal === 'SIGINT') this.#say()
    this.run.stop(signal)
  }

  #say(): void {
    const release = this.#hold()
    process.stderr.write(`\n${this.#saying()}\n`)
    release()
  }

  #saying(): string {
    if (this.#isOver) return 'stopping when reports are written'
    if (this.#count > 1) return 'stopping at once'
    return 'stopping: labs are being closed; Ctrl-C again ends them at once'
  }

  /** The run has ended; what is heard from now on is about what comes after it. */
  over(): void {
    this.#isOver = true
  }

  /** The first that was heard. */
  get first(): NodeJS.Signals | undefined {
    return this.#first
  }

  forget(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.stop)
  }
}

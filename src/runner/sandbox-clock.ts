import { nowMs } from '../clock.ts'
import type { DeadlineError } from '../errors.ts'
import { stuck } from './sandbox-failure.ts'
import type { WorkerLine } from './worker-task.ts'

/** A sandbox ends its script in time by itself, unless the script never lets go of the thread. */
const STUCK_AFTER_MS = 2000
/** It gives closing a lab up after 5 s, and collecting what is known of a failure as well. */
const CLOSED_AFTER_MS = 15_000
/** What a file left behind is ended in less than a second. */
const CLEANED_AFTER_MS = 5000
/** A timer that is longer fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** What a sandbox is at, by what it says, and whether that takes too long. */
export class SandboxClock {
  readonly #onLate: (verdict: DeadlineError) => void
  #timer: NodeJS.Timeout | undefined
  #limit: (() => void) | undefined
  #slowness = 1
  /** What a scenario is at, if one has begun that has not ended. */
  phase: 'script' | 'closing' | undefined

  constructor(onLate: (verdict: DeadlineError) => void) {
    this.#onLate = onLate
  }

  /** @param ms as the machine needs them */
  #start(ms: number, whileDoing: string): void {
    this.#limit = () => {
      clearTimeout(this.#timer)
      const beganMs = nowMs()
      const late = () => this.#onLate(stuck(nowMs() - beganMs, whileDoing))
      this.#timer = setTimeout(late, Math.min(ms, LONGEST_MS))
    }
    this.#limit()
  }

  /** A task begins. */
  begin({ loadMs, slowness }: { loadMs: number; slowness: number }): void {
    this.phase = undefined
    this.#slowness = slowness
    this.#start(loadMs + STUCK_AFTER_MS, 'the file was being loaded')
  }

  hear(line: WorkerLine): void {
    switch (line.type) {
      case 'scenario-start':
        this.phase = 'script'
        return this.#start(line.timeoutMs + STUCK_AFTER_MS, 'the script ran')
      case 'closing':
        this.phase = 'closing'
        return this.#start(CLOSED_AFTER_MS * this.#slowness, 'the lab was being closed')
      case 'scenario-end':
        this.phase = undefined
        return this.#start(CLEANED_AFTER_MS * this.#slowness, 'it was being cleaned up')
      case 'paused':
        return clearTimeout(this.#timer)
      default:
    }
  }

  /** The pause is over: the whole time again, as it is inside. */
  goOn(): void {
    this.#limit?.()
  }

  /** The script was asked to stop. */
  stop(): void {
    if (this.phase !== 'script') return
    this.#start(STUCK_AFTER_MS * this.#slowness, 'the script was being stopped')
  }

  /** The last task is over. */
  end(): void {
    this.#start(CLEANED_AFTER_MS, 'it ended')
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#limit = undefined
  }
}

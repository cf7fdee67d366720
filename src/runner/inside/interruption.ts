import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { scaled } from '../../clock.ts'
import { DeadlineError, type Facts } from '../../errors.ts'
import { isOfNow } from './positions.ts'

/** Whose script a line belongs to: timers, promises and callbacks keep it. */
const owner = new AsyncLocalStorage<Interruption>()

/** What ends a script that has not ended by itself: the first that is raised counts. */
export class Interruption {
  readonly promise: Promise<never>
  #reject: (reason: unknown) => void = () => {}
  #timer: NodeJS.Timeout | undefined
  #late: (() => DeadlineError) | undefined
  #timeoutMs = 0

  constructor() {
    this.promise = new Promise<never>((_, reject) => (this.#reject = reject))
    this.promise.catch(() => {})
  }

  /** Runs a script: what it throws later, with nobody to catch it, is this one's affair. */
  own<T>(script: () => Promise<T>): Promise<T> {
    return owner.run(this, script)
  }

  raise(reason: unknown): void {
    this.#reject(reason)
  }

  /** Time runs from now on. */
  limit(timeoutMs: number, facts: () => Facts): void {
    this.#timeoutMs = timeoutMs
    this.#late = () =>
      new DeadlineError(`the scenario was not over after ${timeoutMs} ms`, {
        code: 'TNET_SCENARIO_TIMEOUT',
        hint: 'give it more with --timeout SECONDS, or find what never resolves',
        facts: facts(),
      })
    this.#start()
  }

  #start(): void {
    clearTimeout(this.#timer)
    // A timer that is longer than it can be fires at once.
    const ms = Math.min(scaled(this.#timeoutMs), 2 ** 31 - 1)
    this.#timer = setTimeout(() => this.raise(this.#late?.()), ms)
  }

  /** Time stands still while `wait` lasts, and then begins anew. */
  async without<T>(wait: () => Promise<T>): Promise<T> {
    this.cancel()
    try {
      return await wait()
    } finally {
      if (this.#late !== undefined) this.#start()
    }
  }

  cancel(): void {
    clearTimeout(this.#timer)
  }
}

/** A stack, which may be no text, or a getter that throws. */
function stackOf(thrown: unknown): string {
  try {
    const stack: unknown = thrown instanceof Error ? thrown.stack : ''
    return typeof stack === 'string' ? stack : ''
  } catch {
    return ''
  }
}

/** Of what is thrown with nobody to catch it, what the script that runs is to blame for. */
export class Uncaught {
  #current: Interruption | undefined
  /** What earlier scripts threw when they were over, or nobody knows who. */
  #strays: unknown[] = []
  readonly #asked = new Map<unknown, () => void>()

  constructor() {
    process.on('uncaughtException', this.#blame)
    process.on('unhandledRejection', this.#blame)
  }

  readonly #blame = (thrown: unknown): void => {
    const answer = this.#asked.get(thrown)
    if (answer !== undefined) answer()
    else if (this.#current !== undefined && this.#isOfCurrent(thrown)) this.#current.raise(thrown)
    else this.#strays.push(thrown)
  }

  #isOfCurrent(thrown: unknown): boolean {
    const whose = owner.getStore()
    return whose === undefined ? isOfNow(stackOf(thrown)) : whose === this.#current
  }

  /**
   * Resolves when Node has told of all that was rejected until now with nobody to hear it: between two
   * turns, in order, and before what is to run immediately. So one more is rejected, to be told last.
   */
  async heardRejections(): Promise<void> {
    const [first, ...others] = process.listeners('unhandledRejection')
    // They are the affair of a script that listens itself, or has us not listen.
    if (first !== this.#blame || others.length > 0) return
    const last = new Error('the last one')
    const told = new Promise<void>(resolve => this.#asked.set(last, resolve))
    void Promise.reject(last)
    // Not every NODE_OPTIONS has Node tell of them.
    await Promise.race([told, setImmediate()])
    this.#asked.delete(last)
  }

  /** Whoever asks was called by what a script that is over has left behind. */
  get isStray(): boolean {
    const whose = owner.getStore()
    return whose !== undefined && whose !== this.#current
  }

  /** From now on `interruption` hears of it; nobody when it is left out. */
  watch(interruption?: Interruption): void {
    this.#current = interruption
  }

  /** What was thrown since it was last asked, and was not the fault of what ran. */
  strays(): unknown[] {
    return this.#strays.splice(0)
  }
}

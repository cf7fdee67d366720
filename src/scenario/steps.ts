import { AsyncLocalStorage } from 'node:async_hooks'
import { nowMs, scaled } from '../clock.ts'
import { DeadlineError, UsageError } from '../errors.ts'
import { currentExpectation } from '../expect/result.ts'
import type { StepOptions } from './scenario.ts'
import { Skipped } from './skipped.ts'
import { isTimeout } from './timeout.ts'

/** A part of a story that runs. */
export interface Step {
  /** Unique in a scenario, from 1. */
  number: number
  /** Names from the outermost step inwards. */
  path: string[]
  parent: Step | undefined
  beganMs: number
}

export interface StepListener {
  stepStart(step: Step): void
  stepEnd(step: Step, status: 'passed' | 'failed', durationMs: number): void
}

/** Which step a line of a script runs in: steps may run at the same time. */
const current = new AsyncLocalStorage<Step>()

/** The step around whoever asks. */
export function currentStep(): Step | undefined {
  return current.getStore()
}

const titleOf = ({ path }: Step) => `step "${path.at(-1)}"`

function check(name: unknown, part: unknown, options: StepOptions): void {
  if (typeof name !== 'string' || typeof part !== 'function') {
    throw new UsageError('a step needs a name and a function', {
      code: 'TNET_STEP_INVALID',
      hint: "await step('what it shows', async () => { … })",
    })
  }
  const { timeoutMs, ...others } = options
  const [unknown] = Object.keys(others)
  const isWrong = timeoutMs !== undefined && !isTimeout(timeoutMs)
  if (unknown === undefined && !isWrong) return
  const what = isWrong
    ? `timeoutMs is milliseconds, not ${String(timeoutMs)}`
    : `no option "${unknown}"`
  throw new UsageError(`step "${name}": ${what}`, {
    code: 'TNET_STEP_INVALID',
    hint: 'there is { timeoutMs: 5000 }; a day is the most',
  })
}

/** The parts of one story: which of them run, and what each took. */
export class Steps {
  readonly #listener: StepListener
  readonly #timeoutMs: number | undefined
  readonly #running = new Set<Step>()
  /** What else takes time. */
  readonly #spending = new Set<{ what: string; beganMs: number }>()
  readonly #spent: { what: string; ms: number }[] = []
  /** What stops and starts the time of the steps that have a limit. */
  readonly #limits = new Set<{ stop: () => void; start: () => void }>()
  #number = 0
  #isOver = false

  /** @param timeoutMs what a step may take that does not say so itself */
  constructor(listener: StepListener, timeoutMs: number | undefined) {
    this.#listener = listener
    this.#timeoutMs = timeoutMs
  }

  /** Those that have begun and are not over, outermost first. */
  get running(): readonly Step[] {
    return [...this.#running]
  }

  async run<T>(name: string, part: () => T | Promise<T>, options: StepOptions = {}): Promise<T> {
    check(name, part, options)
    // A script that goes on after it was stopped comes no further than here.
    if (this.#isOver) return new Promise<never>(() => {})
    const parent = current.getStore()
    const path = [...(parent?.path ?? []), name]
    const step: Step = { number: ++this.#number, path, parent, beganMs: nowMs() }
    this.#running.add(step)
    this.#listener.stepStart(step)
    try {
      const result = await this.#inTime(step, part, options.timeoutMs ?? this.#timeoutMs)
      this.#end(step, 'passed')
      return result
    } catch (error) {
      this.#end(step, error instanceof Skipped ? 'passed' : 'failed')
      throw error
    }
  }

  /** Once, and what still runs in a step that fails before it. */
  #end(step: Step, status: 'passed' | 'failed'): void {
    if (!this.#running.delete(step)) return
    if (status === 'failed') {
      for (const inner of this.running) if (inner.parent === step) this.#end(inner, status)
    }
    const ms = nowMs() - step.beganMs
    if (step.parent === undefined) this.#spent.push({ what: titleOf(step), ms })
    this.#listener.stepEnd(step, status, ms)
  }

  /** The story is over: so are its steps. */
  end(): void {
    this.#isOver = true
    for (const step of this.running) this.#end(step, 'failed')
  }

  /** Counts the time of a part of the story that is no step: `taking down fixture "pair"`. */
  async spend<T>(what: string, work: () => Promise<T>): Promise<T> {
    const part = { what, beganMs: nowMs() }
    this.#spending.add(part)
    try {
      return await work()
    } finally {
      this.#spending.delete(part)
      this.#spent.push({ what, ms: nowMs() - part.beganMs })
    }
  }

  /** Time stands still for all steps while `wait` lasts, and then begins anew. */
  async without<T>(wait: () => Promise<T>): Promise<T> {
    for (const limit of this.#limits) limit.stop()
    try {
      return await wait()
    } finally {
      for (const limit of this.#limits) limit.start()
    }
  }

  async #inTime<T>(
    step: Step,
    part: () => T | Promise<T>,
    timeoutMs: number | undefined,
  ): Promise<T> {
    const work = current.run(step, async () => part())
    if (timeoutMs === undefined) return work
    let timer: NodeJS.Timeout | undefined
    let limit = { stop: () => clearTimeout(timer), start: () => {} }
    const late = new Promise<never>((_, reject) => {
      const end = () =>
        reject(
          new DeadlineError(`step "${step.path.at(-1)}" was not over after ${timeoutMs} ms`, {
            code: 'TNET_STEP_TIMEOUT',
            hint: 'give it more with --step-timeout SECONDS or { timeoutMs }, or find what never resolves',
            facts: this.whereabouts(),
          }),
        )
      limit = { ...limit, start: () => (timer = setTimeout(end, scaled(timeoutMs))) }
      limit.start()
    })
    this.#limits.add(limit)
    try {
      return await Promise.race([work, late])
    } finally {
      this.#limits.delete(limit)
      limit.stop()
    }
  }

  /** What the story is at: the steps, and what it expects there, for whoever runs out of time. */
  whereabouts(): Record<string, string> {
    const running = [...this.#running]
    const innermost = running.filter(step => !running.some(other => other.parent === step))
    const [spending] = this.#spending
    const expectation = currentExpectation()
    return {
      ...(innermost.length === 0
        ? {}
        : { step: innermost.map(({ path }) => path.join(' > ')).join('\n') }),
      ...(spending === undefined ? {} : { while: spending.what }),
      ...(expectation === undefined
        ? {}
        : {
            waiting: `${expectation.title}, ${expectation.attempts} attempts`,
            ...(expectation.received === undefined ? {} : { received: expectation.received }),
          }),
    }
  }

  /** What the outermost parts took until now, longest first: `29.1 s in step "db answers"`. */
  spent(): string[] {
    const now = nowMs()
    const outermost = this.running.filter(({ parent }) => parent === undefined)
    const running = [
      ...outermost.map(step => ({ what: titleOf(step), ms: now - step.beganMs })),
      ...[...this.#spending].map(({ what, beganMs }) => ({ what, ms: now - beganMs })),
    ]
    return [...this.#spent, ...running]
      .sort((a, b) => b.ms - a.ms)
      .map(({ what, ms }) => `${(ms / 1000).toFixed(1)} s in ${what}`)
  }
}

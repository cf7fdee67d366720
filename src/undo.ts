import { CleanupError } from './errors.ts'

type Step = { label: string; run: () => void | Promise<void> }

/**
 * What has been done and how to undo it: last in, first out, all of it.
 *
 * @example
 * await using undo = new Undo('network "shop"')
 * driver.create(network)
 * undo.push('bridge', () => driver.delete(network))
 * undo.disarm() // all went well: keep it
 */
export class Undo implements AsyncDisposable {
  readonly #what: string
  #steps: Step[] = []

  constructor(what: string) {
    this.#what = what
  }

  /** Remembers how to undo what was just done. Returns a function that forgets it again. */
  push(label: string, run: Step['run']): () => void {
    const step = { label, run }
    this.#steps.push(step)
    return () => {
      this.#steps = this.#steps.filter(other => other !== step)
    }
  }

  /** Forgets everything: what was done stays. */
  disarm(): void {
    this.#steps = []
  }

  /** Undoes everything; throws one `CleanupError` with all that failed. */
  async run(): Promise<void> {
    const failures: unknown[] = []
    const facts: Record<string, string> = {}
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.run()
      } catch (error) {
        failures.push(error)
        facts[step.label] = error instanceof Error ? error.message : String(error)
      }
    }
    if (failures.length === 0) return
    throw new CleanupError(`could not undo ${this.#what}`, {
      code: 'TNET_CLEANUP',
      hint: 'the sandbox ends with the run, so nothing stays on the machine; report what failed',
      facts,
      failures,
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.run()
  }
}

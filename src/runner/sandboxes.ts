import { runStopped } from './run-stopped.ts'
import { SandboxProcess, type SandboxOptions } from './sandbox-process.ts'

/** Places for sandboxes that run at once; each is used again until it is of no more use. */
export class Sandboxes {
  readonly #options: SandboxOptions
  readonly #places: (SandboxProcess | undefined)[] = []
  /** All that have not ended. */
  readonly #alive = new Set<SandboxProcess>()
  readonly slots: number
  #stoppedBy: string | undefined

  constructor(options: SandboxOptions, slots: number) {
    this.#options = options
    this.slots = slots
  }

  #start(): SandboxProcess {
    const sandbox = new SandboxProcess(this.#options)
    this.#alive.add(sandbox)
    void sandbox.ended.then(() => this.#alive.delete(sandbox))
    return sandbox
  }

  /** Starts all of them, before they are needed. */
  warm(): void {
    for (let slot = 0; slot < this.slots; slot++) this.take(slot)
  }

  /**
   * The sandbox in a place; a fresh one if the last is of no more use.
   *
   * @throws UsageError TNET_RUN_STOPPED when somebody stopped all of them
   */
  take(slot: number): SandboxProcess {
    if (this.#stoppedBy !== undefined) throw runStopped(this.#stoppedBy)
    const known = this.#places[slot]
    if (known?.isUsable === true) return known
    return (this.#places[slot] = this.#start())
  }

  /** Asks what runs to stop. */
  interrupt(signal: string): void {
    this.#stoppedBy = signal
    for (const sandbox of this.#alive) sandbox.interrupt(signal)
  }

  /** Lets what runs come to its end, and begins no more. */
  halt(): void {
    for (const sandbox of this.#alive) sandbox.halt()
  }

  /** Ends all of them, at once. */
  stop(signal: string): void {
    this.#stoppedBy = signal
    for (const sandbox of this.#alive) sandbox.abandon(signal)
  }

  /** Ends those that wait for more to do, and waits until all have ended. */
  async end(): Promise<void> {
    for (const sandbox of this.#places) if (sandbox?.isUsable === true) sandbox.stop()
    await Promise.all([...this.#alive].map(sandbox => sandbox.ended))
  }
}

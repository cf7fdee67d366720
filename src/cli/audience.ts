import { allClosed } from '../report/all-closed.ts'
import type { Reporter } from '../report/reporter.ts'
import { refuseUnwritable } from '../report/output-file.ts'
import { openReporter, type ReporterSpec } from '../report/reporters.ts'
import type { TerminalReporter } from '../report/terminal/terminal-reporter.ts'
import type { RunEvent } from '../runner/events.ts'

const sharesTerminal = (reporter: Reporter): reporter is TerminalReporter => 'hold' in reporter

/**
 * Events go to reporters that are still being loaded: the sandboxes start first, and the reporters'
 * libraries load while they do.
 */
export class Audience {
  readonly #early: RunEvent[] = []
  #reporters: Reporter[] | undefined
  /** What those hear later that know nothing of a terminal that somebody else has. */
  readonly #held: RunEvent[] = []
  #holds = 0
  readonly #failed = new Map<Reporter, unknown>()
  #tellLoaded: () => void = () => {}
  /** Resolves when all are there. */
  readonly loaded = new Promise<void>(resolve => (this.#tellLoaded = resolve))

  tell(event: RunEvent): void {
    if (this.#reporters === undefined) return void this.#early.push(event)
    if (this.#holds > 0) this.#held.push(event)
    for (const reporter of this.#reporters) {
      if (this.#holds === 0 || sharesTerminal(reporter)) this.#tell(reporter, event)
    }
  }

  /** One that fails, on a disk that is full, is told no more; the others are, and the run goes on. */
  #tell(reporter: Reporter, event: RunEvent): void {
    if (this.#failed.has(reporter)) return
    try {
      reporter.tell(event)
    } catch (error) {
      this.#failed.set(reporter, error)
    }
  }

  async load(specs: readonly ReporterSpec[], folder: string, trace: boolean): Promise<void> {
    const place = { folder, trace }
    for (const { output } of specs) if (output !== '-') refuseUnwritable(output)
    const reporters = await Promise.all(specs.map(spec => openReporter(spec, place)))
    this.#reporters = reporters
    for (const event of this.#early.splice(0)) this.tell(event)
    this.#tellLoaded()
  }

  /** Leaves the terminal to somebody else until what it returns is called. */
  hold(): () => void {
    const sharing = (this.#reporters ?? []).filter(sharesTerminal)
    const releases = sharing.map(reporter => reporter.hold())
    this.#holds++
    return () => {
      this.#holds--
      if (this.#holds === 0) this.#tellHeld()
      for (const release of releases) release()
    }
  }

  #tellHeld(): void {
    const others = (this.#reporters ?? []).filter(reporter => !sharesTerminal(reporter))
    for (const event of this.#held.splice(0))
      for (const reporter of others) this.#tell(reporter, event)
  }

  /** All of them are closed, also when one of them throws. */
  async close(): Promise<void> {
    this.#tellHeld()
    const closing = (this.#reporters ?? []).map(async reporter => {
      await reporter.close?.()
      if (this.#failed.has(reporter)) throw this.#failed.get(reporter)
    })
    await allClosed(closing)
  }
}

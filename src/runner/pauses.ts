import type { ErrorReport } from '../errors.ts'
import { enterable, type EnterableNode } from './pause-entry.ts'
import type { SandboxProcess } from './sandbox-process.ts'
import type { PausedLine } from './worker-task.ts'

/** A lab that waits, for whoever looks around in it. */
export interface Pause {
  scenario: string
  /** As people find it. */
  file: string
  /** `file:line` of `lab.pause()`, when it is known. */
  at?: string
  /** What failed; nothing when the script itself says that it pauses. */
  why?: ErrorReport
  /** What was done until now, as the commands that do the same. */
  actions: readonly string[]
  nodes: readonly EnterableNode[]
  /** Aborted when there is nothing to look at any more: the sandbox has ended, or the run is. */
  over: AbortSignal
}

/** Shows a pause to somebody; resolves when the scenario is to go on. */
export type PauseListener = (pause: Pause) => Promise<void>

/** The pauses of a run: one at a time is shown, as there is one terminal. */
export class Pauses {
  readonly #listener: PauseListener
  readonly #rootless: boolean
  readonly #open = new Set<AbortController>()
  #last: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(listener: PauseListener, rootless: boolean) {
    this.#listener = listener
    this.#rootless = rootless
  }

  /** A sandbox waits: it goes on when somebody has seen enough, after those that waited before. */
  readonly add = (sandbox: SandboxProcess, { nodes, ...line }: PausedLine): void => {
    if (this.#isStopped) return sandbox.resume()
    const end = new AbortController()
    const pid = sandbox.processOne
    this.#open.add(end)
    void sandbox.ended.then(() => end.abort())
    const pause: Pause = {
      ...line,
      nodes: nodes.map(node => enterable(node, pid, this.#rootless)),
      over: end.signal,
    }
    const before = this.#last
    const show = async () => {
      await before
      if (!end.signal.aborted) await this.#listener(pause)
    }
    this.#last = show().finally(() => {
      this.#open.delete(end)
      sandbox.resume()
    })
  }

  /** There is nothing to look at from now on. */
  stop(): void {
    this.#isStopped = true
    for (const end of this.#open) end.abort()
  }

  /** Resolves when the terminal is nobody's. */
  over(): Promise<void> {
    return this.#last
  }
}

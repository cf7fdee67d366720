import { nowMs } from '../../clock.ts'
import type { ErrorReport, UsageError } from '../../errors.ts'
import type { Lab } from '../../lab/lab.ts'
import { OpenNodes } from '../../lab/pause/open-nodes.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { shownPath } from '../shown-path.ts'
import type { RunTask } from '../worker-task.ts'
import { userLine } from './error-report.ts'
import type { Wire } from './wire.ts'

/** Longer than a timer can be is forever. */
const FOREVER_MS = 2 ** 31 - 1

export interface PausesOptions {
  wire: Wire
  /** Nothing is late while the wait lasts. */
  standStill: (wait: () => Promise<void>) => Promise<void>
  /** Hears what the reader of the report should know. */
  note: (text: string) => void
}

interface Reason {
  at: string | undefined
  why?: ErrorReport
}

/** The pauses of one attempt, from the inside: one after the other, as there is one terminal. */
export class Pauses {
  readonly #scenario: string
  readonly #task: RunTask
  readonly #options: PausesOptions
  readonly #actions: string[] = []
  #last: Promise<void> = Promise.resolve()
  #goOn: () => void = () => {}
  #stopped: UsageError | undefined
  /** The failure that was looked at last. */
  #failure = ''
  #pausedMs = 0

  constructor({ name }: Scenario, task: RunTask, options: PausesOptions) {
    this.#scenario = name
    this.#task = task
    this.#options = options
  }

  /** Remembers an action, for whoever asks what was done. */
  act(shell: string): void {
    this.#actions.push(shell)
  }

  /** Milliseconds of all pauses. */
  get pausedMs(): number {
    return this.#pausedMs
  }

  /** The script itself says that it pauses. @throws why it is not to go on */
  async here(lab: Lab): Promise<void> {
    const at = userLine(new Error().stack ?? '')
    const { note } = this.#options
    if (this.#task.settings.canPause) await this.#turn(lab, { at })
    else note(`${at ?? 'lab.pause()'}: nobody is at a terminal to pause for, so it goes on`)
    if (this.#stopped !== undefined) throw this.#stopped
  }

  /** The scenario fails; a failure may come by here several times on its way. */
  async onFailure(lab: Lab, why: ErrorReport): Promise<void> {
    const failure = `${why.code} ${why.message}`
    if (failure === this.#failure) return
    this.#failure = failure
    await this.#turn(lab, { at: why.at, why })
  }

  /** Resolves when nobody looks around any more. */
  over(): Promise<void> {
    return this.#last
  }

  /** After those that came before, with the scenario's time standing still. */
  #turn(lab: Lab, reason: Reason): Promise<void> {
    const { standStill } = this.#options
    const mine = this.#last.then(() => standStill(() => this.#wait(lab, reason)))
    this.#last = mine.catch(() => {})
    return mine
  }

  async #wait(lab: Lab, { at, why }: Reason): Promise<void> {
    if (this.#stopped !== undefined) return
    const { wire, note } = this.#options
    const beganMs = nowMs()
    using nodes = new OpenNodes(lab)
    for (const refusal of nodes.refusals) note(`cannot be entered: ${refusal}`)
    // What the outside says does not keep the process alive, and the script may have nothing open.
    const alive = setInterval(() => {}, FOREVER_MS)
    const over = new Promise<void>(resolve => (this.#goOn = resolve))
    wire.tell({
      type: 'paused',
      scenario: this.#scenario,
      file: shownPath(this.#task.file),
      actions: this.#actions,
      nodes: nodes.all,
      ...(at === undefined ? {} : { at }),
      ...(why === undefined ? {} : { why }),
    })
    await over
    clearInterval(alive)
    const pausedMs = nowMs() - beganMs
    this.#pausedMs += pausedMs
    note(`paused for ${(pausedMs / 1000).toFixed(1)} s${at === undefined ? '' : ` at ${at}`}`)
  }

  /** Somebody has seen enough. */
  goOn(): void {
    this.#goOn()
  }

  /** Nobody will look around any more. */
  stop(reason: UsageError): void {
    this.#stopped = reason
    this.#goOn()
  }
}

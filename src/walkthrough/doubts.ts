import { FetchedFiles } from './fetched-files.ts'
import { changesNetworks } from './plan/steps/network-change.ts'
import type { PlannedStep } from './plan/walk-plan.ts'
import { runsScript } from './unshown-script.ts'
import type { Verdict } from './verdict.ts'

/** Why what fails may fail for another reason than the document's: something before it is missing. */
export class Doubts {
  #inAll: string | undefined
  readonly #fetched = new FetchedFiles()

  /** What became of a step. */
  learn({ command, kind }: PlannedStep, verdict: Verdict): void {
    if (verdict === 'cannot-judge') {
      this.#inAll ??= `after line ${command.line}, which cannot be judged here`
    }
    if (verdict !== 'not-run') return
    const { text } = command
    if (kind === 'shell' || changesNetworks(text) || runsScript(text)) {
      this.#inAll ??= `after line ${command.line}, which is not run here`
    }
    this.#fetched.miss(command)
  }

  of({ command }: PlannedStep): string | undefined {
    return this.#inAll ?? this.#fetched.doubtOf(command)
  }
}

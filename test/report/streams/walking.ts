import {
  isWrong,
  type RunEvent,
  type Walked,
  type WalkEnd,
  type WalkPlanned,
} from '../../../src/runner/events.ts'
import type { AttemptRecording, Recording } from './recording.ts'

export type Told = Pick<Walked, 'line' | 'command'> & Partial<Omit<Walked, 'type' | 'id' | 'atMs'>>

const isOwn = (event: RunEvent, id: string): event is Walked =>
  event.type === 'walked' && event.id === id

/** A walkthrough that never was: numbers its commands, and counts them in the end. */
export class Walking {
  readonly one: AttemptRecording
  readonly #run: Recording
  readonly #id: string
  #found = 0
  #number = 0

  constructor(run: Recording, one: AttemptRecording) {
    this.#run = run
    this.one = one
    this.#id = run.events.findLast(event => event.type === 'scenario-start')?.id ?? ''
  }

  plan(plan: Partial<Omit<WalkPlanned, 'type' | 'id' | 'atMs'>> & { found: number }): this {
    this.#found = plan.found
    const parts = [{ line: 1, hosts: ['host'] }]
    this.one.walkPlan({ guesses: [], leftAlone: [], parts, remarks: [], ...plan })
    return this
  }

  walked(told: Told): this {
    this.#number++
    const defaults = { host: 'host', verdict: 'ran', durationMs: 6, exitCode: 0 } as const
    this.one.walked({ number: this.#number, ...defaults, ...told })
    return this
  }

  heading(name: string, body: () => void): this {
    this.one.step(name, body)
    return this
  }

  #counts(): Omit<WalkEnd, 'type' | 'id' | 'atMs'> {
    const own = this.#run.events.filter(event => isOwn(event, this.#id))
    const having = (verdict: Walked['verdict']) =>
      own.filter(event => event.verdict === verdict).length
    const [notRun, cannotJudge] = [having('not-run'), having('cannot-judge')]
    return {
      found: this.#found,
      run: own.length - notRun,
      confirmed: having('as-shown'),
      differing: own.filter(({ verdict }) => isWrong(verdict)).length,
      notRun,
      cannotJudge,
      durationMs: own.reduce((sum, { durationMs }) => sum + durationMs, 0),
      waitedMs: own.length * 1.5,
    }
  }

  /** As the runner ends one: wrong commands fail it, what cannot be judged alone skips it. */
  end(): void {
    const counts = this.#counts()
    this.one.walkEnd(counts)
    const wrong = this.#run.events.filter(
      (event): event is Walked => isOwn(event, this.#id) && isWrong(event.verdict),
    )
    const [first] = wrong
    if (first !== undefined) {
      const lines = wrong.slice(0, 5).map(one => `line ${one.line}: ${one.verdict}: ${one.command}`)
      this.one.fail({
        name: 'ExpectationError',
        code: 'TNET_WALK_DIFFERS',
        message: `${counts.differing} of ${counts.found} commands are not as the document shows`,
        facts: { wrong: lines.join('\n') },
        hint: `--until ${first.number} --shell walks up to the first and lets you look around`,
      })
    } else if (counts.cannotJudge > 0) {
      this.one.skip(`${counts.cannotJudge} of ${counts.found} commands cannot be judged here`)
    } else this.one.pass()
  }
}

/** @returns a walkthrough that has begun */
export function walking(run: Recording, file: string, name: string): Walking {
  return new Walking(run, run.scenario(name, { file, line: 1, tags: ['walkthrough'] }))
}

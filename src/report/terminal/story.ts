import type {
  Expectation,
  ScenarioEnd,
  ScenarioStart,
  StepEnd,
  StepStart,
} from '../../runner/events.ts'
import type { AttemptEvent } from '../attempts.ts'
import { attemptOf } from './attempt-of.ts'
import type { Colours } from './colours.ts'
import { failureText } from './failure-text.ts'
import { indented, shown, shownName, shownTime } from './shown.ts'

export interface StoryOptions {
  colours: Colours
  showsActions: boolean
}

interface OpenStep {
  path: readonly string[]
  parent: number | undefined
  /** Whether it has shown nothing yet; one that only asserts has not. */
  isSilent: boolean
}

/** One attempt of a scenario as text: its steps and expectations, how it ended. */
export class Story {
  readonly start: ScenarioStart
  readonly notes: string[] = []
  readonly outputs: string[] = []
  steps = 0
  expectations = 0
  readonly #colours: Colours
  readonly #showsActions: boolean
  readonly #open = new Map<number, OpenStep>()
  /** The step whose heading the next line stands under. */
  #under: number | undefined
  /** Whether the last mark said that something failed: the steps around it need none. */
  #hasMarkedFailure = false
  #text = ''

  constructor(start: ScenarioStart, { colours, showsActions }: StoryOptions) {
    this.start = start
    this.#colours = colours
    this.#showsActions = showsActions
  }

  get heading(): string {
    const { name, file, attempt, repeat } = this.start
    const which = [
      ...(repeat > 1 ? [`repeat ${repeat}`] : []),
      ...(attempt > 1 ? [attemptOf(this.start)] : []),
    ]
    const { bold, dim, yellow } = this.#colours
    const suffix = which.length === 0 ? '' : ` ${yellow(which.join(', '))}`
    return `${bold(shownName(name))} ${dim(shownName(file))}${suffix}`
  }

  /** @returns the lines that came since it was last asked. */
  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  tell(event: AttemptEvent): void {
    const { dim, cyan } = this.#colours
    switch (event.type) {
      case 'step-start':
        return this.#stepStart(event)
      case 'step-end':
        return this.#stepEnd(event)
      case 'expectation':
        return this.#expectation(event)
      case 'action':
        if (!this.#showsActions) return
        return this.#line(dim(shown(event.shell)), this.#depthIn(event.step))
      case 'note':
        this.notes.push(event.text)
        return this.#line(cyan(shown(event.text)), this.#depthIn(event.step))
      case 'output': {
        const left = event.omittedBytes
        const more = left === undefined ? '' : `\n… ${left} bytes more are left out`
        const text = shown(event.text.trimEnd()) + dim(more)
        this.outputs.push(text)
        return this.#line(text, this.#depthIn(this.#under))
      }
      case 'scenario-end':
        return this.#end(event)
      default:
    }
  }

  #line(text: string, depth: number): void {
    this.#text += indented(text, depth * 2) + '\n'
  }

  /** Steps that run at the same time mix: then a heading comes again before what is in it. */
  #depthIn(step: number | undefined): number {
    const open = step === undefined ? undefined : this.#open.get(step)
    if (open === undefined) return 1
    if (step !== this.#under) {
      this.#under = step
      const { dim } = this.#colours
      this.#line(`${shownName(open.path.at(-1) ?? '')} ${dim('goes on')}`, open.path.length)
    }
    return open.path.length + 1
  }

  #stepStart({ step, parent, path }: StepStart): void {
    this.steps++
    const around = parent === undefined ? undefined : this.#open.get(parent)
    if (around !== undefined) around.isSilent = false
    if (parent !== this.#under) this.#depthIn(parent)
    this.#line(shownName(path.at(-1) ?? ''), path.length)
    this.#open.set(step, { path, parent, isSilent: true })
    this.#under = step
  }

  #stepEnd({ step, status, durationMs }: StepEnd): void {
    const open = this.#open.get(step)
    const took = this.#colours.dim(shownTime(durationMs))
    if (status === 'failed' && !this.#hasMarkedFailure) {
      this.#line(`${this.#mark(false)} failed ${took}`, this.#depthIn(step))
      this.#hasMarkedFailure = true
    }
    if (status === 'passed' && open?.isSilent === true) {
      this.#line(`${this.#mark(true)} passed ${took}`, this.#depthIn(step))
    }
    this.#open.delete(step)
    if (this.#under === step) this.#under = open?.parent
  }

  #expectation({ step, title, status, durationMs }: Expectation): void {
    this.expectations++
    const open = step === undefined ? undefined : this.#open.get(step)
    if (open !== undefined) open.isSilent = false
    this.#hasMarkedFailure = status === 'failed'
    const took = this.#colours.dim(shownTime(durationMs))
    const passed = this.#mark(status === 'passed')
    this.#line(`${passed} ${shownName(title)} ${took}`, this.#depthIn(step))
  }

  #mark(passed: boolean): string {
    return passed ? this.#colours.green('✓') : this.#colours.red('✗')
  }

  #end(end: ScenarioEnd): void {
    const { dim, red, yellow } = this.#colours
    const { status, error, isExpectedToFail, isFinal, reason } = end
    if (status === 'skipped') {
      return this.#line(yellow('- skipped') + (reason === undefined ? '' : `: ${shown(reason)}`), 1)
    }
    if (status === 'passed') {
      if (!isExpectedToFail || error === undefined) return
      const how = shownName(`${error.name} ${error.code}: ${error.message}`)
      return this.#line(`${this.#mark(true)} fails as expected ${dim(how)}`, 1)
    }
    this.#line(red(failureText(end)), 1)
    const hasStack = error?.code === 'TNET_SCENARIO_THREW' && error.stack !== undefined
    if (hasStack) this.#line(dim(shown(error.stack ?? '')), 2)
    if (!isFinal) this.#line(yellow('it is tried again'), 1)
  }
}

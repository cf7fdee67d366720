import type {
  Expectation,
  ScenarioEnd,
  ScenarioStart,
  StepEnd,
  StepStart,
  Walked,
} from '../../runner/events.ts'
import type { AttemptEvent } from '../attempts.ts'
import type { Counts } from '../walk/walk.ts'
import { attemptOf } from './attempt-of.ts'
import type { Colours } from './colours.ts'
import { failureText } from './failure-text.ts'
import { indented, shown, shownName, shownTime } from './shown.ts'
import type { Screen } from './summary.ts'
import { WalkStory } from './walk-story.ts'

export interface StoryOptions {
  colours: Colours
  showsActions: boolean
  screen: Screen
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
  readonly #walk: WalkStory
  #text = ''

  constructor(start: ScenarioStart, { colours, showsActions, screen }: StoryOptions) {
    this.start = start
    this.#walk = new WalkStory({ colours, columns: screen.columns, file: start.file })
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
    // A document without a heading is called as its file is.
    const isFiles = `/${file}`.endsWith(`/${name}`)
    const where = isFiles
      ? bold(shownName(file))
      : `${bold(shownName(name))} ${dim(shownName(file))}`
    return `${where}${suffix}`
  }

  /** @returns the lines that came since it was last asked. */
  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  /** What became of the commands of a walkthrough; nothing of a script. */
  get commands(): Counts | undefined {
    return this.#walk.counts
  }

  /** Why it failed: the error, and of a walkthrough the commands that are wrong. */
  failure(end: ScenarioEnd): string {
    return failureText(end, this.#walk.wrong.map(line => `  ${line}`).join('\n'))
  }

  tell(event: AttemptEvent): void {
    const { dim, cyan } = this.#colours
    switch (event.type) {
      case 'walk-plan':
        return this.#lines(this.#walk.plan(event), 1)
      case 'walked':
        return this.#walked(event)
      case 'walk-end':
        return this.#lines(this.#walk.end(event), 1)
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

  #lines(lines: readonly string[], depth: number): void {
    for (const line of lines) this.#line(line, depth)
  }

  #walked(event: Walked): void {
    const depth = this.#depthIn(event.step)
    this.#lines(this.#walk.command(event, depth * 2), depth)
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

  #stepEnd(end: StepEnd): void {
    const open = this.#open.get(end.step)
    // Headings of a walkthrough have their commands below them, each with its mark.
    if (!this.#walk.hasBegun) this.#markStep(end, open?.isSilent === true)
    this.#open.delete(end.step)
    if (this.#under === end.step) this.#under = open?.parent
  }

  #markStep({ step, status, durationMs }: StepEnd, isSilent: boolean): void {
    const took = this.#colours.dim(shownTime(durationMs))
    if (status === 'failed' && !this.#hasMarkedFailure) {
      this.#line(`${this.#mark(false)} failed ${took}`, this.#depthIn(step))
      this.#hasMarkedFailure = true
    }
    if (status === 'passed' && isSilent) {
      this.#line(`${this.#mark(true)} passed ${took}`, this.#depthIn(step))
    }
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
    this.#lines(this.#walk.cut, 1)
    if (status === 'skipped') {
      return this.#line(yellow('- skipped') + (reason === undefined ? '' : `: ${shown(reason)}`), 1)
    }
    if (status === 'passed') {
      if (!isExpectedToFail || error === undefined) return
      const how = shownName(`${error.name} ${error.code}: ${error.message}`)
      return this.#line(`${this.#mark(true)} fails as expected ${dim(how)}`, 1)
    }
    this.#line(red(this.failure(end)), 1)
    const hasStack = error?.code === 'TNET_SCENARIO_THREW' && error.stack !== undefined
    if (hasStack) this.#line(dim(shown(error.stack ?? '')), 2)
    if (!isFinal) this.#line(yellow('it is tried again'), 1)
  }
}

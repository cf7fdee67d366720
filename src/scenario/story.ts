import { UsageError } from '../errors.ts'
import { onExpectation, pendingExpectations, type ExpectationResult } from '../expect/result.ts'
import type { Lab } from '../lab/lab.ts'
import { withFixtures } from './fixtures.ts'
import type { Scenario, ScenarioContext } from './scenario.ts'
import { Skipped } from './skipped.ts'
import { currentStep, type Step, type StepListener, Steps } from './steps.ts'

/** Hears how a story goes. */
export interface StoryListener extends StepListener {
  expectation(step: Step | undefined, result: ExpectationResult): void
  note(text: string): void
}

export interface StorySettings {
  /** Milliseconds that a step may take. Default: any. */
  stepTimeoutMs?: number
  random: () => number
}

/** How a story can be ended, and looked at before it takes down what it made. */
export interface Telling {
  /** Rejects when the story is to stop where it is; what it throws then is the reason. */
  stopped?: Promise<never>
  /** The body is over, and its fixtures are still there; `failure` is what ended it, if anything. */
  beforeTakeDown?: (failure: { thrown: unknown } | undefined) => Promise<void>
}

/** What nobody awaits may fail unheard. */
function checkAllAwaited(steps: Steps): void {
  const [step] = steps.running
  const [first, ...rest] = pendingExpectations()
  if (step !== undefined) {
    throw new UsageError(`nobody awaits the step "${step.path.join(' > ')}"`, {
      code: 'TNET_STEP_UNAWAITED',
      hint: 'write await before step(…)',
    })
  }
  if (first === undefined) return
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`
  throw new UsageError(`nobody awaits that ${first.title}${more}`, {
    code: 'TNET_EXPECTATION_UNAWAITED',
    hint: 'write await before expect(…)',
  })
}

/** One telling of a scenario, in a lab of its own that the caller closes. */
export class Story {
  readonly steps: Steps
  readonly #scenario: Scenario
  readonly #listener: StoryListener
  readonly #context: ScenarioContext
  #isOver = false

  constructor(scenario: Scenario, lab: Lab, listener: StoryListener, settings: StorySettings) {
    const steps = new Steps(listener, settings.stepTimeoutMs)
    this.steps = steps
    this.#scenario = scenario
    this.#listener = listener
    this.#context = {
      lab,
      step: (name, part, options) => steps.run(name, part, options),
      note: text => this.#note(text),
      skip: reason => {
        throw new Skipped(reason)
      },
      random: settings.random,
    }
    onExpectation(result => {
      if (!this.#isOver) listener.expectation(currentStep(), result)
    })
  }

  #note(text: string): void {
    if (!this.#isOver) this.#listener.note(text)
  }

  /**
   * Nothing is told of it afterwards, whatever its script still does.
   *
   * @throws what the script throws, and UsageError TNET_EXPECTATION_UNAWAITED, TNET_STEP_UNAWAITED
   */
  async tell({ stopped = new Promise(() => {}), beforeTakeDown }: Telling = {}): Promise<void> {
    const script = this.#scenario.body as (context: ScenarioContext) => void | Promise<void>
    const body = async () => {
      await script(this.#context)
      checkAllAwaited(this.steps)
    }
    try {
      await withFixtures(this.#scenario, this.#context, body, {
        stopped,
        spend: (what, work) => this.steps.spend(what, work),
        beforeTakeDown: async failure => beforeTakeDown?.(failure),
        note: text => this.#note(text),
      })
    } finally {
      this.steps.end()
      this.#isOver = true
    }
  }
}

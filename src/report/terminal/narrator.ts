import type { RunEnd, RunEvent, RunStart, ScenarioEnd, ScenarioStart } from '../../runner/events.ts'
import type { Colours } from './colours.ts'
import { Failures } from './failures.ts'
import { Results } from './results.ts'
import { indented, linesIn, shownName, shownTime } from './shown.ts'
import { Story } from './story.ts'
import { summary, type Screen } from './summary.ts'
import { countsText } from '../walk/words.ts'

/** What of a scenario that passed is told: its steps and expectations, or that it passed. */
export type Detail = 'auto' | 'steps' | 'lines'

/** `auto` tells the steps of so many scenarios that pass. */
const FEW = 10

export interface NarratorOptions {
  /** Takes whole lines. */
  write: (text: string) => void
  detail: Detail
  showsActions: boolean
  colours: Colours
  screen: Screen
}

/**
 * The report as text that is only added to. Scenarios do not mix: with one sandbox each is told
 * as it happens, so that a run that hangs shows where; with several, each when it is over.
 */
export class Narrator {
  readonly #options: NarratorOptions
  readonly #stories = new Map<string, Story>()
  readonly #results = new Results()
  readonly #failures = new Failures()
  #start: RunStart | undefined
  /** The one that is told as it happens. */
  #onAir: Story | undefined
  #passed = 0
  #lines = 0
  /** Whether what was written last was a line for a whole scenario. */
  #isAfterLine = false

  constructor(options: NarratorOptions) {
    this.#options = options
  }

  tell(event: RunEvent): void {
    switch (event.type) {
      case 'run-start':
        this.#start = event
        return
      case 'run-end':
        return this.#runEnd(event)
      case 'scenario-start':
        return this.#scenarioStart(event)
      case 'scenario-end':
        return this.#scenarioEnd(event)
      default: {
        const story = this.#stories.get(event.id)
        story?.tell(event)
        if (story !== undefined && story === this.#onAir) this.#write(story.take())
      }
    }
  }

  /** From now on, the only scenario that runs is told as it happens: it takes long. */
  tellOnlyOne(): void {
    const [story] = this.#stories.values()
    if (story === undefined || this.#start?.jobs !== 1 || this.#onAir !== undefined) return
    this.#air(story)
  }

  /** Tells what it knows of scenarios that are not over: they will not be. */
  close(): void {
    const stories = [...this.#stories.values()].filter(story => story !== this.#onAir)
    this.#stories.clear()
    for (const story of stories) this.#block(`${story.heading} not over\n${story.take()}\n`)
  }

  #isBrief(): boolean {
    const { detail } = this.#options
    if (detail !== 'auto') return detail === 'lines'
    return (this.#start?.scenarios ?? 0) > FEW || this.#passed >= FEW
  }

  #scenarioStart(start: ScenarioStart): void {
    const story = new Story(start, this.#options)
    this.#stories.set(start.id, story)
    const isAlone = this.#start === undefined || this.#start.jobs === 1
    if (isAlone && !this.#isBrief()) this.#air(story)
  }

  #air(story: Story): void {
    this.#onAir = story
    this.#block(`${story.heading}\n${story.take()}`)
  }

  #scenarioEnd(end: ScenarioEnd): void {
    const story = this.#stories.get(end.id)
    if (story === undefined) return
    this.#stories.delete(end.id)
    story.tell(end)
    this.#results.add(story, end)
    if (story === this.#onAir) {
      this.#onAir = undefined
      this.#write(`${story.take()}\n`)
    } else if (this.#isBrief() && end.status !== 'failed') {
      this.#line(story, end)
    } else {
      this.#whole(story, end)
    }
    if (end.status === 'passed') this.#passed++
    if (end.status === 'failed' && end.isFinal) {
      this.#failures.add(story.heading, story.failure(end), this.#lines - 1)
    }
  }

  #line({ heading, outputs, commands }: Story, end: ScenarioEnd): void {
    const { status, reason, durationMs } = end
    const { green, yellow, dim } = this.#options.colours
    const walked = commands === undefined ? '' : `, ${countsText(commands)}`
    const how =
      status === 'skipped'
        ? `${yellow('-')} ${heading} ${yellow('skipped')}${reason === undefined ? '' : `: ${shownName(reason)}`}`
        : `${green('✓')} ${heading} ${dim(shownTime(durationMs) + walked)}`
    const printed = outputs.map(text => `${indented(text, 4)}\n`)
    this.#write(`${how}\n${printed.join('')}`)
    this.#isAfterLine = true
  }

  #whole(story: Story, { status, durationMs }: ScenarioEnd): void {
    const { red, dim } = this.#options.colours
    const isMarked = this.#isBrief() && status === 'failed'
    const heading = isMarked
      ? `${red('✗')} ${story.heading} ${dim(shownTime(durationMs))}`
      : story.heading
    this.#block(`${heading}\n${story.take()}\n`)
  }

  /** What has an empty line before it. */
  #block(text: string): void {
    this.#write(this.#isAfterLine ? `\n${text}` : text)
    this.#isAfterLine = false
  }

  #runEnd(end: RunEnd): void {
    this.close()
    const { colours, screen } = this.#options
    const results = this.#results
    const failures = this.#failures
    const start = this.#start
    const isBrief = this.#isBrief()
    const line = this.#lines
    this.#block(summary({ start, end, results, failures, isBrief, line, screen }, colours))
  }

  #write(text: string): void {
    if (text === '') return
    this.#lines += linesIn(text)
    this.#options.write(text)
  }
}

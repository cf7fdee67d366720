import type { Heading } from '../../document/document.ts'
import type { OrderedStep } from './ordered-step.ts'
import { Ports } from './ports.ts'

/** The line of the next heading of the same or a higher rank than the one above `line`. */
function sectionEnd(headings: readonly Heading[], line: number): number {
  const above = headings.findLast(heading => heading.line < line)
  const depth = above?.depth ?? 0
  const next = headings.find(heading => heading.line > line && heading.depth <= depth)
  return next?.line ?? Infinity
}

class Endings {
  readonly #steps: readonly OrderedStep[]
  readonly #headings: readonly Heading[]
  readonly #ports: Ports

  constructor(steps: readonly OrderedStep[], headings: readonly Heading[]) {
    this.#steps = steps
    this.#headings = headings
    this.#ports = new Ports(steps)
  }

  /** The last step of its section. */
  #ofSection(at: number): number {
    const end = sectionEnd(this.#headings, this.#steps[at]?.command.line ?? 0)
    const last = this.#steps.findLastIndex(
      ({ command, isRepeat }) => command.line < end && isRepeat === undefined,
    )
    return Math.max(last, at)
  }

  /** Where words send its reader back to the terminal that it has, in which there is a prompt by then. */
  #backAt(at: number, { host, placed: { window } }: OrderedStep): number | undefined {
    const behind = this.#steps.slice(at + 1)
    const away = behind.findIndex(({ placed }) => placed.isSentThere && placed.window !== window)
    if (away === -1) return undefined
    const back = behind.findIndex(
      (step, i) =>
        i > away && step.host === host && step.placed.isSentThere && step.placed.window === window,
    )
    return back === -1 ? undefined : at + 1 + back
  }

  /** `nc -z … || echo closed` says itself what comes out. */
  #isAnswered(at: number): boolean {
    const step = this.#steps[at]
    return step?.expectation.expects === 'success' && !step.command.text.includes('||')
  }

  /** A server runs until nobody talks to it any more; another on its port needs it gone. */
  #ofServer(at: number, server: OrderedStep): number {
    const ofSection = this.#ofSection(at)
    const served = Ports.servedBy(server)
    if (served === undefined) return ofSection
    const rival = this.#ports.rivalOf(served, at)
    const asker = this.#ports.lastAsker(served, at, rival) ?? at
    const back = this.#backAt(at, server)
    if (back !== undefined && (asker < back || !this.#isAnswered(asker))) {
      return Math.min(back, rival ?? Infinity) - 1
    }
    return Math.min(Math.max(ofSection, asker), (rival ?? Infinity) - 1)
  }

  /** What looks on: to the end of its listing, or of the next when it is the last there. */
  #ofWatching(at: number, { command }: OrderedStep): number {
    const last = (listing: number | undefined) => {
      let i = at
      while (this.#steps[i + 1]?.command.listing === listing && i + 1 < this.#steps.length) i++
      return i
    }
    const inListing = last(command.listing)
    return inListing > at ? inListing : last(this.#steps[at + 1]?.command.listing)
  }

  of(step: OrderedStep, at: number): number {
    const { nature, simple } = step.placed
    if (nature === 'traffic') return at
    if (nature === 'server') return this.#ofServer(at, step)
    const isWatching = nature === 'looking' && simple[0]?.program !== 'sleep'
    return isWatching ? this.#ofWatching(at, step) : this.#ofSection(at)
  }
}

/** Says of everything that runs until it is stopped, captures aside, after which step that is. */
export function setEndings(steps: readonly OrderedStep[], headings: readonly Heading[]): void {
  const endings = new Endings(steps, headings)
  for (const [i, step] of steps.entries()) {
    if (step.kind !== 'until-stopped' || step.placed.nature === 'capture') continue
    step.last = steps[endings.of(step, i)] ?? step
  }
}

import type { Action, Command, Expectation, Note, Status } from '../../../runner/events.ts'
import type { Attempt, AttemptEvent } from '../../attempts.ts'

/** From the attempt's start. */
interface Span {
  startMs: number
  endMs: number
}

export interface StepItem extends Span {
  kind: 'step'
  name: string
  /** None: the attempt was over before the step was. */
  status: Status | undefined
  items: TimelineItem[]
}

/** Actions in a row are one line. */
export interface ActionsItem extends Span {
  kind: 'actions'
  actions: Action[]
}

export interface EventItem extends Span {
  kind: 'event'
  event: Expectation | Command | Note
}

export type TimelineItem = StepItem | ActionsItem | EventItem

/** What happened in an attempt, as a tree of steps. */
export interface Timeline {
  /** Of the whole attempt, never 0. */
  durationMs: number
  items: TimelineItem[]
}

class TimelineBuilder {
  readonly #originMs: number
  readonly #endMs: number
  readonly #steps = new Map<number, StepItem>()
  readonly items: TimelineItem[] = []

  constructor({ start, end }: Attempt) {
    this.#originMs = start.atMs
    this.#endMs = Math.max(end.atMs - start.atMs, 0)
  }

  add(event: AttemptEvent): void {
    switch (event.type) {
      case 'step-start':
        return this.#open(event.step, event.parent, event.path.at(-1) ?? '', event.atMs)
      case 'step-end': {
        const step = this.#steps.get(event.step)
        if (step === undefined) return
        step.endMs = event.atMs - this.#originMs
        step.status = event.status
        return
      }
      case 'action':
        return this.#action(event)
      case 'expectation':
      case 'command':
        return this.#event(event, event.durationMs)
      case 'note':
        return this.#event(event, 0)
      default:
    }
  }

  #within(step: number | undefined): TimelineItem[] {
    return (step === undefined ? undefined : this.#steps.get(step)?.items) ?? this.items
  }

  #open(step: number, parent: number | undefined, name: string, atMs: number): void {
    const startMs = atMs - this.#originMs
    const opened: StepItem = {
      kind: 'step',
      name,
      startMs,
      endMs: Math.max(this.#endMs, startMs),
      status: undefined,
      items: [],
    }
    this.#within(parent).push(opened)
    this.#steps.set(step, opened)
  }

  #event(event: EventItem['event'], durationMs: number): void {
    const endMs = event.atMs - this.#originMs
    const startMs = Math.max(0, endMs - durationMs)
    this.#within(event.step).push({ kind: 'event', event, startMs, endMs })
  }

  #action(action: Action): void {
    const items = this.#within(action.step)
    const atMs = action.atMs - this.#originMs
    const last = items.at(-1)
    if (last?.kind !== 'actions') {
      items.push({ kind: 'actions', actions: [action], startMs: atMs, endMs: atMs })
      return
    }
    last.actions.push(action)
    last.endMs = atMs
  }
}

export function timelineOf(attempt: Attempt): Timeline {
  const builder = new TimelineBuilder(attempt)
  for (const event of attempt.events) builder.add(event)
  const { items } = builder
  return { durationMs: Math.max(attempt.end.atMs - attempt.start.atMs, 1), items }
}

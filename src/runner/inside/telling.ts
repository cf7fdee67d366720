import { nowMs } from '../../clock.ts'
import { currentStep } from '../../scenario/steps.ts'
import type { StoryListener } from '../../scenario/story.ts'
import type { WorkerEvent, WorkerLine } from '../worker-task.ts'
import type { Wire } from './wire.ts'

/** More of what was received is not worth reading. */
const LONGEST_RECEIVED = 4096

/** An event before it is known when it happened. */
export type Untimed<E> = E extends unknown ? Omit<E, 'atMs'> : never

/** Milliseconds to the microsecond: more digits are noise. */
export const micros = (ms: number) => Math.round(ms * 1000) / 1000

/** The number of the step around whoever asks. */
function inStep(): { step?: number } {
  const step = currentStep()?.number
  return step === undefined ? {} : { step }
}

/** What one attempt tells, until it is over. */
export class Telling {
  readonly #wire: Wire
  readonly #beganMs: number
  #isOver = false

  /** @param beganMs when the run began */
  constructor(wire: Wire, beganMs: number) {
    this.#wire = wire
    this.#beganMs = beganMs
  }

  /** Milliseconds since the run began. */
  now(): number {
    return micros(nowMs() - this.#beganMs)
  }

  line(line: WorkerLine): void {
    this.#wire.tell(line)
  }

  event({ type, ...event }: Untimed<WorkerEvent>): void {
    // A script that nobody awaits goes on, but not in the events of the next.
    if (this.#isOver) return
    this.#wire.tell({ type, atMs: this.now(), ...event } as WorkerEvent)
  }

  /** The same of what happens in the step around whoever calls. */
  eventHere(
    event: Untimed<Extract<WorkerEvent, { type: 'action' | 'command' | 'note' | 'walked' }>>,
  ): void {
    this.event({ ...event, ...inStep() })
  }

  note(text: string): void {
    this.eventHere({ type: 'note', text })
  }

  /** Nothing more is told but the end. */
  over(): void {
    this.#isOver = true
  }

  /** Hears how the story goes. */
  get listener(): StoryListener {
    return {
      stepStart: ({ number: step, path, parent }) => {
        const within = parent === undefined ? {} : { parent: parent.number }
        this.event({ type: 'step-start', step, ...within, path })
      },
      stepEnd: ({ number: step, path }, status, durationMs) =>
        this.event({ type: 'step-end', step, path, status, durationMs }),
      expectation: (step, { received, ...result }) =>
        this.event({
          type: 'expectation',
          ...(step === undefined ? {} : { step: step.number }),
          path: step?.path ?? [],
          ...result,
          ...(received === undefined ? {} : { received: received.slice(0, LONGEST_RECEIVED) }),
        }),
      note: text => this.note(text),
    }
  }
}

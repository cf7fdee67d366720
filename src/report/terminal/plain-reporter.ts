import type { RunEvent } from '../../runner/events.ts'
import { Narrator, type NarratorOptions } from './narrator.ts'
import type { TerminalReporter } from './terminal-reporter.ts'
import type { Time } from './time.ts'

/** A scenario that takes so long is told as it happens, even where a line would do: it may hang. */
const LONG_MS = 10_000

/** Only ever adds lines: for files, pipes, CI, and terminals that cannot go back. */
export class PlainReporter implements TerminalReporter {
  readonly #narrator: Narrator
  readonly #write: (text: string) => void
  readonly #time: Time
  readonly #stopWatching: () => void
  #startedMs = 0
  #holds = 0
  #heldBack = ''

  constructor({ write, time, ...options }: NarratorOptions & { time: Time }) {
    this.#write = write
    this.#time = time
    this.#narrator = new Narrator({ ...options, write: text => this.#add(text) })
    this.#stopWatching = time.every(1000, () => {
      if (time.nowMs() - this.#startedMs >= LONG_MS) this.#narrator.tellOnlyOne()
    })
  }

  tell(event: RunEvent): void {
    if (event.type === 'scenario-start') this.#startedMs = this.#time.nowMs()
    this.#narrator.tell(event)
    if (event.type === 'run-end') this.#stopWatching()
  }

  hold(): () => void {
    this.#holds++
    let release = () => {
      release = () => {}
      if (--this.#holds > 0) return
      const text = this.#heldBack
      this.#heldBack = ''
      if (text !== '') this.#write(text)
    }
    return () => release()
  }

  close(): Promise<void> {
    this.#stopWatching()
    this.#narrator.close()
    this.#write(this.#heldBack)
    this.#heldBack = ''
    return Promise.resolve()
  }

  #add(text: string): void {
    if (this.#holds > 0) this.#heldBack += text
    else this.#write(text)
  }
}

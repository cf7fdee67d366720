import type { RunEvent } from '../../../runner/events.ts'
import type { Colours } from '../colours.ts'
import { Narrator, type NarratorOptions } from '../narrator.ts'
import type { TerminalReporter } from '../terminal-reporter.ts'
import type { Time } from '../time.ts'
import { watchDeparture, type HostProcess } from './host-process.ts'
import { Progress } from './progress.ts'
import { regionLines, SPIN_MS } from './region-lines.ts'
import { Region, type RegionOutput } from './region.ts'

export interface LiveOptions extends Omit<NarratorOptions, 'write' | 'screen'> {
  output: RegionOutput
  time: Time
  host: HostProcess
}

/** A terminal's size where it does not say, such as a pseudo-terminal of 0 by 0. */
const SIZE = { columns: 80, rows: 24 }

/** The report as it scrolls, and below it what runs now: at most a write in `SPIN_MS`. */
export class LiveReporter implements TerminalReporter {
  readonly #narrator: Narrator
  readonly #progress = new Progress()
  readonly #region: Region
  readonly #output: RegionOutput
  readonly #time: Time
  readonly #colours: Colours
  readonly #stopDrawing: () => void
  readonly #stopWatching: () => void
  /** What is to scroll away with the next frame. */
  #above = ''
  #holds = 0
  #isOver = false
  #resume = () => {}

  constructor({ output, time, host, ...options }: LiveOptions) {
    this.#output = output
    this.#time = time
    this.#colours = options.colours
    this.#region = new Region(output)
    const write = (text: string) => {
      this.#above += text
    }
    this.#narrator = new Narrator({ ...options, write, screen: output })
    this.#stopDrawing = time.every(SPIN_MS, () => this.#draw())
    this.#stopWatching = watchDeparture(host, {
      exit: () => {
        this.#narrator.close()
        this.#end()
      },
      suspend: () => {
        this.#resume = this.hold()
      },
      resume: () => {
        this.#region.forget()
        this.#resume()
      },
    })
  }

  tell(event: RunEvent): void {
    this.#progress.tell(event, this.#time.nowMs())
    this.#narrator.tell(event)
    if (event.type === 'run-end') this.#end()
  }

  hold(): () => void {
    this.#holds++
    if (!this.#isOver) this.#region.clear(this.#takeAbove())
    let release = () => {
      release = () => {}
      if (--this.#holds === 0) this.#draw()
    }
    return () => release()
  }

  close(): Promise<void> {
    this.#narrator.close()
    this.#end()
    return Promise.resolve()
  }

  #takeAbove(): string {
    const above = this.#above
    this.#above = ''
    return above
  }

  #draw(): void {
    if (this.#holds > 0 || this.#isOver) return
    const columns = this.#output.columns || SIZE.columns
    const rows = this.#output.rows || SIZE.rows
    const frame = { nowMs: this.#time.nowMs(), columns, rows, colours: this.#colours }
    this.#region.paint(this.#takeAbove(), regionLines(this.#progress, frame))
  }

  #end(): void {
    this.#region.clear(this.#takeAbove())
    this.#isOver = true
    this.#stopDrawing()
    this.#stopWatching()
  }
}

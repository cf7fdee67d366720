import { EventEmitter } from 'node:events'
import {
  terminalReporter,
  type TerminalOptions,
  type TerminalOutput,
} from '../../../src/report/terminal/terminal-reporter.ts'
import type { Time } from '../../../src/report/terminal/time.ts'
import type { RunEvent } from '../../../src/runner/events.ts'
import { Recording } from '../streams.ts'

/** Time that passes when it is told to. */
export class FakeTime implements Time {
  #nowMs = 0
  readonly #intervals = new Set<{ dueMs: number; everyMs: number; tick: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  every(everyMs: number, tick: () => void): () => void {
    const interval = { dueMs: this.#nowMs + everyMs, everyMs, tick }
    this.#intervals.add(interval)
    return () => void this.#intervals.delete(interval)
  }

  get intervals(): number {
    return this.#intervals.size
  }

  passTo(ms: number): void {
    for (;;) {
      const next = [...this.#intervals].sort((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined || next.dueMs > ms) break
      this.#nowMs = next.dueMs
      next.dueMs += next.everyMs
      next.tick()
    }
    this.#nowMs = ms
  }
}

/** A process that is told what happens to it, and stops nothing. */
export class FakeHost extends EventEmitter {
  readonly pid = 4321
  readonly killed: [number, string][] = []

  kill(pid: number, signal: string): void {
    this.killed.push([pid, signal])
  }
}

/** Milliseconds since the run began at which an event came. */
export function momentOf(event: RunEvent): number {
  if (event.type === 'run-start') return 0
  return event.type === 'run-end' ? event.durationMs : event.atMs
}

/** What the plain reporter writes of a run, all of it. */
export async function plainText(
  events: readonly RunEvent[],
  { output = {}, ...options }: Omit<Partial<TerminalOptions>, 'output'> & { output?: Size } = {},
): Promise<string> {
  let text = ''
  const write = (more: string) => (text += more)
  const time = new FakeTime()
  const reporter = await terminalReporter({
    output: { columns: output.columns, rows: output.rows, write },
    isLive: false,
    colour: 0,
    time,
    ...options,
  })
  for (const event of events) {
    time.passTo(momentOf(event))
    reporter.tell(event)
  }
  await reporter.close()
  return text
}

interface Size {
  columns?: number
  rows?: number
}

/** Four scenarios that go on. */
export function fourRunning(): Recording {
  const run = new Recording({ scenarios: 9, jobs: 4 })
  for (const i of [1, 2, 3, 4]) run.scenario(`scenario ${i}`, { worker: i }).openStep(`step ${i}`)
  return run
}

/** A reporter that was told so much, with a process and a time that do as they are told. */
export async function began(output: TerminalOutput, run: Pick<Recording, 'events'>) {
  const time = new FakeTime()
  const host = new FakeHost()
  const reporter = await terminalReporter({ output, isLive: true, colour: 1, time, host })
  for (const event of run.events) reporter.tell(event)
  return { reporter, time, host }
}

/** The last line of a live display. */
export const isStatus = (line: string) => /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line)
/** A line above it. */
export const isJob = (line: string) => /^▸|^ {2}and \d+ more at/.test(line)

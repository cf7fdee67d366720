import type { ErrorReport } from '../../../src/errors.ts'
import type {
  Action,
  CaptureTaken,
  Command,
  Diagnostic,
  Expectation,
  Note,
  Output,
  ProgramOutput,
  RunEnd,
  RunEvent,
  RunStart,
  ScenarioEnd,
  ScenarioStart,
  Status,
  TopologySeen,
  Walked,
  WalkEnd,
  WalkPlanned,
} from '../../../src/runner/events.ts'
import { EVENTS_VERSION, isWrong } from '../../../src/runner/events.ts'

type InAttempt =
  | Action
  | CaptureTaken
  | Command
  | Diagnostic
  | Expectation
  | Note
  | Output
  | ProgramOutput
  | Walked
  | WalkEnd
  | WalkPlanned
/** An event's own fields, without what the recording knows better. */
type Own<E> = Omit<E, 'type' | 'id' | 'atMs' | 'step' | 'path'>
type EndOptions = Partial<
  Pick<
    ScenarioEnd,
    'isFinal' | 'isFlaky' | 'isExpectedToFail' | 'diagnostics' | 'durationMs' | 'phases' | 'reason'
  >
>

/** Milliseconds from each event to the next: a stream is the same whenever it is made. */
const TICK_MS = 4

/** Writes the events of a run that never was; what the stream's rules ask for, it does by itself. */
export class Recording {
  readonly events: RunEvent[] = []
  #nowMs = 0
  #attempts = 0

  constructor(start: Partial<Omit<RunStart, 'type'>> = {}) {
    this.events.push({
      type: 'run-start',
      version: EVENTS_VERSION,
      tool: '0.1.0',
      files: ['scenarios/shop.ts'],
      node: 'v20.20.2',
      kernel: '6.18.5',
      rootless: false,
      jobs: 1,
      seed: 20_260_101,
      startedAt: '2026-01-01T12:00:00.000Z',
      ...start,
    })
  }

  /** What lets time pass: an event that took long is over so much later. */
  add(event: Exclude<RunEvent, { type: 'run-start' | 'run-end' }>, tookMs = TICK_MS): void {
    this.#nowMs += tookMs
    this.events.push({ ...event, atMs: this.#nowMs })
  }

  get nowMs(): number {
    return this.#nowMs
  }

  scenario(
    name: string,
    start: Partial<Omit<ScenarioStart, 'type' | 'id'>> = {},
  ): AttemptRecording {
    return new AttemptRecording(this, {
      type: 'scenario-start',
      id: `s${++this.#attempts}`,
      atMs: this.#nowMs,
      file: 'scenarios/shop.ts',
      name,
      line: 7,
      tags: [],
      attempt: 1,
      repeat: 1,
      worker: 1,
      ...start,
    })
  }

  /** @returns all events, the counts added up from the scenarios' ends. */
  end(end: Partial<Omit<RunEnd, 'type'>> = {}): RunEvent[] {
    const ends = this.events.filter(
      (event): event is ScenarioEnd => event.type === 'scenario-end' && event.isFinal,
    )
    const failed = ends.filter(({ status }) => status === 'failed').length
    this.events.push({
      type: 'run-end',
      passed: ends.filter(({ status }) => status === 'passed').length,
      failed,
      skipped: ends.filter(({ status }) => status === 'skipped').length,
      flaky: ends.filter(({ isFlaky }) => isFlaky).length,
      notRun: 0,
      durationMs: this.#nowMs,
      exitCode: failed === 0 ? 0 : 1,
      ...end,
    })
    return this.events
  }
}

/** One attempt of one scenario, from its start on. */
export class AttemptRecording {
  readonly #recording: Recording
  readonly #start: ScenarioStart
  readonly #open: { step: number; path: string[]; sinceMs: number; status: Status }[] = []
  #steps = 0

  constructor(recording: Recording, start: ScenarioStart) {
    this.#recording = recording
    this.#start = start
    recording.add(start)
  }

  #add(event: InAttempt | TopologySeen, tookMs?: number): this {
    this.#recording.add(event, tookMs)
    return this
  }

  get #of(): { id: string; atMs: number } {
    return { id: this.#start.id, atMs: this.#recording.nowMs }
  }

  get #where(): { id: string; atMs: number; step?: number } {
    const step = this.#open.at(-1)?.step
    return step === undefined ? this.#of : { ...this.#of, step }
  }

  /** `body` happens in the step; it failed when an expectation in it did, or `status` says so. */
  step(name: string, body: () => void, status?: Status): this {
    this.openStep(name)
    body()
    const { step, path, sinceMs, ...ended } = this.#open.pop()!
    const outcome = status ?? ended.status
    const around = this.#open.at(-1)
    if (outcome === 'failed' && around !== undefined) around.status = 'failed'
    const durationMs = this.#recording.nowMs - sinceMs
    this.#recording.add({ ...this.#of, type: 'step-end', step, path, status: outcome, durationMs })
    return this
  }

  /** A step that never ends, because its scenario does. */
  openStep(name: string): this {
    const around = this.#open.at(-1)
    const path = [...(around?.path ?? []), name]
    const step = ++this.#steps
    const parent = around === undefined ? {} : { parent: around.step }
    this.#recording.add({ ...this.#of, type: 'step-start', step, ...parent, path })
    this.#open.push({ step, path, sinceMs: this.#recording.nowMs, status: 'passed' })
    return this
  }

  expectation(title: string, own: Partial<Own<Expectation>> = {}): this {
    const { status = 'passed', durationMs = 12.3, attempts = 1, ...rest } = own
    const around = this.#open.at(-1)
    if (status === 'failed' && around !== undefined) around.status = 'failed'
    const path = around?.path ?? []
    const fixed = { type: 'expectation', path, title, status, durationMs, attempts } as const
    return this.#add({ ...this.#where, ...fixed, ...rest }, durationMs)
  }

  action(shell: string): this {
    return this.#add({ ...this.#where, type: 'action', shell })
  }

  command(own: Pick<Own<Command>, 'node' | 'command'> & Partial<Own<Command>>): this {
    const defaults = { exitCode: 0, durationMs: 6.5, stdout: '', stderr: '' }
    return this.#add({ ...this.#where, type: 'command', ...defaults, ...own })
  }

  note(text: string): this {
    return this.#add({ ...this.#where, type: 'note', text })
  }

  output(text: string, own: Partial<Own<Output>> = {}): this {
    return this.#add({ ...this.#of, type: 'output', stream: 'stdout', text, ...own })
  }

  program(own: Own<ProgramOutput>): this {
    return this.#add({ ...this.#of, type: 'program-output', ...own })
  }

  capture(own: Own<CaptureTaken>): this {
    return this.#add({ ...this.#of, type: 'capture', ...own })
  }

  topology(own: Own<TopologySeen>): this {
    return this.#add({ ...this.#of, type: 'topology', ...own })
  }

  walkPlan(own: Own<WalkPlanned>): this {
    return this.#add({ ...this.#of, type: 'walk-plan', ...own })
  }

  walked(own: Own<Walked>): this {
    const around = this.#open.at(-1)
    if (around !== undefined && isWrong(own.verdict)) around.status = 'failed'
    return this.#add({ ...this.#where, type: 'walked', ...own }, own.durationMs)
  }

  walkEnd(own: Own<WalkEnd>): this {
    return this.#add({ ...this.#of, type: 'walk-end', ...own })
  }

  diagnostic(own: Own<Diagnostic>): this {
    return this.#add({ ...this.#of, type: 'diagnostic', ...own })
  }

  pass(options: EndOptions = {}): void {
    this.#end('passed', options)
  }

  fail(error: ErrorReport, options: EndOptions = {}): void {
    this.#end('failed', options, error)
  }

  /** It was expected to fail, and did: `error` says how. */
  failAsExpected(error: ErrorReport, options: EndOptions = {}): void {
    this.#end('passed', { isExpectedToFail: true, ...options }, error)
  }

  skip(reason: string): void {
    this.#end('skipped', { reason, durationMs: 0, phases: [] })
  }

  #end(status: ScenarioEnd['status'], options: EndOptions, error?: ErrorReport): void {
    const { file, name, atMs } = this.#start
    const durationMs = this.#recording.nowMs + TICK_MS - atMs
    this.#recording.add({
      ...this.#of,
      type: 'scenario-end',
      file,
      name,
      status,
      durationMs,
      phases: [
        { phase: 'load', durationMs: 1.25 },
        { phase: 'script', durationMs: durationMs - 2.25 },
        { phase: 'close', durationMs: 1 },
      ],
      isFinal: true,
      isFlaky: false,
      isExpectedToFail: false,
      ...(error === undefined ? {} : { error }),
      ...options,
    })
  }
}

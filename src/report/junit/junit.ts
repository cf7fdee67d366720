import type { RunEnd, RunEvent, RunStart, ScenarioStart } from '../../runner/events.ts'
import { oneLine } from '../drawing/visible.ts'
import type { Reporter, ReporterOutput } from '../reporter.ts'
import { Verdicts } from '../verdicts.ts'
import { writeDocument, type TestSuite } from './document.ts'
import { testCase, unfinishedCase } from './test-case.ts'
import { TextBudget } from './text-budget.ts'

/** GitLab reads no more than 30 MB a file; of this, escapes make six times as much at worst. */
const MOST_TEXT = 4 * 1024 * 1024

class Junit {
  readonly #output: ReporterOutput
  readonly #verdicts = new Verdicts()
  readonly #budget = new TextBudget(MOST_TEXT)
  readonly #suites = new Map<string, TestSuite>()
  #start: RunStart | undefined
  #lastMs = 0
  #isWritten = false

  constructor(output: ReporterOutput) {
    this.#output = output
  }

  tell(event: RunEvent): void {
    if (event.type === 'run-start') this.#start = event
    if ('atMs' in event) this.#lastMs = event.atMs
    if (event.type === 'scenario-start') this.#suiteOf(event)
    if (event.type === 'scenario-end') this.#suiteOf(event).durationMs += event.durationMs
    const verdict = this.#verdicts.tell(event)
    if (verdict !== undefined) {
      this.#suiteOf(verdict.start).cases.push(testCase(verdict, this.#budget))
    }
    if (event.type === 'run-end') this.#write(event)
  }

  #suiteOf({ file, atMs }: Pick<ScenarioStart, 'file' | 'atMs'>): TestSuite {
    const known = this.#suites.get(file)
    if (known !== undefined) return known
    const startedAt = new Date(Date.parse(this.#start?.startedAt ?? '') + atMs).toISOString()
    const suite: TestSuite = { file, startedAt, durationMs: 0, cases: [] }
    this.#suites.set(file, suite)
    return suite
  }

  #properties(end: RunEnd | undefined): Record<string, string> {
    const { tool, node, kernel, rootless, jobs, seed, shard } = this.#start ?? {}
    const said = {
      tool,
      node,
      kernel,
      rootless,
      jobs,
      seed,
      shard: shard === undefined ? undefined : `${shard.index}/${shard.total}`,
      'stopped by':
        end === undefined ? 'nobody knows: the run did not come to its end' : end.stoppedBy,
      'not run': end?.notRun === 0 ? undefined : end?.notRun,
    }
    const known = Object.entries(said).filter(([, value]) => value !== undefined)
    return Object.fromEntries(known.map(([name, value]) => [name, oneLine(String(value))]))
  }

  #write(end?: RunEnd): void {
    this.#isWritten = true
    const document = {
      durationMs: end?.durationMs ?? this.#lastMs,
      suites: [...this.#suites.values()],
      properties: this.#properties(end),
    }
    writeDocument(document, this.#output)
  }

  async close(): Promise<void> {
    if (this.#isWritten) return
    for (const start of this.#verdicts.running) {
      this.#suiteOf(start).cases.push(unfinishedCase(start))
    }
    this.#write()
  }
}

/**
 * JUnit XML as Jenkins, GitLab and others read it: a suite a file, a test case a scenario, other
 * attempts as Surefire has them. Suites begin with their counts, so it is written when the run is
 * over; until then it keeps names, times, and texts up to a limit for all of them.
 */
export function junitReporter(output: ReporterOutput): Reporter {
  return new Junit(output)
}

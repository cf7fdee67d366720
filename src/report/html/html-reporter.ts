import fs from 'node:fs'
import path from 'node:path'
import { EnvironmentError } from '../../errors.ts'
import { makeFolder } from '../../make-folder.ts'
import type { RunEvent, ScenarioEnd, ScenarioStart } from '../../runner/events.ts'
import { Attempts, type Attempt } from '../attempts.ts'
import type { Reporter } from '../reporter.ts'
import { attemptSection } from './attempt/attempt-section.ts'
import { writePage } from './page/page-file.ts'
import { headlineOf, RunRecord, type StageRecord } from './page/run-record.ts'
import { Spool } from './spool.ts'
import { Topologies } from './topologies.ts'
import { walkOf } from '../walk/walk.ts'
import { shortCounts } from '../walk/words.ts'
import { stageIntro, stageTitle } from './walk/growth.ts'
import type { Stage } from './walk/stages.ts'

export interface HtmlReporterOptions {
  /** The page; it appears there when it is whole. */
  file: string
}

function unwritable(file: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(`could not write the report ${file}`, {
    code: 'TNET_REPORT_UNWRITABLE',
    hint: 'give --report or --reporter a place that you may write to, with room for it',
    facts: { error: (cause as Error).message },
    cause,
  })
}

/** What the stream would say of an attempt that was under way when it ended. */
function cutOff(start: ScenarioStart, atMs: number): ScenarioEnd {
  const { id, file, name } = start
  return {
    type: 'scenario-end',
    id,
    atMs,
    file,
    name,
    status: 'failed',
    durationMs: atMs - start.atMs,
    phases: [],
    isFinal: true,
    isFlaky: false,
    isExpectedToFail: false,
    error: {
      name: 'CutOff',
      code: 'TNET_RUN_CUT_OFF',
      message: 'it was under way when the run was cut off',
      facts: {},
      hint: 'the run was killed, or its machine went down: run it again',
    },
  }
}

class HtmlReporter implements Reporter {
  readonly #file: string
  readonly #attempts = new Attempts()
  readonly #running = new Map<string, ScenarioStart>()
  readonly #run = new RunRecord()
  readonly #spool: Spool
  readonly #topologies: Topologies
  #lastMs = 0
  #failure: Error | undefined

  constructor(file: string) {
    this.#file = file
    try {
      // The page is put in its place as a whole, which would replace a device.
      const there = fs.statSync(file, { throwIfNoEntry: false })
      if (there?.isFile() === false) throw new Error('there is something else than a file')
      makeFolder(path.dirname(file))
      this.#spool = new Spool(path.dirname(file))
    } catch (error) {
      throw unwritable(file, error)
    }
    this.#topologies = new Topologies(this.#spool)
  }

  tell(event: RunEvent): void {
    if (event.type === 'run-start') this.#run.start = event
    else if (event.type === 'run-end') this.#run.end = event
    else this.#lastMs = Math.max(this.#lastMs, event.atMs)
    if (event.type === 'scenario-start') this.#running.set(event.id, event)
    if (event.type === 'scenario-end') this.#running.delete(event.id)
    const attempt = this.#attempts.tell(event)
    if (attempt !== undefined) this.#keep(attempt, false)
  }

  #keep(attempt: Attempt, isCutOff: boolean): void {
    // A full disk is no reason to end the run; `close` says so.
    if (this.#failure !== undefined) return
    try {
      const { before, stages, after } = attemptSection(attempt)
      const walk = walkOf(attempt.events)
      const { start, end } = attempt
      const { atMs, status, durationMs, isFinal, isFlaky, isExpectedToFail } = end
      this.#run.add(attempt, {
        start,
        end: { atMs, status, durationMs, isFinal, isFlaky, isExpectedToFail },
        isCutOff,
        headline: headlineOf(end),
        before: this.#spool.append(before.text),
        ...(walk === undefined ? {} : { walked: shortCounts(walk.counts) }),
        stages: stages.map(stage => this.#stage(stage, stages.length)),
        after: this.#spool.append(after.text),
      })
    } catch (error) {
      this.#failure = error as Error
    }
  }

  #stage(stage: Stage, count: number): StageRecord {
    return {
      topology: this.#topologies.add(stage.topology),
      title: count === 1 ? 'Topology' : stageTitle(stage),
      intro: this.#spool.append(count === 1 ? '' : stageIntro(stage).text),
    }
  }

  async close(): Promise<void> {
    for (const start of this.#running.values()) {
      const attempt = this.#attempts.tell(cutOff(start, this.#lastMs))
      if (attempt !== undefined) this.#keep(attempt, true)
    }
    try {
      if (this.#failure !== undefined) throw this.#failure
      await writePage(this.#file, {
        run: this.#run,
        spool: this.#spool,
        topologies: this.#topologies,
      })
    } catch (error) {
      throw unwritable(this.#file, error)
    } finally {
      this.#spool.close()
    }
  }
}

/**
 * One HTML file that needs nothing else. Each attempt goes to disk when it is over; `close` makes
 * the page of them, failures first, and puts it in its place.
 *
 * @throws EnvironmentError TNET_REPORT_UNWRITABLE, here or from `close`
 */
export function htmlReporter({ file }: HtmlReporterOptions): Reporter {
  return new HtmlReporter(file)
}

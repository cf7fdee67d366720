import type { ErrorReport } from '../../errors.ts'
import type { RunEnd, RunEvent, RunStart, ScenarioStart } from '../../runner/events.ts'
import type { Reporter, ReporterOutput } from '../reporter.ts'
import { placeOf, scenarioLabel } from '../scenario-label.ts'
import { Verdicts, type Verdict } from '../verdicts.ts'
import { walkOf, type Walk } from '../walk/walk.ts'
import { countsText, whyOf } from '../walk/words.ts'
import { subtestOf } from './subtest.ts'
import { comment, escaped, testPoint, type TestPoint } from './test-point.ts'
import type { YamlFields } from './yaml-block.ts'

function diagnosticsOf(error: ErrorReport, folder: string | undefined): YamlFields {
  const { name, code, message, facts, hint, at, stack } = error
  const { expected, received, ...others } = facts
  return {
    code,
    message,
    error: name,
    expected,
    received,
    at,
    facts: others,
    hint: hint === '' ? undefined : hint,
    diagnostics: folder,
    // Where anything else than the script's own line is of interest.
    stack: code === 'TNET_SCENARIO_THREW' ? stack : undefined,
  }
}

function pointOf(verdict: Verdict): TestPoint {
  const { start, end } = verdict
  const name = scenarioLabel(start)
  if (end.status === 'skipped') {
    // Of a walkthrough, one command cannot be judged here; what became of the others is worth telling.
    const isWalk = verdict.events.some(({ type }) => type === 'walked')
    const subtest = isWalk ? { subtest: subtestOf(verdict) } : {}
    return { ok: true, name, skip: end.reason ?? '', ...subtest }
  }
  const { error, diagnostics, durationMs } = end
  return {
    ok: end.status === 'passed',
    name,
    durationMs,
    subtest: subtestOf(verdict),
    ...(error === undefined ? {} : { diagnostics: diagnosticsOf(error, diagnostics) }),
  }
}

/** What a walkthrough took for granted, and what became of its commands. */
function walkComments({ plan, counts }: Walk): string[] {
  const { guesses = [] } = plan ?? {}
  return [
    ...guesses.map(guess => comment('taken for granted', `${guess.text} (${whyOf(guess)})`)),
    comment('walked', countsText(counts)),
  ]
}

class Tap {
  readonly #output: ReporterOutput
  readonly #verdicts = new Verdicts()
  #points = 0
  #hasEnded = false

  constructor(output: ReporterOutput) {
    this.#output = output
  }

  tell(event: RunEvent): void {
    const verdict = this.#verdicts.tell(event)
    if (event.type === 'run-start') this.#start(event)
    if (event.type === 'run-end') this.#end(event)
    if (verdict !== undefined) this.#verdict(verdict)
  }

  #start({ tool, node, kernel, seed, jobs, shard }: RunStart): void {
    const part = shard === undefined ? '' : `, shard ${shard.index}/${shard.total}`
    const where = `node ${node}, kernel ${kernel}, seed ${seed}, jobs ${jobs}${part}`
    this.#output.write(`TAP version 14\n${comment('tnet-lab', `${tool}, ${where}`)}`)
  }

  #point(start: ScenarioStart, point: TestPoint, comments = ''): void {
    const where = comment('at', placeOf(start))
    this.#output.write(where + comments + testPoint(++this.#points, point))
  }

  #verdict(verdict: Verdict): void {
    const earlier = verdict.earlier.map(({ error }, i) =>
      comment(
        `attempt ${i + 1} failed`,
        error === undefined ? '' : `${error.code}: ${error.message}`,
      ),
    )
    const notes = verdict.events.flatMap(event =>
      event.type === 'note' ? [comment('note', event.text)] : [],
    )
    const walk = walkOf(verdict.events)
    const walked = walk === undefined ? [] : walkComments(walk)
    this.#point(verdict.start, pointOf(verdict), [...earlier, ...notes, ...walked].join(''))
  }

  #end({ durationMs, notRun, stoppedBy }: RunEnd): void {
    this.#hasEnded = true
    this.#output.write(`# time=${durationMs.toFixed(3)}ms\n`)
    if (notRun === 0 && stoppedBy === undefined) this.#plan()
    else {
      const rest = notRun === 0 ? '' : `, ${notRun} not run`
      this.#bailOut(`${stoppedBy ?? 'a failure'} stopped the run${rest}`)
    }
  }

  #plan(): void {
    this.#output.write(this.#points === 0 ? '1..0 # no scenario ran\n' : `1..${this.#points}\n`)
  }

  /** No plan: nobody knows what would have come. */
  #bailOut(why: string): void {
    this.#output.write(`Bail out! ${escaped(why)}\n`)
  }

  async close(): Promise<void> {
    if (this.#hasEnded) return
    for (const start of this.#verdicts.running) {
      const diagnostics = { message: 'the run ended before it did' }
      this.#point(start, { ok: false, name: scenarioLabel(start), diagnostics })
    }
    this.#bailOut('the run did not come to its end')
  }
}

/**
 * TAP version 14: a test point a scenario, whole when it is over; its steps and expectations are
 * subtests of it. No `pragma +strict`: harnesses that only know version 13, such as Perl's, would
 * then refuse subtests instead of passing them by.
 */
export function tapReporter(output: ReporterOutput): Reporter {
  return new Tap(output)
}

import type { RunEnd, RunStart } from '../../runner/events.ts'
import type { Colours } from './colours.ts'
import type { Failures } from './failures.ts'
import type { Results } from './results.ts'
import { indented, linesIn, shown, shownName, shownTime } from './shown.ts'
import { summaryTable } from './summary-table.ts'

/** 0 where a pseudo-terminal was given no size. */
export interface Screen {
  columns?: number | undefined
  rows?: number | undefined
}

export interface Ended {
  start: RunStart | undefined
  end: RunEnd
  results: Results
  failures: Failures
  /** Whether scenarios stand on a line each: then what they noted is told here. */
  isBrief: boolean
  /** Lines of the report so far. */
  line: number
  screen: Screen
}

/** Where there is no screen to measure by, such as in a log. */
const ROWS = 24

/** The end of a report; its last line has the counts. */
export function summary(ended: Ended, colours: Colours): string {
  const { start, end, results, failures, isBrief, line, screen } = ended
  const { columns = 0, rows = 0 } = screen
  const table = summaryTable(results, { ...(columns > 0 ? { columns } : {}), colours })
  const rest = [
    isBrief ? skipReasons(results) : '',
    isBrief ? notes(results, colours) : '',
    notRun(start, end, results, colours),
    seed(start, end, colours),
    counts(start, end, colours),
  ].join('')
  const lastLine = line + linesIn(table + rest)
  const again = failures.textAgain(lastLine, rows > 0 ? rows : ROWS, colours)
  return table + again + rest
}

function skipReasons(results: Results): string {
  const files = new Map<string, Set<string>>()
  for (const { status, reason = 'no reason given', file } of results.all) {
    if (status !== 'skipped') continue
    files.set(reason, (files.get(reason) ?? new Set()).add(file))
  }
  const lines = [...files].map(
    ([reason, names]) => `skipped: ${shownName(reason)}\n  ${listed([...names])}\n`,
  )
  return lines.join('')
}

function notes({ notes }: Results, { cyan, dim }: Colours): string {
  const lines = [...notes].map(
    ([note, scenarios]) =>
      `  ${indented(cyan(shown(note)), 2).trimStart()}\n    ${dim(listed([...scenarios], 3))}\n`,
  )
  return lines.length === 0 ? '' : `noted:\n${lines.join('')}`
}

function notRun(
  start: RunStart | undefined,
  { notRun, stoppedBy }: RunEnd,
  results: Results,
  { yellow }: Colours,
): string {
  const by = stoppedBy === undefined ? '' : `${shownName(stoppedBy)} stopped the run`
  if (notRun === 0) return by === '' ? '' : `${yellow(by)}\n`
  const untouched = (start?.files ?? []).filter(file => results.scenariosIn(file) === 0)
  const which = untouched.length === 0 ? '' : `: ${listed(untouched)}`
  const what = notRun === 1 ? '1 scenario was not run' : `${notRun} scenarios were not run`
  return `${yellow(by === '' ? what : `${by}; ${what}`)}${which}\n`
}

function listed(names: readonly string[], atMost = 8): string {
  const shownOnes = names.slice(0, atMost).map(shownName).join(', ')
  return names.length > atMost ? `${shownOnes} and ${names.length - atMost} more` : shownOnes
}

function seed(start: RunStart | undefined, { failed }: RunEnd, { dim }: Colours): string {
  return failed === 0 || start === undefined ? '' : dim(`seed ${start.seed}`) + '\n'
}

function counts(start: RunStart | undefined, end: RunEnd, { dim }: Colours): string {
  const { passed, failed, skipped, flaky, notRun, durationMs } = end
  const more = Object.entries({ skipped, flaky, 'not run': notRun })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `, ${count} ${what}`)
  const shard = start?.shard
  const part = shard === undefined ? '' : `, shard ${shard.index} of ${shard.total}`
  const took = dim(`in ${shownTime(durationMs)}${part}`)
  return `${passed} passed, ${failed} failed${more.join('')} ${took}\n`
}

import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import { passRate } from '../pass-rate.ts'
import type { Colours } from './colours.ts'
import type { Result, Results } from './results.ts'
import { shortened } from './shortened.ts'
import { shownName, shownTime } from './shown.ts'

/** A table of more rows is not read: then it has those that need a look, and the slowest. */
const ROWS = 40
const SLOWEST = 5
/** Less than this of a name is no use: then there is no table, but lines. */
const NARROWEST_NAME = 16

export interface TableOptions {
  /** How wide the terminal is. Default 160, which a log still shows. */
  columns?: number
  colours: Colours
}

/** Each scenario on a row, or those that matter most. */
export function summaryTable(results: Results, { columns = 160, colours }: TableOptions): string {
  const { title, chosen } = choose(results.all)
  if (chosen.length === 0) return ''
  const numbers = numberColumns(chosen)
  const rows = chosen.map(result => ({
    label: labelOf(results, result),
    how: resultText(result, colours),
    numbers: numbers.map(({ of }) => of(result) ?? ''),
    time: shownTime(meanMs(result)),
  }))
  const widest = (texts: string[]) =>
    Math.max(...texts.map(text => stripVTControlCharacters(text).length))
  const heads = numbers.map(({ head }) => head)
  // Borders and padding as well.
  const fixed = (heads.length + 3) * 3 + 1 + heads.join('').length
  const others = fixed + widest(rows.map(({ how }) => how)) + widest(rows.map(({ time }) => time))
  if (columns - others < NARROWEST_NAME) {
    const line = ({ how, label, time }: (typeof rows)[number]) =>
      `${how} ${shortened(label, columns)} ${time}\n`
    return title + rows.map(line).join('')
  }
  const table = new Table({
    head: ['scenario', 'result', ...heads, 'time'],
    colAligns: ['left', 'left', ...heads.map(() => 'right' as const), 'right'],
    style: { head: [], border: [] },
  })
  for (const { label, how, numbers, time } of rows) {
    table.push([shortened(label, columns - others), how, ...numbers, time])
  }
  // A rule below the head, and none between rows: cli-table3 has the one only with the others.
  const lines = table.toString().split('\n')
  return `${title}${lines.filter((line, i) => i === 2 || !line.startsWith('├')).join('\n')}\n`
}

interface NumberColumn {
  head: string
  /** Nothing where a result has no such number. */
  of: (result: Result) => number | undefined
}

/** Scripts have expectations, walkthroughs commands. */
function numberColumns(chosen: readonly Result[]): NumberColumn[] {
  const isWalk = ({ commands }: Result) => commands !== undefined
  const ofScripts: NumberColumn = {
    head: 'expectations',
    of: result => (isWalk(result) ? undefined : result.expectations),
  }
  const ofWalks: NumberColumn = { head: 'commands', of: ({ commands }) => commands?.found }
  return [
    { head: 'steps', of: ({ steps }) => steps },
    ...(chosen.every(isWalk) ? [] : [ofScripts]),
    ...(chosen.some(isWalk) ? [ofWalks] : []),
  ]
}

function choose(all: readonly Result[]): { title: string; chosen: Result[] } {
  if (all.length <= ROWS) return { title: '', chosen: [...all] }
  const eventful = [
    ...all.filter(({ status }) => status === 'failed'),
    ...all.filter(({ status, isFlaky }) => status !== 'failed' && isFlaky),
    ...all.filter(({ status }) => status === 'skipped'),
  ]
  const listed = new Set(eventful.slice(0, ROWS))
  const slowest = all
    .filter(result => !listed.has(result))
    .sort((a, b) => meanMs(b) - meanMs(a))
    .slice(0, SLOWEST)
  const left = eventful.length - listed.size
  const first = eventful.length === 0 ? '' : 'all that failed, were flaky or skipped, and '
  const more = left === 0 ? '' : ` (${left} more of the former are left out)`
  const title = `${first}the slowest ${slowest.length} of ${all.length} scenarios${more}:\n`
  return { title, chosen: [...listed, ...slowest] }
}

const meanMs = ({ durationMs, repeats }: Result) => durationMs / repeats

/** The file, where it has no other scenario. */
function labelOf(results: Results, { file, name }: Result): string {
  const shownFile = shownName(file)
  return results.scenariosIn(file) === 1 ? shownFile : `${shownFile}: ${shownName(name)}`
}

function resultText(result: Result, { green, red, yellow }: Colours): string {
  const { status, isFlaky, isExpectedToFail, attempt, repeats, commands } = result
  if (repeats > 1) {
    const { passed, skipped } = result
    const rate = passRate(result, true)
    if (passed + skipped < repeats) return passed === 0 ? red(rate) : yellow(rate)
    return skipped > 0 ? yellow(rate) : green(rate)
  }
  if (status === 'skipped') return yellow('skipped')
  if (isExpectedToFail)
    return status === 'passed' ? green('fails as expected') : red('passed, expected to fail')
  if (isFlaky) return yellow(`flaky: passed at attempt ${attempt}`)
  if (status === 'passed') return green('passed')
  const wrong = commands?.differing ?? 0
  if (wrong > 0) return red(`failed, ${wrong} wrong`)
  return red(attempt > 1 ? `failed, ${attempt} attempts` : 'failed')
}

import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import type { Colours } from './colours.ts'
import type { Result, Results } from './results.ts'
import { shownName, shownTime } from './shown.ts'

/** A table of more rows is not read: then it has those that need a look, and the slowest. */
const ROWS = 40
const SLOWEST = 5
/** Borders and padding of five columns, and the two columns of numbers. */
const FIXED = 5 * 3 + 1 + 'steps'.length + 'expectations'.length
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
  const rows = chosen.map(result => ({
    label: labelOf(results, result),
    how: resultText(result, colours),
    numbers: [result.steps, result.expectations] as const,
    time: shownTime(meanMs(result)),
  }))
  const widest = (texts: string[]) =>
    Math.max(...texts.map(text => stripVTControlCharacters(text).length))
  const others = FIXED + widest(rows.map(({ how }) => how)) + widest(rows.map(({ time }) => time))
  if (columns - others < NARROWEST_NAME) {
    const line = ({ how, label, time }: (typeof rows)[number]) =>
      `${how} ${shortened(label, columns)} ${time}\n`
    return title + rows.map(line).join('')
  }
  const table = new Table({
    head: ['scenario', 'result', 'steps', 'expectations', 'time'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const { label, how, numbers, time } of rows) {
    table.push([shortened(label, columns - others), how, ...numbers, time])
  }
  // A rule below the head, and none between rows: cli-table3 has the one only with the others.
  const lines = table.toString().split('\n')
  return `${title}${lines.filter((line, i) => i === 2 || !line.startsWith('├')).join('\n')}\n`
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
  const { status, isFlaky, isExpectedToFail, attempt, repeats, passed } = result
  if (repeats > 1) {
    const rate = `${passed} of ${repeats} passed (${Math.floor((100 * passed) / repeats)} %)`
    return passed === repeats ? green(rate) : passed === 0 ? red(rate) : yellow(rate)
  }
  if (status === 'skipped') return yellow('skipped')
  if (isExpectedToFail)
    return status === 'passed' ? green('fails as expected') : red('passed, expected to fail')
  if (isFlaky) return yellow(`flaky: passed at attempt ${attempt}`)
  if (status === 'passed') return green('passed')
  return red(attempt > 1 ? `failed, ${attempt} attempts` : 'failed')
}

/**
 * Cut to so many cells, by counting two for what may take two: exact widths need a library that
 * takes 20 ms to load (for ICU's segmenter), and every run would pay for it.
 */
function shortened(text: string, cells: number): string {
  let taken = 0
  let end = 0
  let fitting = 0
  for (const character of text) {
    taken += character < '\u1100' ? 1 : 2
    if (taken > cells) return `${text.slice(0, fitting)}…`
    end += character.length
    if (taken < cells) fitting = end
  }
  return text
}

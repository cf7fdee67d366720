import type { Colours } from '../colours.ts'
import { shownSeconds } from '../shown.ts'
import { cellsOf, cut } from './cut.ts'
import type { Job, Progress } from './progress.ts'

export interface Frame {
  nowMs: number
  columns: number
  rows: number
  colours: Colours
}

/** Milliseconds that the spinner takes for each of its looks. */
export const SPIN_MS = 100
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const BAR = { narrowest: 8, widest: 30 }

/**
 * A line for each job, and one for the whole. They leave a row to what is above, and the last
 * column free: there, erasing the rest of the line takes a character with it.
 */
export function regionLines(progress: Progress, frame: Frame): string[] {
  const { jobs } = progress
  const cells = Math.max(0, frame.columns - 1)
  const room = Math.max(0, frame.rows - 2)
  const told = jobs.length <= room ? jobs : jobs.slice(0, Math.max(0, room - 1))
  const lines = told.map(job => jobLine(job, cells, frame))
  if (told.length < jobs.length && room > 0) {
    lines.push(frame.colours.dim(cut(`  and ${jobs.length - told.length} more at once`, cells)))
  }
  return [...lines, statusLine(progress, cells, frame)]
}

/** From when on it is told how long a job takes. */
const LONG_MS = 1000

function jobLine(job: Job, cells: number, { nowMs, colours }: Frame): string {
  const { name, path, sinceMs, commands } = job
  const { cyan, dim } = colours
  const tookMs = nowMs - sinceMs
  const far = commands === undefined ? '' : `${commands.over}/${commands.found} `
  const took = cells < 30 ? '' : far + (tookMs < LONG_MS ? '' : `${shownSeconds(tookMs)} `)
  const mark = cut('▸ ', cells)
  const whole = cells - mark.length - took.length
  const steps = path.join(' › ')
  // A long name leaves a third to the step.
  const shortName = cut(name, steps === '' ? whole : Math.ceil((whole * 2) / 3))
  const left = whole - cellsOf(shortName) - 1
  const step = steps === '' || left < 4 ? '' : ` ${dim(cut(steps, left))}`
  return cyan(mark) + dim(took) + shortName + step
}

interface Part {
  text: string
  style: (text: string) => string
  /** Where there is not room for all, those with the lowest stay. */
  rank: number
}

function statusLine(progress: Progress, cells: number, frame: Frame): string {
  const { colours } = frame
  const parts = statusParts(progress, frame).filter(({ text }) => text !== '')
  const fitting = new Set<Part>()
  let room = cells + 1
  for (const part of parts.toSorted((a, b) => a.rank - b.rank)) {
    if (part.text.length + 1 > room) break
    room -= part.text.length + 1
    fitting.add(part)
  }
  const texts = parts.filter(part => fitting.has(part)).map(({ text, style }) => style(text))
  const { ended, total, failed } = progress
  const barCells = Math.min(room - 1, BAR.widest)
  if (total !== undefined && barCells >= BAR.narrowest) {
    const filled = Math.floor((barCells * ended) / Math.max(1, total))
    const colour = failed > 0 ? colours.red : colours.green
    texts.splice(1, 0, colour('━'.repeat(filled)) + colours.dim('─'.repeat(barCells - filled)))
  }
  return texts.join(' ')
}

function statusParts(progress: Progress, { nowMs, colours }: Frame): Part[] {
  const { passed, failed, skipped, flaky, ended, total } = progress
  const { cyan, green, red, yellow, dim } = colours
  const left = progress.leftMs(nowMs)
  const some = (count: number, what: string) => (count === 0 ? '' : `${count} ${what}`)
  return [
    { text: SPINNER.charAt(Math.floor(nowMs / SPIN_MS) % SPINNER.length), style: cyan, rank: 0 },
    { text: total === undefined ? '' : `${ended}/${total}`, style: text => text, rank: 1 },
    { text: `${passed} passed`, style: green, rank: 3 },
    { text: some(failed, 'failed'), style: red, rank: 2 },
    { text: some(skipped, 'skipped'), style: yellow, rank: 5 },
    { text: some(flaky, 'flaky'), style: yellow, rank: 6 },
    { text: shownSeconds(progress.elapsedMs(nowMs)), style: dim, rank: 4 },
    { text: left === undefined ? '' : `about ${roundedUp(left)} left`, style: dim, rank: 7 },
  ]
}

/** To what an estimate is worth: 10 s, then minutes. */
function roundedUp(ms: number): string {
  if (ms <= 50_000) return `${Math.ceil(ms / 10_000) * 10} s`
  return `${Math.ceil(ms / 60_000)} min`
}

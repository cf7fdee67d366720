import { bounded } from '../bounded.ts'
import { clipped } from '../clipped.ts'
import { scenarioLabel } from '../scenario-label.ts'
import { failureText } from '../terminal/failure-text.ts'
import { shownTime } from '../terminal/shown.ts'
import type { Verdict } from '../verdicts.ts'
import { walkOf } from '../walk/walk.ts'
import { flowchart } from './flowchart.ts'
import { codeBlock, folded, inline } from './markdown.ts'
import { walkPieces } from './walk-section.ts'

const LONGEST_ERROR = 8 * 1024
const LONGEST_NAME = 200
const LONGEST_NOTE = 1000
const MOST_EXPECTATIONS = 30
const MOST_NOTES = 10

const nameOf = ({ start }: Verdict) => inline(clipped(scenarioLabel(start), LONGEST_NAME))

function expectationsOf({ events }: Verdict): string {
  const all = events.filter(event => event.type === 'expectation')
  const lines = all.slice(0, MOST_EXPECTATIONS).map(({ status, title, durationMs }) => {
    const mark = status === 'passed' ? '✅' : '❌'
    return `- ${mark} ${inline(clipped(title, LONGEST_NAME))} (${shownTime(durationMs)})\n`
  })
  const more = all.length - lines.length
  return lines.join('') + (more > 0 ? `- and ${more} more\n` : '')
}

/** The lab's are among them: what still ran when a time-out ended it. */
function notesOf({ events }: Verdict): string {
  const all = events.filter(event => event.type === 'note')
  const lines = all
    .slice(-MOST_NOTES)
    .map(({ text }) => `- note: ${inline(clipped(text, LONGEST_NOTE))}\n`)
  const more = all.length - lines.length
  return (more > 0 ? `- ${more} notes, and then\n` : '') + lines.join('')
}

function drawingOf({ events }: Verdict): string {
  const topology = events.findLast(event => event.type === 'topology')
  if (topology === undefined) return ''
  const text = flowchart(topology)
  if (text !== undefined) return codeBlock(text, 'mermaid')
  const nodes = topology.nodes.length
  return nodes === 0
    ? ''
    : `Its ${nodes} nodes are too many to draw here; the HTML report has them.\n`
}

function walkOfVerdict({ events, start }: Verdict): string[] {
  const walk = walkOf(events)
  return walk === undefined ? [] : walkPieces(walk, start.file)
}

const parts = (...texts: readonly string[]) => texts.filter(text => text !== '').join('\n')

/** Why it failed, what it had seen before, and what it had built. */
export function failedSection(verdict: Verdict): string {
  const text = bounded(failureText(verdict.end), LONGEST_ERROR)
  const { error } = verdict.end
  const stack =
    error?.code === 'TNET_SCENARIO_THREW' ? bounded(error.stack ?? '', LONGEST_ERROR) : ''
  return parts(
    `### ❌ ${nameOf(verdict)}\n`,
    codeBlock(parts(text, stack), 'text'),
    ...walkOfVerdict(verdict),
    expectationsOf(verdict) + notesOf(verdict),
    drawingOf(verdict),
  )
}

/** The same of one that passed, folded; nothing where there is nothing to see. */
export function passedSection(verdict: Verdict): string {
  const body = parts(...walkOfVerdict(verdict), expectationsOf(verdict), drawingOf(verdict))
  const { durationMs } = verdict.end
  return body === '' ? '' : folded(`✅ ${nameOf(verdict)} (${shownTime(durationMs)})`, body)
}

/** Of a walkthrough that cannot be judged here, what can be; nothing of a script. */
export function skippedSection(verdict: Verdict): string {
  const body = walkOfVerdict(verdict)
  if (body.length === 0) return ''
  return folded(`⏭️ ${nameOf(verdict)}`, parts(...body, drawingOf(verdict)))
}

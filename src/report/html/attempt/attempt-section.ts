import type { CaptureTaken, RunEvent } from '../../../runner/events.ts'
import type { Attempt } from '../../attempts.ts'
import { oneLine, visible } from '../../drawing/visible.ts'
import { failureText } from '../../terminal/failure-text.ts'
import { shownTime } from '../../terminal/shown.ts'
import { captureSection } from './capture-section.ts'
import { copyable, printed } from '../code-block.ts'
import { html, type Markup } from '../markup.ts'
import { diagnosticSection, outputSection, programSection } from './output-section.ts'
import { phaseBar } from './phase-bar.ts'
import { timelineOf } from './timeline.ts'
import { timelineRows } from './timeline-rows.ts'
import { walkOf } from '../../walk/walk.ts'
import { stagesOf, type Stage } from '../walk/stages.ts'
import { walkHead, walkWay } from '../walk/walk-section.ts'

/** What the page shows of an attempt, around its drawings. */
export interface AttemptSection {
  before: Markup
  /** One at most, of a script; of a walkthrough, as it grew. */
  stages: Stage[]
  after: Markup
}

type Kind = RunEvent['type']

function ofType<K extends Kind>(attempt: Attempt, type: K): Extract<RunEvent, { type: K }>[] {
  return attempt.events.filter(
    (event): event is Extract<(typeof attempt.events)[number], { type: K }> => event.type === type,
  )
}

function errorBlock(attempt: Attempt): Markup | undefined {
  const { status, error, isExpectedToFail } = attempt.end
  if (status === 'skipped' || (error === undefined && status === 'passed')) return undefined
  const title = status === 'passed' && isExpectedToFail ? 'It failed, as it says' : 'Error'
  const stack = error?.stack
  const more =
    stack === undefined
      ? undefined
      : html`<details class="part">
          <summary>stack</summary>
          ${printed(visible(stack))}
        </details>`
  return html`<section class="error">
    <h4>${title}</h4>
    ${copyable(failureText(attempt.end))}${more}
  </section>`
}

function reasonBlock({ end }: Attempt): Markup | undefined {
  if (end.status !== 'skipped') return undefined
  return html`<p class="reason">Skipped: ${oneLine(end.reason ?? 'no reason was given')}</p>`
}

function facts({ start, end }: Attempt): Markup {
  return html`<ul class="about">
    <li>began ${shownTime(start.atMs)} into the run</li>
    <li>took ${shownTime(end.durationMs)}</li>
    <li>worker ${start.worker}</li>
  </ul>`
}

function stepsSection(attempt: Attempt): Markup | undefined {
  const timeline = timelineOf(attempt)
  if (timeline.items.length === 0) return undefined
  return html`<section class="steps">
    <h4>Steps</h4>
    ${timelineRows(timeline)}
  </section>`
}

/** What a script did stands before its drawing; the way of a walkthrough stands below it. */
function story(attempt: Attempt, stages: readonly Stage[]): { before: Markup; after: Markup } {
  const walk = walkOf(attempt.events)
  const begin = html`${facts(attempt)}${reasonBlock(attempt)}`
  if (walk === undefined) {
    const before = html`${begin}${errorBlock(attempt)}${stepsSection(attempt)}`
    return { before, after: html`` }
  }
  const stageOf = new Map<number, number>()
  if (stages.length > 1) {
    for (const [i, { command }] of stages.entries()) {
      if (command !== undefined) stageOf.set(command.number, i)
    }
  }
  const after = html`${walkWay(attempt, walk, stageOf)}`
  return { before: html`${begin}${walkHead(walk)}${errorBlock(attempt)}`, after }
}

/** What is known of an attempt that is over. */
export function attemptSection(attempt: Attempt): AttemptSection {
  const captures: CaptureTaken[] = ofType(attempt, 'capture')
  const { diagnostics, phases } = attempt.end
  const stages = stagesOf(attempt)
  const { before, after } = story(attempt, stages)
  return {
    before,
    stages,
    after: html`${after}${outputSection(ofType(attempt, 'output'))}${programSection(ofType(attempt, 'program-output'))}${captureSection(captures)}${diagnosticSection(ofType(attempt, 'diagnostic'), diagnostics)}${phaseBar(phases)}`,
  }
}

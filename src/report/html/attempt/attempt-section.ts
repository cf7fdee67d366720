import type { Topology } from '../../../runner/events.ts'
import type { CaptureTaken, RunEvent, TopologySeen } from '../../../runner/events.ts'
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

/** What the page shows of an attempt, around its drawing. */
export interface AttemptSection {
  before: Markup
  topology?: Topology
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

/** `topology` without what every event has. */
function topologyOf(attempt: Attempt): { topology?: Topology } {
  const last: TopologySeen | undefined = ofType(attempt, 'topology').at(-1)
  return last === undefined ? {} : { topology: { nodes: last.nodes, networks: last.networks } }
}

/** What is known of an attempt that is over. */
export function attemptSection(attempt: Attempt): AttemptSection {
  const captures: CaptureTaken[] = ofType(attempt, 'capture')
  const { diagnostics, phases } = attempt.end
  return {
    before: html`${facts(attempt)}${reasonBlock(attempt)}${errorBlock(attempt)}${stepsSection(attempt)}`,
    ...topologyOf(attempt),
    after: html`${outputSection(ofType(attempt, 'output'))}${programSection(ofType(attempt, 'program-output'))}${captureSection(captures)}${diagnosticSection(ofType(attempt, 'diagnostic'), diagnostics)}${phaseBar(phases)}`,
  }
}

import type { Phase } from '../../../runner/events.ts'
import { shownTime } from '../../terminal/shown.ts'
import { html, type Markup } from '../markup.ts'

/** Where time went: a bar, and the same in words. */
export function phaseBar(phases: readonly Phase[]): Markup | undefined {
  const spent = phases.filter(({ durationMs }) => durationMs > 0)
  if (spent.length === 0) return undefined
  const pieces = spent.map(
    ({ phase, durationMs }) =>
      html`<i class="phase-${phase}" style="flex-grow:${durationMs.toFixed(3)}"></i>`,
  )
  const words = spent.map(
    ({ phase, durationMs }) =>
      html`<li><i class="phase-${phase}"></i>${phase} ${shownTime(durationMs)}</li>`,
  )
  return html`<div class="phases">
    <div class="bar" aria-hidden="true">${pieces}</div>
    <ul>
      ${words}
    </ul>
  </div>`
}

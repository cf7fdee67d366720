import { html, type Markup } from './markup.ts'

/** What became of a scenario; `cut off`: the run ended before it did. In the order of the page. */
export const STATUSES = ['failed', 'cut off', 'flaky', 'skipped', 'passed'] as const

export type ScenarioStatus = (typeof STATUSES)[number]

/** Colour is never the only sign. */
export const SIGNS: Readonly<Record<ScenarioStatus, string>> = {
  failed: '✗',
  'cut off': '…',
  flaky: '↻',
  skipped: '–',
  passed: '✓',
}

/** As a class of the style sheet. */
export const classOf = (status: ScenarioStatus) => status.replace(' ', '-')

/** `✗ failed` */
export function statusBadge(status: ScenarioStatus): Markup {
  return html`<span class="status ${classOf(status)}"
    ><span aria-hidden="true">${SIGNS[status]}</span> ${status}</span
  >`
}

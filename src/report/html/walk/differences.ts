import type { Difference } from '../../../runner/events.ts'
import { bounded } from '../../bounded.ts'
import { oneLine, visible } from '../../drawing/visible.ts'
import { html, type Markup } from '../markup.ts'

const MOST = 100
const LONGEST = 4 * 1024

function told(sign: string, name: string, text: string | undefined): Markup | undefined {
  if (text === undefined) return undefined
  return html`<div class="${name}">
    <dt>${name} <span aria-hidden="true">${sign}</span></dt>
    <dd><pre>${visible(bounded(text, LONGEST))}</pre></dd>
  </div>`
}

function difference({ what, shown, seen, explanation }: Difference): Markup {
  const missing = shown === undefined ? 'the document shows nothing of it' : undefined
  const lacking = seen === undefined ? 'it is missing' : undefined
  const neither = missing ?? lacking
  return html`<li>
    <b>${oneLine(bounded(what, LONGEST))}</b>
    ${neither !== undefined && html`<span class="dim">${neither}</span>`}
    <dl>${told('−', 'shown', shown)}${told('+', 'seen', seen)}</dl>
    ${explanation !== undefined && html`<p class="dim">${oneLine(bounded(explanation, LONGEST))}</p>`}
  </li>`
}

/** Each with what the document shows of it, and what there is. */
export function differenceList(differences: readonly Difference[]): Markup | undefined {
  if (differences.length === 0) return undefined
  const left = differences.length - MOST
  return html`<ul class="differences">
    ${differences.slice(0, MOST).map(difference)}${left > 0 && html`<li class="dim">and ${left} more</li>`}
  </ul>`
}

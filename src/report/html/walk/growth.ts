import { bounded } from '../../bounded.ts'
import { oneLine } from '../../drawing/visible.ts'
import { firstLineOf } from '../../walk/wrong-text.ts'
import { html, Markup } from '../markup.ts'
import type { Stage } from './stages.ts'

/** Where the stages begin; the page's script shows one of them at a time. */
export function growthStart(count: number): Markup {
  const stepper = html`<div class="stepper" role="group" aria-label="Topology, step by step" hidden>
    <button type="button" data-by="-1" aria-label="Step back">◂</button>
    <input
      type="range"
      min="1"
      max="${count}"
      value="${count}"
      step="1"
      aria-label="Step of the document"
    />
    <button type="button" data-by="1" aria-label="Step on">▸</button>
    <output></output>
    <span class="unseen" role="status"></span>
  </div>`
  return new Markup(`<div class="growth">${stepper.text}`)
}

export const growthEnd = new Markup('</div>')

/** `Topology after line 47`, also what the stepper says. */
export const stageTitle = ({ line }: Stage) =>
  line === undefined ? 'Topology at the end' : `Topology after line ${line}`

/** What stands above the drawing of a stage: the command, and what it changed. */
export function stageIntro({ command, changes }: Stage): Markup {
  const typed =
    command !== undefined &&
    html`<p class="stage-command">
      <code>$ ${oneLine(firstLineOf(command))}</code>
      <button type="button" data-to-command="${command.number}" hidden>To the command</button>
    </p>`
  const news =
    changes.length > 0 &&
    html`<ul class="changes">
      ${changes.map(text => html`<li>${oneLine(bounded(text, 400))}</li>`)}
    </ul>`
  return html`${typed}${news}`
}

export const stageStart = (title: string) =>
  new Markup(`<div class="stage" ${html`data-title="${title}"`.text}>`)

export const stageEnd = new Markup('</div>')

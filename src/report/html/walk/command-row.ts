import { isWrong, type Walked, type WalkPlanned } from '../../../runner/events.ts'
import { bounded } from '../../bounded.ts'
import { oneLine, visible } from '../../drawing/visible.ts'
import { shorten } from '../../drawing/text-size.ts'
import { shownTime } from '../../terminal/shown.ts'
import { promptOf, VERDICT_WORDS } from '../../walk/words.ts'
import { firstLineOf } from '../../walk/wrong-text.ts'
import { copyable } from '../code-block.ts'
import { html, type Markup, type MarkupValue } from '../markup.ts'
import { beside } from './beside.ts'
import { differenceList } from './differences.ts'

const LONGEST_COMMAND = 64 * 1024
const LONGEST_PREVIEW = 160
const MOST_SAID = 50

interface Look {
  name: 'failed' | 'skipped' | 'passed' | 'ran'
  sign: string
}

function lookOf(verdict: Walked['verdict']): Look {
  if (isWrong(verdict)) return { name: 'failed', sign: '✗' }
  if (verdict === 'as-shown') return { name: 'passed', sign: '✓' }
  if (verdict === 'ran') return { name: 'ran', sign: '·' }
  return { name: 'skipped', sign: verdict === 'not-run' ? '–' : '?' }
}

/** What the page knows of a command besides itself. */
export interface CommandPlace {
  plan: WalkPlanned | undefined
  /** The number, from 0, of the topology that was read after it. */
  stage: number | undefined
}

const listOf = (texts: readonly string[]) =>
  html`<ul class="said-of">
    ${texts.slice(0, MOST_SAID).map(text => html`<li>${oneLine(bounded(text, 4096))}</li>`)}${texts.length > MOST_SAID && html`<li>and ${texts.length - MOST_SAID} more</li>`}
  </ul>`

function folded(title: string, body: MarkupValue): Markup {
  return html`<details class="part">
    <summary>${title}</summary>
    <div class="inner">${body}</div>
  </details>`
}

const things = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`

function more(command: Walked): Markup | undefined {
  const { shown, seen, differences = [], explained = [], leftOut = [], remarks = [] } = command
  const { exitCode, verdict, reason } = command
  const text = visible(bounded(command.command, LONGEST_COMMAND))
  const isLong = text.includes('\n') || text.length > LONGEST_PREVIEW
  const hasEnded = exitCode !== undefined && exitCode !== 0 && verdict !== 'not-run'
  const parts = [
    isLong && copyable(text),
    reason !== undefined &&
      isWrong(verdict) &&
      html`<p class="why">${oneLine(bounded(reason, 4096))}</p>`,
    differenceList(differences),
    beside(shown, seen, differences),
    hasEnded && html`<p class="dim">exit code ${exitCode ?? 'none: a signal ended it'}</p>`,
    explained.length > 0 &&
      folded(things(explained.length, 'difference') + ' explained', differenceList(explained)),
    leftOut.length > 0 &&
      folded(`the document leaves out ${things(leftOut.length, 'thing')}`, listOf(leftOut)),
    remarks.length > 0 && listOf(remarks),
  ].filter(part => part !== undefined && part !== false)
  return parts.length === 0 ? undefined : html`${parts}`
}

function verdictBadge(verdict: Walked['verdict'], { name, sign }: Look): Markup {
  return html`<span class="verdict ${name}"
    ><span class="sign" aria-hidden="true">${sign}</span> ${VERDICT_WORDS[verdict]}</span
  >`
}

/** Judged at a glance; what the document shows stands beside what there is when it is opened. */
export function commandRow(command: Walked, { plan, stage }: CommandPlace): Markup {
  const { line, verdict, reason, durationMs, number } = command
  const look = lookOf(verdict)
  const why =
    reason !== undefined &&
    !isWrong(verdict) &&
    html`<span class="dim">${oneLine(bounded(reason, 4096))}</span>`
  const row = html`<span class="line"><span class="unseen">line </span>${line}</span
    ><code
      ><span class="prompt">${oneLine(promptOf(command, plan))}</span>
      ${shorten(firstLineOf(command), LONGEST_PREVIEW)}</code
    ><span class="judged">${verdictBadge(verdict, look)} ${why}</span
    ><span class="took">${durationMs >= 0.5 && shownTime(durationMs)}</span>`
  const body = more(command)
  const isOpen = isWrong(verdict) ? html` open` : undefined
  const whole =
    body === undefined
      ? html`<div class="row" tabindex="-1">${row}</div>`
      : html`<details ${isOpen}>
          <summary class="row">${row}</summary>
          <div class="more">${body}</div>
        </details>`
  const stageButton =
    stage !== undefined &&
    html`<button type="button" class="to-stage" data-stage="${stage}" hidden>
      Topology<span class="unseen"> after line ${line}</span>
    </button>`
  return html`<li class="command ${look.name}" data-command="${number}">${whole}${stageButton}</li>`
}

import type { WalkPlanned } from '../../../runner/events.ts'
import type { Attempt } from '../../attempts.ts'
import { bounded } from '../../bounded.ts'
import { oneLine } from '../../drawing/visible.ts'
import { shownTime } from '../../terminal/shown.ts'
import type { Walk } from '../../walk/walk.ts'
import { countsText, leftAloneText, whyOf } from '../../walk/words.ts'
import { html, unseen, type Markup } from '../markup.ts'
import { SIGNS } from '../status.ts'
import { commandRow } from './command-row.ts'
import { walkTree, type WalkHeading, type WalkItem } from './walk-tree.ts'

const MOST_SAID = 200
const LONGEST_SAID = 4096

const said = (text: string) => oneLine(bounded(text, LONGEST_SAID))

function bar({ counts }: Walk): Markup | undefined {
  const { run, confirmed, differing, notRun, cannotJudge } = counts
  const pieces = (
    [
      ['failed', differing],
      ['skipped', notRun + cannotJudge],
      ['passed', confirmed],
      ['ran', run - confirmed - differing - cannotJudge],
    ] as const
  )
    .filter(([, count]) => count > 0)
    .map(([name, count]) => html`<i class="${name}" style="flex-grow:${count}"></i>`)
  return pieces.length === 0 ? undefined : html`<div class="bar" aria-hidden="true">${pieces}</div>`
}

function took({ end }: Walk): Markup | undefined {
  if (end === undefined) return undefined
  const { durationMs, waitedMs } = end
  const waited = waitedMs < 1 ? '' : `, ${shownTime(waitedMs)} of it waited`
  return html`<span class="dim">in ${shownTime(durationMs)}${waited}</span>`
}

function guesses({ guesses }: WalkPlanned): Markup | undefined {
  if (guesses.length === 0) return undefined
  const left = guesses.length - MOST_SAID
  const items = guesses
    .slice(0, MOST_SAID)
    .map(guess => html`<li>${said(guess.text)} <span class="dim">${said(whyOf(guess))}</span></li>`)
  return html`<h4>Taken for granted</h4>
    <ul class="granted">
      ${items}${left > 0 && html`<li>and ${left} more</li>`}
    </ul>`
}

function partsOf({ parts }: WalkPlanned): Markup | undefined {
  const hosts = new Set(parts.flatMap(part => part.hosts))
  if (parts.length < 2 && hosts.size < 2) return undefined
  const items = parts.slice(0, MOST_SAID).map(({ line, why, hosts }) => {
    const fresh = why === undefined ? undefined : html` <span class="dim">${said(why)}</span>`
    return html`<li>from line ${line} on: ${said(hosts.join(', '))}${fresh}</li>`
  })
  return html`<h4>Machines</h4>
    <ul class="granted">
      ${items}
    </ul>`
}

/** What there is to know before the first command: counts, guesses, machines, oddities. */
export function walkHead(walk: Walk): Markup {
  const { plan, counts } = walk
  const odd = plan?.remarks ?? []
  const alone = plan?.leftAlone ?? []
  return html`<section class="walk-head">
    <p class="counts">${countsText(counts)} ${took(walk)}</p>
    ${bar(walk)}${plan && guesses(plan)}${plan && partsOf(plan)}
    ${
      odd.length > 0 &&
      html`<h4>About the file</h4>
        <ul class="granted">
          ${odd.slice(0, MOST_SAID).map(text => html`<li>${said(text)}</li>`)}
        </ul>`
    }
    ${
      alone.length > 0 &&
      html`<details class="part">
        <summary>${alone.length} listing${alone.length !== 1 && 's'} left alone</summary>
        <div class="inner"><p>${said(leftAloneText(alone))}</p></div>
      </details>`
    }
  </section>`
}

interface Way {
  plan: WalkPlanned | undefined
  /** The number of the topology that was read after a command. */
  stages: ReadonlyMap<number, number>
}

function heading({ name, status, items }: WalkHeading, way: Way): Markup {
  const sign = status ?? 'cut off'
  const look = status ?? 'failed'
  const late = status === undefined && html` <span class="dim">was not over</span>`
  return html`<li>
    <details class="heading" open>
      <summary>
        <span class="mark ${look}" aria-hidden="true">${SIGNS[sign]}</span>${unseen(sign)}
        <b>${said(name)}</b>${late}
      </summary>
      ${items.length > 0 && list(items, way)}
    </details>
  </li>`
}

function item(one: WalkItem, way: Way): Markup {
  if (one.kind === 'heading') return heading(one, way)
  if (one.kind === 'note') return html`<li class="note">${said(one.text)}</li>`
  if (one.kind === 'fresh') {
    const why = one.why === undefined ? '' : `: ${said(one.why)}`
    return html`<li class="fresh">Fresh machines from line ${one.line} on${why}</li>`
  }
  const { plan, stages } = way
  return commandRow(one.command, { plan, stage: stages.get(one.command.number) })
}

const list = (items: readonly WalkItem[], way: Way): Markup =>
  html`<ol>
    ${items.map(one => item(one, way))}
  </ol>`

/** The document's way: headings, and below each its commands. */
export function walkWay(
  attempt: Attempt,
  walk: Walk,
  stages: ReadonlyMap<number, number>,
): Markup | undefined {
  const items = walkTree(attempt, walk)
  if (items.length === 0) return undefined
  return html`<section class="walk">
    <h4>Commands</h4>
    ${list(items, { plan: walk.plan, stages })}
  </section>`
}

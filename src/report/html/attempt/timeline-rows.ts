import type { Command, Expectation } from '../../../runner/events.ts'
import { shorten } from '../../drawing/text-size.ts'
import { oneLine } from '../../drawing/visible.ts'
import { shownTime } from '../../terminal/shown.ts'
import { terminalText } from '../ansi.ts'
import { copyable, printed } from '../code-block.ts'
import { html, unseen, type Markup } from '../markup.ts'
import { SIGNS } from '../status.ts'
import type { ActionsItem, EventItem, StepItem, Timeline, TimelineItem } from './timeline.ts'

/** `0.312`: a column of them is read from top to bottom. */
const clock = (ms: number) => (ms / 1000).toFixed(3)

const percent = (part: number, whole: number) => `${((part / whole) * 100).toFixed(2)}%`

interface RowParts {
  /** A class of the style sheet, for the row and its bar. */
  look: string
  sign: Markup
  what: Markup
  /** Moments in the bar: expectations of a step. */
  ticks?: readonly { atMs: number; hasFailed: boolean }[]
}

/** One who looks at a row sees when, what, where in the whole, and how long. */
function row(item: TimelineItem, { durationMs }: Timeline, parts: RowParts): Markup {
  const { startMs, endMs } = item
  const tookMs = endMs - startMs
  const isMoment = tookMs <= 0
  const width = isMoment ? '0' : percent(tookMs, durationMs)
  const bar = html`<i
    class="${parts.look}"
    style="left:${percent(startMs, durationMs)};width:${width}"
  ></i>`
  const ticks = (parts.ticks ?? []).map(({ atMs, hasFailed }) => {
    const left = percent(Math.min(atMs, durationMs), durationMs)
    return html`<b class="${hasFailed ? 'failed' : 'passed'}" style="left:${left}"></b>`
  })
  const span = `${clock(startMs)} s to ${clock(endMs)} s`
  return html`<span class="at">${clock(startMs)}</span
    ><span class="what">${parts.sign} ${parts.what}</span
    ><span class="track" title="${span}" aria-hidden="true">${bar}${ticks}</span
    ><span class="took">${tookMs >= 0.5 && shownTime(tookMs)}</span>`
}

const mark = (status: 'passed' | 'failed') =>
  html`<span class="mark ${status}"
    ><span aria-hidden="true">${SIGNS[status]}</span>${unseen(status)}</span
  >`

/** A command's beginning; it is whole where it can be copied. */
const preview = (command: string) => shorten(command, 120)

const quietMark = (sign: string) => html`<span class="mark" aria-hidden="true">${sign}</span>`

/** A row alone, or one that opens. */
function opening(
  line: Markup,
  { look, more, isOpen = false }: { look: string; more?: Markup | undefined; isOpen?: boolean },
): Markup {
  if (more === undefined) return html`<li><div class="row ${look}">${line}</div></li>`
  const open = isOpen ? html` open` : undefined
  return html`<li>
    <details class="${look}" ${open}>
      <summary class="row">${line}</summary>
      <div class="more">${more}</div>
    </details>
  </li>`
}

function fact(name: string, value: Markup | string | undefined): Markup | undefined {
  return value === undefined
    ? undefined
    : html`<dt>${name}</dt>
        <dd>${value}</dd>`
}

function expectationRow(item: EventItem, event: Expectation, timeline: Timeline): Markup {
  const { status, attempts, expected, received, command, durationMs } = event
  const looks = attempts === 1 ? undefined : html` <span class="dim">${attempts} attempts</span>`
  const what = html`<span class="name">${oneLine(event.title)}</span>${looks}`
  const line = row(item, timeline, { look: `expectation ${status}`, sign: mark(status), what })
  const hasMore = expected !== undefined || received !== undefined || command !== undefined
  const more = html`<dl class="facts">
    ${fact('expected', expected === undefined ? undefined : html`<pre>${terminalText(expected)}</pre>`)}${fact('received', received === undefined ? undefined : html`<pre class="${status === 'failed' && 'failed'}">${terminalText(received)}</pre>`)}${fact('attempts', `${attempts} in ${shownTime(durationMs)}`)}${fact('by hand', command === undefined ? undefined : copyable(command))}
  </dl>`
  return opening(line, {
    look: `expectation ${status}`,
    more: hasMore ? more : undefined,
    isOpen: status === 'failed',
  })
}

/** An event has the last 64 KiB of each, beginning with a whole character. */
const KEPT_BYTES = 64 * 1024
const isCut = (text: string) => Buffer.byteLength(text) > KEPT_BYTES - 4

function commandRow(item: EventItem, event: Command, timeline: Timeline): Markup {
  const { node, command, exitCode, signal, stdout, stderr } = event
  const ended = exitCode === 0 ? undefined : (signal ?? `exit ${exitCode ?? '?'}`)
  const result = ended === undefined ? undefined : html` <span class="ended">${ended}</span>`
  const what = html`<span class="node">${oneLine(node)}</span>
    <code>${preview(command)}</code>${result}`
  const look = ended === undefined ? 'command' : 'command unhappy'
  const line = row(item, timeline, { look, sign: quietMark('$'), what })
  const streams = (
    [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const
  )
    .filter(([, text]) => text !== '')
    .map(
      ([name, text]) =>
        html`<p class="stream">${name}${isCut(text) && ', its last 64 KiB'}</p>
          ${printed(terminalText(text))}`,
    )
  return opening(line, { look, more: html`${copyable(command)}${streams}` })
}

function actionsRow(item: ActionsItem, timeline: Timeline): Markup {
  const commands = item.actions.map(({ shell }) => shell).join('\n')
  const [first = '', ...others] = commands.split('\n')
  const count =
    others.length === 0 ? undefined : html` <span class="dim">and ${others.length} more</span>`
  const what = html`<code class="dim">${preview(first)}</code>${count}`
  const line = row(item, timeline, { look: 'action', sign: quietMark('#'), what })
  return opening(line, { look: 'action', more: copyable(commands) })
}

/** Expectations in it and in the steps inside of it. */
function* ticksOf(item: TimelineItem): Generator<{ atMs: number; hasFailed: boolean }> {
  if (item.kind === 'step') for (const inner of item.items) yield* ticksOf(inner)
  if (item.kind === 'event' && item.event.type === 'expectation') {
    yield { atMs: item.endMs, hasFailed: item.event.status === 'failed' }
  }
}

/** Many marks hide each other: the failed ones and the first of the others are drawn. */
const MOST_TICKS = 60

function stepRow(item: StepItem, timeline: Timeline): Markup {
  const { status, name, items } = item
  const all = [...ticksOf(item)]
  const ticks =
    all.length > MOST_TICKS ? all.filter((tick, i) => tick.hasFailed || i < MOST_TICKS) : all
  const sign =
    status === undefined
      ? html`<span class="mark failed" aria-hidden="true">…</span>`
      : mark(status)
  const late = status === undefined ? html` <span class="dim">was not over</span>` : undefined
  const what = html`<span class="name">${oneLine(name)}</span>${late}`
  const look = `step ${status ?? 'failed'}`
  const line = row(item, timeline, { look, sign, what, ticks })
  const inside = items.length === 0 ? undefined : rows(items, timeline)
  if (inside === undefined) return html`<li><div class="row ${look}">${line}</div></li>`
  return html`<li>
    <details class="${look}" open>
      <summary class="row">${line}</summary>
      ${inside}
    </details>
  </li>`
}

function itemRow(item: TimelineItem, timeline: Timeline): Markup {
  if (item.kind === 'step') return stepRow(item, timeline)
  if (item.kind === 'actions') return actionsRow(item, timeline)
  const { event } = item
  if (event.type === 'expectation') return expectationRow(item, event, timeline)
  if (event.type === 'command') return commandRow(item, event, timeline)
  const what = html`<span class="note">${event.text}</span>`
  return opening(row(item, timeline, { look: 'note', sign: quietMark('i'), what }), {
    look: 'note',
  })
}

function rows(items: readonly TimelineItem[], timeline: Timeline): Markup {
  return html`<ol>
    ${items.map(item => itemRow(item, timeline))}
  </ol>`
}

/** Everything that happened, in its step, on one scale of time. */
export function timelineRows(timeline: Timeline): Markup {
  return html`<div class="timeline">
    <div class="row scale" aria-hidden="true">
      <span class="at">s</span><span class="what"></span
      ><span class="track"><span>0</span><span>${clock(timeline.durationMs)} s</span></span
      ><span class="took"></span>
    </div>
    ${rows(timeline.items, timeline)}
  </div>`
}

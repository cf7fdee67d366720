import { stripVTControlCharacters } from 'node:util'
import type { Difference } from '../../../runner/events.ts'
import { bounded } from '../../bounded.ts'
import { visible } from '../../drawing/visible.ts'
import { html, unseen, type Markup } from '../markup.ts'

/** As much as a stream keeps of what a command printed. */
const LONGEST = 64 * 1024
/** Searching a long text for many others takes its time. */
const MOST_MARKS = 200

const plain = (text: string) => visible(stripVTControlCharacters(bounded(text, LONGEST)))

/** Where texts stand in another, in order, none within another. */
function places(text: string, wanted: readonly string[]): [start: number, end: number][] {
  const found = wanted.slice(0, MOST_MARKS).flatMap(one => {
    const at = one.trim() === '' ? -1 : text.indexOf(one)
    return at < 0 ? [] : [[at, at + one.length] as [number, number]]
  })
  const kept: [number, number][] = []
  for (const place of found.toSorted(([a], [b]) => a - b)) {
    if (place[0] >= (kept.at(-1)?.[1] ?? 0)) kept.push(place)
  }
  return kept
}

function withMarks(text: string, wanted: readonly string[]): Markup {
  const pieces: Markup[] = []
  let from = 0
  for (const [start, end] of places(text, wanted)) {
    pieces.push(html`${text.slice(from, start)}<mark>${text.slice(start, end)}</mark>`)
    from = end
  }
  return html`${pieces}${text.slice(from)}`
}

interface Side {
  title: string
  text: string | undefined
  marks: readonly (string | undefined)[]
  /** Instead of nothing. */
  nothing: string
}

function side({ title, text = '', marks, nothing }: Side): Markup {
  const wanted = marks.filter(mark => mark !== undefined).map(plain)
  const body =
    text.trim() === ''
      ? html`<p class="dim">${nothing}</p>`
      : html`<pre tabindex="0">${withMarks(plain(text).replace(/\n+$/, ''), wanted)}</pre>`
  return html`<div class="side">
    <h5>${title}</h5>
    ${body}
  </div>`
}

/** What the document shows and what there is, side by side where there is room. */
export function beside(
  shown: string | undefined,
  seen: string | undefined,
  differences: readonly Difference[],
): Markup | undefined {
  if (shown === undefined && (seen ?? '').trim() === '') return undefined
  const marks = differences.length > 0 && unseen('Marked is what differs.')
  return html`<div class="beside">
    ${marks}${side({ title: 'The document shows', text: shown, marks: differences.map(one => one.shown), nothing: 'nothing of it' })}${side({ title: 'There is', text: seen, marks: differences.map(one => one.seen), nothing: 'nothing was printed' })}
  </div>`
}

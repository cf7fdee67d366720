import type { FileLine } from './file-lines.ts'
import type { ShownPlace } from './find-shown.ts'
import { numberOf, renumbered, withMargin, type Margin } from './margin.ts'
import type { NewLines } from './new-lines.ts'

/** A line of the new file. */
interface NewLine extends FileLine {
  /** It goes; its number is another's now. */
  isGone?: true
  /** It was not there before. */
  isNew?: true
  /** In its listing, from the old file. */
  number?: number
}

const ENDS_LISTING = /^\s*(?:`{3,}|~{3,})|^\s*$/

/** Puts lines in the place of others, so that everything around them stays. */
export class Rewriting {
  readonly #lines: readonly FileLine[]
  readonly #now = new Map<number, NewLine[]>()
  readonly #margins = new Map<number, Margin>()

  constructor(lines: readonly FileLine[]) {
    this.#lines = lines
  }

  /** False: another output has some of these places already. */
  rewrite(places: readonly ShownPlace[], { changed, added }: NewLines): boolean {
    const all = places.flatMap(({ lines }) => lines)
    if (all.some(line => this.#margins.has(line))) return false
    for (const [i, place] of places.entries()) {
      const { lines, margin } = place
      for (const line of lines) this.#margins.set(line, margin)
      const [first = 0, ...rest] = lines
      const here = changed.has(i) ? this.#changed(place, changed.get(i)) : this.#kept(place)
      const before = i === 0 ? this.#added(place, added.get(-1)) : []
      this.#now.set(first, [...before, ...here.slice(0, 1)])
      for (const [k, line] of rest.entries()) this.#now.set(line, here.slice(k + 1, k + 2))
      const last = lines.at(-1) ?? first
      this.#now.set(last, [...(this.#now.get(last) ?? []), ...this.#added(place, added.get(i))])
    }
    return true
  }

  #line(number: number): FileLine {
    return this.#lines[number] ?? { text: '', end: '' }
  }

  #kept({ lines, margin }: ShownPlace): NewLine[] {
    return lines.map((line, i) => ({ ...this.#line(line), ...(i === 0 ? numbered(margin) : {}) }))
  }

  #changed({ lines, margin }: ShownPlace, text: string | undefined): NewLine[] {
    const [first = 0] = lines
    const { end } = this.#line(first)
    if (text === undefined) return [{ text: '', end, isGone: true, ...numbered(margin) }]
    return [{ text: withMargin(margin, text), end, ...numbered(margin) }]
  }

  #added({ lines, margin }: ShownPlace, texts: readonly string[] = []): NewLine[] {
    const end = this.#line(lines[0] ?? 0).end
    return texts.map(text => ({
      text: withMargin(margin, text),
      end,
      isNew: true,
      ...numbered(margin),
    }))
  }

  text(): string {
    const lines = this.#lines.flatMap((line, i): NewLine[] => this.#now.get(i) ?? [{ ...line }])
    renumber(lines)
    const kept = lines.filter(line => line.isGone !== true)
    const last = kept.at(-1)
    // Behind a last line without an end, nothing could stand.
    for (const line of kept) if (line !== last && line.end === '') line.end = this.#anyEnd
    if (last !== undefined) last.end = this.#lines.at(-1)?.end ?? ''
    return kept.map(({ text, end }) => text + end).join('')
  }

  get #anyEnd(): string {
    return this.#lines.find(({ end }) => end !== '')?.end ?? '\n'
  }
}

const numbered = ({ number }: Margin) => (number === undefined ? {} : { number })

/** Lets the numbers of a listing count on where lines came or went. */
function renumber(lines: readonly NewLine[]): void {
  let before: number | undefined
  let next = 0
  for (const line of lines) {
    const { number, isNew, isGone } = line
    if (before === undefined) {
      if (number === undefined) continue
      // What comes before the first line that was shown has its number.
      before = isNew === true ? number - 1 : number
      next = number
    } else if (isNew !== true) {
      const own = numberOf(line.text) ?? number
      if (isGone !== true && own !== before + 1) {
        if (ENDS_LISTING.test(line.text)) before = undefined
        continue
      }
      before += 1
    }
    if (isGone === true) continue
    if (number !== undefined || isNew !== true) line.text = renumbered(line.text, next)
    next += 1
  }
}

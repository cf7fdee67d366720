import { WRAP, type TypedCommand } from '../typed/typed.ts'
import { plainText } from '../typed/typography.ts'
import type { FileLine } from './file-lines.ts'
import { marginOf, type Margin } from './margin.ts'

/** Where a line of what is shown stands in the file. */
export interface ShownPlace {
  /** Numbers of its lines, from 0: more than one where a page wrapped it. */
  lines: number[]
  margin: Margin
}

/** Lines that may stand between two of an output, such as commands that it saw. */
const MOST_AWAY = 500

/** What is before `text` in a line that ends with it; undefined: it does not, or not only blanks are. */
function marginBefore(line: string, text: string): Margin | undefined {
  const bare = line.trimEnd()
  const wanted = text.trimEnd()
  if (!bare.endsWith(wanted)) return undefined
  return marginOf(line.slice(0, bare.length - wanted.length))
}

/** As it is read and as it stands: a page may have put entities or wide blanks in a line. */
const isShownIn = (line: string, text: string) => marginBefore(plainText(line), text) !== undefined

function placeAt(lines: readonly FileLine[], at: number, shown: string): ShownPlace | undefined {
  const [first = '', ...rest] = shown.split(WRAP)
  const source = lines[at]?.text
  if (source === undefined || !isShownIn(source, first)) return undefined
  const wrapped = rest.map((piece, i) => {
    const line = lines[at + i + 1]?.text
    return line !== undefined && plainText(line).trim() === piece.trim()
  })
  if (wrapped.includes(false)) return undefined
  const margin = marginBefore(source, first) ?? { head: '', tail: '' }
  return { lines: [at, ...rest.map((_, i) => at + i + 1)], margin }
}

/**
 * Finds in the file what a command shows, line by line; undefined where that is not sure, as two
 * lines stand in one, or a page wrote them in another way than a terminal.
 */
export function findShown(
  lines: readonly FileLine[],
  { shown = [], shownLine }: TypedCommand,
): ShownPlace[] | undefined {
  if (shownLine === undefined) return undefined
  let at = shownLine - 1
  const places: ShownPlace[] = []
  for (const text of shown) {
    const isFirst = places.length === 0
    // What a capture saw may stand below the commands that it saw.
    const last = isFirst || text.trim() === '' ? at : at + MOST_AWAY
    let place: ShownPlace | undefined
    for (let i = at; i <= last && place === undefined; i++) place = placeAt(lines, i, text)
    if (place === undefined) return undefined
    places.push(place)
    at = (place.lines.at(-1) ?? at) + 1
  }
  return places
}

/** Whether an output can be written as it is where another stands. */
export function isWritable(
  lines: readonly FileLine[],
  places: readonly ShownPlace[],
  shown: readonly string[],
): boolean {
  return places.every(({ lines: numbers }, i) => {
    const [first = ''] = (shown[i] ?? '').split(WRAP)
    const source = lines[numbers[0] ?? 0]?.text ?? ''
    return (
      marginBefore(source, first) !== undefined && !/&(?:lt|gt|amp|quot|nbsp|#\w+);/.test(source)
    )
  })
}

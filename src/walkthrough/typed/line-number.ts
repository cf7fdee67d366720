import type { SourceLine } from '../document/document.ts'
import { likeness } from './command-shape.ts'
import { listingLine, type ListingLine } from './listing-line.ts'
import { barePrompt, namedPrompt } from './prompt.ts'
import { WRAP } from './typed.ts'

const NUMBERED = /^\s{0,8}(\d{1,5})(?:\s?[|│:.)](?:\s|(?=\S)|$)|[ \t]|$)(.*)$/s
/**
 * How many lines of a numbered listing have numbers: the others were wrapped. Where a command stands
 * behind the first number, that is beyond doubt.
 */
const MOST = 0.6
const SOME = 0.3
const WRAPPED = 'a page wrapped this line; read as one'

interface Numbered extends SourceLine {
  /** What stands behind the number; undefined: it has none. */
  behind: string | undefined
}

/** The lines whose numbers count up from the first line's. */
function counted(lines: readonly SourceLine[]): Numbered[] {
  let next: number | undefined
  return lines.map(line => {
    const [, digits, behind] = NUMBERED.exec(line.text) ?? []
    const number = Number(digits)
    const isNext = digits !== undefined && (next === undefined || number === next)
    if (!isNext) return { ...line, behind: undefined }
    next = number + 1
    return { ...line, behind: behind ?? '' }
  })
}

const isTyped = (text: string) => {
  const { rest } = namedPrompt(text) ?? barePrompt(text) ?? { rest: text }
  return likeness(rest) >= 2
}

/** Numbers in a column of their own, all of them above the listing: how many lines they take. */
function gutter(lines: readonly SourceLine[]): number {
  let numbers = 0
  for (const { text } of lines) {
    if (text.trim() === '' && numbers > 0) continue
    if (text.trim() !== String(numbers + 1)) break
    numbers++
  }
  const rest = lines.slice(numbers).filter(({ text }) => text.trim() !== '')
  return numbers > 1 && rest.length > 1 && rest.length <= numbers ? numbers : 0
}

function joined(lines: readonly Numbered[]): ListingLine[] {
  const result: ListingLine[] = []
  for (const { line, text, behind } of lines) {
    const above = result.at(-1)
    if (behind !== undefined || above === undefined) {
      result.push(listingLine({ line, text: behind ?? text }))
    } else if (text.trim() !== '') {
      if (above.mistakes.length === 0) above.mistakes.push({ line: above.line, text: WRAPPED })
      above.text = `${above.text.trimEnd()}${WRAP}${text.trim()}`
      above.lastLine = line
    }
  }
  return result
}

/**
 * Takes the numbers off that a page prints before each line of a listing; in such a listing a line
 * without one continues the line above. `isExpected`: the document has numbered listings, so that
 * one without commands may be numbered as well.
 */
export function withoutLineNumbers(
  lines: readonly SourceLine[],
  isExpected: boolean,
): { lines: ListingLine[]; isNumbered: boolean } {
  const plain = { lines: lines.map(listingLine), isNumbered: false }
  const column = gutter(lines)
  if (column > 0) return { lines: lines.slice(column).map(listingLine), isNumbered: true }
  const first = lines.findIndex(({ text }) => text.trim() !== '')
  const inked = lines.slice(Math.max(first, 0))
  const numbered = counted(inked)
  if (first === -1 || numbered[0]?.behind === undefined) return plain
  const written = inked.filter(({ text }) => text.trim() !== '').length
  const behind = numbered.flatMap(line => line.behind ?? [])
  const share = isTyped(behind[0] ?? '') ? SOME : MOST
  if (behind.length < share * written) return plain
  const isSure = behind.some(isTyped) || (isExpected && behind.length > 1)
  // `1: lo: <LOOPBACK>` counts up as well.
  const isLinks = behind.every(text => text === '' || /^\S+: /.test(text))
  if (!isSure || isLinks) return plain
  return { lines: joined(numbered), isNumbered: true }
}

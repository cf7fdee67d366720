import { WRAP } from '../typed/typed.ts'

/** A file's lines as everything after it counts them, and what had to be left out. */
export interface SourceText {
  lines: string[]
  remarks: string[]
}

const MOST_CHARACTERS = 16 * 1024 * 1024
const MOST_LINES = 500_000
/** No program takes a longer argument (MAX_ARG_STRLEN is 128 KiB), and no reader a longer line. */
const LONGEST_LINE = 64 * 1024
/** Quotes and lists in one another; each costs the parser a pass over every line in it. */
const DEEPEST = 40
const MARKERS = new RegExp(`^((?:[ \\t]{0,8}(?:>|[*+-][ \\t]|\\d{1,9}[.)][ \\t])){${DEEPEST}})`)
const MARKER = /^[ \t]{0,8}(?:>|[*+-](?=[ \t])|\d{1,9}[.)](?=[ \t]))/
/** The same by indentation: no list goes in further than this. */
const INDENTED = new RegExp(`^[ \\t]{${2 * DEEPEST},}(?=[>*+-]|\\d{1,9}[.)])`)
/** How many lines a remark names one by one. */
const NAMED = 5

/** A cut between the halves of a surrogate pair would leave one of them. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/** The lines, whatever ends them; a carriage return inside of one is a progress bar's. */
function split(text: string): string[] {
  if (!text.includes('\r')) return text.split('\n')
  if (!text.includes('\n')) return text.split('\r')
  return text.replace(/\r+\n/g, '\n').replaceAll('\r', ' ').split('\n')
}

/** Jekyll's, Hexo's and Hugo's own fences, as fences. */
function fenced(line: string): string {
  if (!/^\s*\{[%{]/.test(line)) return line
  const opening =
    /^(\s*)\{(?:%-?|\{<)\s*(?:highlight|codeblock)(?:\s+([\w+-]+))?.*[%>}]\}\s*$/.exec(line)
  if (opening !== null) return `${opening[1]}~~~~~~ ${opening[2] ?? ''}`
  const isEnd = /^\s*\{(?:%-?\s*end|\{<\s*\/\s*)(?:highlight|codeblock)\s*-?[%>]/.test(line)
  return isEnd ? line.replace(/\{.*/, '~~~~~~') : line
}

function shallow(line: string): string {
  if (INDENTED.test(line)) return ' '.repeat(2 * DEEPEST) + line.trimStart()
  const deep = MARKERS.exec(line)?.[1]
  if (deep === undefined) return line
  let rest = line.slice(deep.length)
  for (let marker = MARKER.exec(rest); marker !== null; marker = MARKER.exec(rest)) {
    rest = rest.slice(marker[0].length)
  }
  return deep + rest
}

function named(lines: readonly number[]): string {
  const first = lines.slice(0, NAMED).join(', ')
  const more = lines.length - NAMED
  return `${lines.length === 1 ? 'line' : 'lines'} ${first}${more > 0 ? ` and ${more} more` : ''}`
}

/** Takes a file's text apart, within bounds that no walkthrough meets. */
export function sourceText(given: string): SourceText {
  const remarks: string[] = []
  let text = given.startsWith('\u{FEFF}') ? given.slice(1) : given
  if (text.length > MOST_CHARACTERS) {
    remarks.push(`only its first ${MOST_CHARACTERS} of ${text.length} characters are read`)
    text = cut(text, MOST_CHARACTERS)
  }
  const tooLong: number[] = []
  const tooDeep: number[] = []
  const all = split(text.replaceAll(WRAP, '\u{FFFD}'))
  if (all.length > MOST_LINES) {
    remarks.push(`only its first ${MOST_LINES} of ${all.length} lines are read`)
    all.length = MOST_LINES
  }
  const lines = all.map((line, i) => {
    let kept = line
    if (kept.length > LONGEST_LINE) {
      tooLong.push(i + 1)
      kept = cut(kept, LONGEST_LINE)
    }
    kept = fenced(kept)
    const flat = shallow(kept)
    if (flat !== kept) tooDeep.push(i + 1)
    return flat
  })
  if (tooLong.length > 0) {
    remarks.push(`of ${named(tooLong)} only the first ${LONGEST_LINE} characters are read`)
  }
  if (tooDeep.length > 0) {
    remarks.push(`in ${named(tooDeep)} only the outer ${DEEPEST} quotes and lists are read as such`)
  }
  return { lines, remarks }
}

import { decodeEntities } from '../document/html-listing.ts'
import type { Mistake } from './typed.ts'

const ANSI = /\u{1B}(?:\[[\d;?]*[A-Za-z]|\][^\u{7}\u{1B}]*(?:\u{7}|\u{1B}\\))/gu
const ENTITY = /&(?:lt|gt|amp|quot|#39|#x27|nbsp);/
const INVISIBLE = /[\u{200B}\u{200E}\u{200F}\u{2060}\u{FEFF}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu
const WIDE_SPACE = /[\u{A0}\u{3000}\u{2002}-\u{200A}\u{202F}]/gu

/** A line of a listing as a terminal shows it: colours and what nobody sees taken out. */
export function plainText(text: string): string {
  // Most lines have none of it.
  if (/^[\u{20}-\u{25}\u{27}-\u{7E}\t]*$/u.test(text)) return text
  const clean = text
    .replace(ANSI, '')
    .replace(INVISIBLE, '')
    .replace(/\u{A0}/gu, ' ')
  return ENTITY.test(clean) ? decodeEntities(clean) : clean
}

/** Signs that a page made out of what was typed, and what they were. */
const MADE: readonly (readonly [RegExp, string, string])[] = [
  [/[“”„]/g, '"', 'a page made curly quotes of plain ones'],
  [/[‘’]/g, "'", 'a page made curly quotes of plain ones'],
  [/(?<=^|\s)—(?=\w)/g, '--', 'a page made a dash of two hyphens'],
  [/(?<=^|\s)[–−](?=[-\w])/g, '-', 'a page made a dash of a hyphen'],
  // Behind no quote, and no address of a share, `//server/share`.
  [
    /\/\/(?<=^[^'"]*\s\/\/)(?:\s+|(?=[^\s/-][^/]*$))/g,
    '# ',
    'a comment begins with // where the shell needs #',
  ],
  [WIDE_SPACE, ' ', 'a wide space stands where the shell needs a plain one'],
]

/** A command with the signs that a shell reads. */
export function asTyped(text: string, line: number): { text: string; mistakes: Mistake[] } {
  let result = text
  const found = new Set<string>()
  for (const [pattern, sign, what] of MADE) {
    const next = result.replace(pattern, sign)
    if (next !== result) found.add(what)
    result = next
  }
  return {
    text: result,
    mistakes: [...found].map(what => ({ line, text: `${what}; read as such` })),
  }
}

import { stripVTControlCharacters } from 'node:util'
import { WRAP } from '../../typed/typed.ts'

/** Words of listings that a page may have cut in two and that what was seen need not have. */
const WORDS = (
  'UNKNOWN UP DOWN LOWERLAYERDOWN DORMANT DEFAULT mtu qdisc noqueue noop pfifo_fast fq_codel master ' +
  'state mode group default qlen link/ether link/loopback brd scope global link host inet inet6 dev ' +
  'via proto kernel src metric lladdr REACHABLE STALE DELAY PROBE FAILED INCOMPLETE PERMANENT ' +
  'forwarding disabled blocking learning listening priority cost valid_lft preferred_lft forever ' +
  'self permanent dst netmask broadcast prefixlen LISTEN ESTAB UNCONN'
).split(' ')

/** Whether the end of a line is left out, so that what it does not say is not said. */
export const isCut = (line: string): boolean => /\.{3}|…/.test(line)

/** No tool prints a longer line, JSON aside. */
const LINE = 2048

/** A line without colours, and without so much white space that looking for its end takes long. */
function tidy(line: string): string {
  const plain = stripVTControlCharacters(line)
  if (/^\s*[[{]/.test(plain)) return plain
  return plain.slice(0, LINE).replace(/\s{100,}/g, ' '.repeat(100))
}

/** The lines of what a program printed. */
export function seenLines(seen: string): string[] {
  const lines = seen.split(/\r?\n/).map(tidy)
  while (lines.at(-1)?.trim() === '') lines.pop()
  return lines
}

/**
 * The lines of a document, with what a page wrapped put together: as one word where that is a word
 * that was seen or is known, with a space where both halves are, as one word when neither is.
 */
export function shownLines(shown: readonly string[], seen: string): string[] {
  const known = new Set([...WORDS, ...seen.split(/\s+/)])
  const isWord = (word: string) => known.has(word) || /^<.*>$/.test(word) || /^\d+$/.test(word)
  const [before, after] = [/\S*$/, /^\S*/]
  return shown.map(line => {
    const [first = '', ...rest] = tidy(line).split(WRAP)
    return rest.reduce((text, piece) => {
      const [end, begin] = [before.exec(text)?.[0] ?? '', after.exec(piece)?.[0] ?? '']
      const isOne = known.has(end + begin) || (!isWord(end) && !isWord(begin))
      return end === '' || begin === '' || isOne ? `${text}${piece}` : `${text} ${piece}`
    }, first)
  })
}

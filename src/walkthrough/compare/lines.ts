import { isLeftOut as isMark } from '../typed/listing-mark.ts'
import { WRAP } from '../typed/typed.ts'
import { masked } from './text/masks.ts'

const DOTS = String.raw`(?:\.{3,}|…+)`
/** With what stands around them in a numbered listing, or in JSON. */
const DOTTED = new RegExp(String.raw`^\s*(?:\d+[:.]?\s+)?(?:${DOTS}|。{3,}|\{\s*${DOTS}\s*\})\s*$`)
/** `ls -a` prints it. */
const PARENT = /^\s*\.\.\s*$/
const WITHIN = new RegExp(DOTS)
/** More in one line, and each is read as a space. */
const MOST_WRAPS = 6
/** A line of more characters is folded. */
const LONG = 4000

/** Whether a line stands for any number of lines: `...`, `[…]`, `<snip>`. */
export const isLeftOut = (line: string): boolean =>
  DOTTED.test(line) || (isMark(line) && !PARENT.test(line))

/** Every way to read a line that a page wrapped: each `WRAP` as a space, or as nothing. */
export function readings(line: string): string[] {
  const [first = '', ...rest] = line.split(WRAP)
  if (rest.length > MOST_WRAPS) return [[first, ...rest].join(' ')]
  return rest.reduce(
    (heads, tail) => heads.flatMap(head => [`${head} ${tail.trimStart()}`, head + tail]),
    [first],
  )
}

/** Lines as they are compared: without escapes of a terminal, overwritten parts, and what a shell adds. */
export function plainLines(text: string): string[] {
  const lines = text
    .replace(/\r+\n/g, '\n')
    // CSI, OSC, and the two-byte escapes.
    .replace(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g, '')
    .replace(/^(?:\^C)+/gm, '')
    .split(/\r|\n/)
    .map(line => line.trimEnd())
    .filter(line => !isShellNote(line))
    .flatMap(folded)
  while (lines[0] === '') lines.shift()
  while (lines.at(-1) === '') lines.pop()
  return lines
}

/** Nobody writes such lines, and no pattern is to work on them: they are compared in pieces. */
function folded(line: string): string[] {
  if (line.length <= LONG) return [line]
  return Array.from({ length: Math.ceil(line.length / LONG) }, (_, i) =>
    line.slice(i * LONG, (i + 1) * LONG),
  )
}

/** What an interactive shell says of its jobs, which is no output of the command; nstat's heading. */
const isShellNote = (line: string): boolean =>
  line === '#kernel' ||
  /^\[\d+\]\s*(?:\d+\s*$|[+-]?\s*(?:Done|Terminated|Killed|Stopped|Running|Interrupt|Exit \d+|已)\b)/.test(
    line,
  ) ||
  line.startsWith('nohup: ignoring input')

const isHole = (part: string) => part === ''

/** Whether what a document shows of a line is what was seen: `...` in it stands for anything. */
export function isSameLine(shown: string, seen: string): boolean {
  const [wanted, given] = [masked(shown), masked(seen)]
  if (wanted === given) return true
  if (!WITHIN.test(wanted)) return false
  const parts = wanted.split(new RegExp(DOTS)).map(part => part.trim())
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.every(isHole) || !given.startsWith(first) || !given.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = given.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= given.length - last.length
}

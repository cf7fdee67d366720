import type { Comparer, Comparison, Difference } from '../comparison.ts'
import { isLeftOut } from '../lines.ts'
import { seenLines, shownLines } from './shown-lines.ts'
import { isSameError, toolError } from './tool-error.ts'
import type { ToolError } from './tool-error.ts'

const PROGRAMS = new Set(
  'ip bridge brctl ifconfig route arp netstat ss sysctl ethtool tc nsenter unshare'.split(' '),
)
/** What tools say besides: how they are used, that a flag is odd. */
const BESIDES = /^\s*(?:usage:|try\s|see\s|run\s|where\s|\{|\[|[A-Z_-]+ :=)/i

interface Errors {
  first: ToolError
  text: string
  all: ToolError[]
}

/** The errors that an output is; undefined when it is anything else. */
function errorsOf(lines: readonly string[]): Errors | undefined {
  const spoken = lines.map(line => line.trim()).filter(line => line !== '' && !isLeftOut(line))
  const errors = spoken.flatMap(line => {
    const error = toolError(line)
    return error === undefined ? [] : [{ error, line }]
  })
  const [first] = errors
  const isAll = spoken.every(line => toolError(line) !== undefined || BESIDES.test(line))
  if (first === undefined || !isAll) return undefined
  return { first: first.error, text: first.line, all: errors.map(({ error }) => error) }
}

const isAsShown = (shown: Errors, seen: Errors) =>
  shown.all.every(error => seen.all.some(other => isSameError(error, other))) &&
  seen.all.every(error => shown.all.some(other => isSameError(error, other)))

const one = (difference: Difference): Comparison => ({
  differences: [difference],
  explained: [],
  leftOut: [],
})

/** An error where a document shows one: the same one, in whatever words of whatever version. */
export const compareErrors: Comparer = ({ command, shown, seen }) => {
  const { program, args } = command
  const isOurs =
    PROGRAMS.has(program) || (program === 'cat' && args.some(word => word.startsWith('/proc/')))
  if (!isOurs) return undefined
  const there = errorsOf(seenLines(seen))
  const wanted = errorsOf(shownLines(shown, seen))
  if (there === undefined && wanted === undefined) return undefined
  if (wanted !== undefined && there !== undefined) {
    if (isAsShown(wanted, there)) return { differences: [], explained: [], leftOut: [] }
    return one({ what: 'error', shown: wanted.text, seen: there.text })
  }
  if (wanted !== undefined) return one({ what: 'error', shown: wanted.text })
  if (shown.every(line => line.trim() === '' || isLeftOut(line))) return undefined
  return one({ what: 'error', ...(there === undefined ? {} : { seen: there.text }) })
}

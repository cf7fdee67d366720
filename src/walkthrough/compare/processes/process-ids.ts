import type { ComparedOutput, Comparison, SimpleCommand } from '../comparison.ts'
import { plainLines } from '../lines.ts'
import { compareText } from '../text/compare-text.ts'

const PROCESS = /^\$\{?(?:[$!]|\w*pid\w*)\}?$/i

/** Whether a command prints nothing but which numbers processes have. */
export function asksForPids({ program, args }: SimpleCommand): boolean {
  if (program === 'pidof') return true
  if (program === 'pgrep') return !args.some(word => /^-\w*[cal]/.test(word))
  if (program === 'pstree') return args.some(word => /^-\w*p/.test(word))
  if (program === 'jobs') return args.includes('-p')
  if (program === 'ip') return /^n\w*$/.test(args[0] ?? '') && args[1]?.startsWith('pid') === true
  return program === 'echo' && args.length > 0 && args.every(word => PROCESS.test(word))
}

/** Lines of nothing else, and the trees that `pstree -p` draws. */
const named = (lines: readonly string[]) =>
  lines.map(line =>
    (/^[\d\s]+$/.test(line) ? line.replace(/\d+/g, '<pid>') : line).replace(/\(\d+\)/g, '(<pid>)'),
  )

/** `echo $$`, `pidof`, `pgrep`: which numbers processes got is no result; how many of them is one. */
export function processIds({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  if (!asksForPids(command)) return undefined
  return compareText(named(shown), named(plainLines(seen)))
}

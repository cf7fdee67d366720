import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { compareText } from './compare-text.ts'
import { isComplaint } from './error-meaning.ts'

/** With more than a name for each file, or of several folders. */
const SAYS_MORE = /^-[A-Za-z]*[CFRZgilnopsx]|^--(?:format|inode|size|recursive|classify)/
const isOther = (line: string) => line.endsWith(':') || isLeftOut(line) || isComplaint(line)

/** `ls` fills the lines of a terminal with names, column by column; elsewhere each has its own. */
export function fileNames({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const { program, args } = command
  if (program !== 'ls' || args.some(word => SAYS_MORE.test(word))) return undefined
  const lines = plainLines(seen)
  if ([...shown, ...lines].some(isOther) || lines.some(line => /\s/.test(line.trim()))) {
    return undefined
  }
  const names = shown.flatMap(line => line.trim().split(/\s+/)).filter(name => name !== '')
  return compareText(names.toSorted(), lines.toSorted())
}

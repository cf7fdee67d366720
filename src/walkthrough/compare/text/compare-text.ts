import type { ComparedOutput, Comparison, Difference } from '../comparison.ts'
import { isLeftOut, isSameLine, plainLines } from '../lines.ts'
import { align, gaps } from './alignment.ts'
import { isComplaint } from './error-meaning.ts'
import { masked } from './masks.ts'

/** An output of as many lines is short: a document that shows some of it means all of it. */
const SHORT = 3

interface ShownLine {
  text: string
  /** In what the document shows, from 1. */
  number: number
}

/** Two lines with half of their words in common are one that changed. */
function isAlike(shown: string, seen: string): boolean {
  const words = new Set(masked(seen).split(' '))
  const wanted = masked(shown).split(' ')
  return wanted.filter(word => words.has(word)).length * 2 >= wanted.length
}

/** Lines without a partner: those that changed beside what they became. */
function gapDifferences(
  missing: readonly ShownLine[],
  extra: readonly string[],
): { differences: Difference[]; rest: string[] } {
  const rest = [...extra]
  const differences = missing.map(({ text, number }, i): Difference => {
    const what = `line ${number}`
    const isOneToOne = missing.length === extra.length
    const at = rest.findIndex(line => isAlike(text, line))
    const partner = at !== -1 ? at : isOneToOne && i === missing.length - 1 ? 0 : -1
    if (partner === -1) return { what, shown: text.trim() }
    const [seen = ''] = rest.splice(partner, 1)
    return { what, shown: text.trim(), seen: seen.trim() }
  })
  return { differences, rest }
}

/** What a document leaves out of an output, as far as that may be. */
function judgeExtra(
  extra: readonly string[],
  { isWhole, isStrict }: { isWhole: boolean; isStrict: boolean },
): Pick<Comparison, 'differences' | 'leftOut'> {
  const counts = (line: string) => isStrict || isWhole || isComplaint(line.trim())
  return {
    differences: extra
      .filter(counts)
      .map(line => ({ what: 'a line that is not shown', seen: line.trim() })),
    leftOut: extra.filter(line => !counts(line)).map(line => line.trim()),
  }
}

/**
 * Lines by what they say: each that is shown has to come, in order, but for what changes by itself.
 * More lines than shown are left out; of an output of three lines, or when they complain, they count,
 * unless the document says `...`.
 */
export function compareText(
  shown: readonly string[],
  seen: readonly string[],
  isStrict = false,
): Comparison {
  const isBlank = (line: string) => line.trim() === ''
  const wanted: ShownLine[] = shown
    .map((text, i) => ({ text, number: i + 1 }))
    .filter(({ text }) => !isBlank(text) && !isLeftOut(text))
  const given = seen.filter(line => !isBlank(line))
  const isElided = shown.some(isLeftOut)
  const alignment = align(wanted, given, (line, other) => isSameLine(line.text, other))
  const differences: Difference[] = []
  const extra: string[] = []
  for (const gap of gaps(alignment)) {
    const found = gapDifferences(
      gap.missing.flatMap(i => wanted[i] ?? []),
      gap.extra.flatMap(j => given[j] ?? []),
    )
    differences.push(...found.differences)
    extra.push(...found.rest)
  }
  const isWhole = !isElided && given.length <= SHORT
  const more = judgeExtra(extra, { isWhole, isStrict: isStrict && !isElided })
  return {
    differences: [...differences, ...more.differences],
    explained: [],
    leftOut: more.leftOut,
  }
}

/** Shown lines that are nowhere in an output, wherever they stand. */
export function missingLines(shown: readonly string[], seen: readonly string[]): Difference[] {
  return shown
    .filter(line => !seen.some(other => isSameLine(line, other)))
    .map(line => ({ what: 'line', shown: line.trim() }))
}

/** Knows every output: it is asked last. */
export const textComparer = ({ shown, seen, isStrict }: ComparedOutput): Comparison =>
  compareText(shown, plainLines(seen), isStrict)

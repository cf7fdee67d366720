import type {
  Comparer,
  Comparison,
  ComparedOutput,
  Difference,
  SimpleCommand,
} from './comparison.ts'
import { firewallComparers } from './firewall/firewall-comparers.ts'
import { interfaceComparers } from './interfaces/interface-comparers.ts'
import { isLeftOut, plainLines, readings } from './lines.ts'
import { isComplaint } from './text/error-meaning.ts'
import { textComparer } from './text/compare-text.ts'
import { fileNames } from './text/file-names.ts'
import { pickedFrom, printingCommands } from './text/pipelines.ts'
import { processes } from './processes/compare-processes.ts'
import { processIds } from './processes/process-ids.ts'
import { toolVersions } from './text/tool-versions.ts'
import { screens, watchedCommand } from './text/watched.ts'
import { trafficComparers } from './traffic/traffic-comparers.ts'

const COMPARERS: readonly Comparer[] = [
  toolVersions,
  processIds,
  processes,
  fileNames,
  ...interfaceComparers,
  ...trafficComparers,
  ...firewallComparers,
]
/** They know which numbers change by themselves; the others' outputs are text then. */
const STRICT_COMPARERS = interfaceComparers
/** Lines beside lines that are looked at to part outputs; then they are compared as plain text. */
const MOST_PARTING = 1_000_000
/** More readings of wrapped lines than this, and the rest has a space at each. */
const MOST_READINGS = 256
/** Lines beside lines that are looked at for that. */
const MOST_CELLS = 10_000_000

/** What somebody typed printed. */
export interface TypedOutput {
  /** The document's lines: `WRAP` in them is a space or nothing; `...` stands for any lines. */
  shown: readonly string[]
  /** stdout and stderr, as they came. */
  seen: string
  exitCode: number | null
  /** Every line that is there has to be shown, in its order, but for what changes by itself. */
  isStrict: boolean
  /** Of a capture: what it sees is said to be answered, and the answers need not be shown. */
  isAnswered?: boolean
}

const weight = ({ differences }: Comparison) => differences.length

/** By whoever knows what the command prints; undefined: nobody does. */
function byCommand(command: SimpleCommand, output: TypedOutput): Comparison | undefined {
  const given: ComparedOutput = { ...output, command }
  for (const comparer of output.isStrict ? STRICT_COMPARERS : COMPARERS) {
    const comparison = comparer(given)
    if (comparison !== undefined) return comparison
  }
  return undefined
}

const asText = (command: SimpleCommand, output: TypedOutput) => textComparer({ ...output, command })

function together(comparisons: readonly Comparison[]): Comparison {
  return {
    differences: comparisons.flatMap(({ differences }) => differences),
    explained: comparisons.flatMap(({ explained }) => explained),
    leftOut: comparisons.flatMap(({ leftOut }) => leftOut),
  }
}

/** Outputs of several commands, where one ends and the next begins: the way that fits, if one does. */
function bySplitting(
  commands: readonly SimpleCommand[],
  output: TypedOutput,
  cells = { left: MOST_PARTING },
): Comparison | undefined {
  const [first, ...rest] = commands
  if (first === undefined) return undefined
  const whole = () => byCommand(first, output) ?? asText(first, output)
  if (rest.length === 0) return whole()
  const lines = plainLines(output.seen)
  for (let i = 1; i < output.shown.length; i++) {
    for (let j = 1; j < lines.length; j++) {
      cells.left -= output.shown.length * lines.length
      if (cells.left < 0) return undefined
      const head = { shown: output.shown.slice(0, i), seen: lines.slice(0, j).join('\n') }
      const before =
        byCommand(first, { ...output, ...head }) ?? asText(first, { ...output, ...head })
      if (weight(before) > 0) continue
      const tail = { shown: output.shown.slice(i), seen: lines.slice(j).join('\n') }
      const after = bySplitting(rest, { ...output, ...tail }, cells)
      if (after !== undefined && weight(after) === 0) return together([before, after])
    }
  }
  return undefined
}

const isAlike = (command: SimpleCommand, other: SimpleCommand | undefined) =>
  command.program === other?.program &&
  (command.program !== 'ip' || command.args[0] === other.args[0])

/** As lines of the listing that they are picked out of, when each that is shown is one that came. */
function byMeaning(source: SimpleCommand, output: TypedOutput): Comparison | undefined {
  const count = (lines: readonly string[]) => lines.filter(line => line.trim() !== '').length
  if (count(output.shown) !== count(plainLines(output.seen))) return undefined
  const meant = byCommand(source, output)
  return meant !== undefined && weight(meant) === 0 ? meant : undefined
}

interface Printed {
  commands: readonly SimpleCommand[]
  /** Of a pipeline that picks lines: whose lines those are. */
  source: SimpleCommand | undefined
}

function compareOnce({ commands, source }: Printed, output: TypedOutput): Comparison {
  const [first] = commands
  const nobody: SimpleCommand = { program: '', args: [] }
  if (first === undefined) return asText(nobody, output)
  const known = commands.every(command => isAlike(command, first))
    ? byCommand(first, output)
    : undefined
  if (known !== undefined) return known
  const text = asText(first, output)
  if (weight(text) === 0) return text
  const meant = source === undefined || output.isStrict ? undefined : byMeaning(source, output)
  if (meant !== undefined || commands.length === 1) return meant ?? text
  return bySplitting(commands, output) ?? text
}

/** With each line that a page wrapped read as it fits best. */
function byBestReading(
  shown: readonly string[],
  { compareWith, most }: { compareWith: (shown: readonly string[]) => Comparison; most: number },
): Comparison {
  const ways = shown.map(readings)
  let lines = ways.map(([first = '']) => first)
  let best = compareWith(lines)
  let tries = 0
  for (const [i, readingsOfLine] of ways.entries()) {
    for (const reading of readingsOfLine.slice(1)) {
      if (weight(best) === 0 || tries++ >= most) return best
      const other = lines.with(i, reading)
      const comparison = compareWith(other)
      if (weight(comparison) >= weight(best)) continue
      best = comparison
      lines = other
    }
  }
  return best
}

/** Nothing, or an error, where a document shows an output. */
function insteadOfOutput(
  shown: readonly string[],
  seen: readonly string[],
): Difference | undefined {
  const given = seen.filter(line => line.trim() !== '')
  const wanted = shown.filter(line => line.trim() !== '' && !isLeftOut(line))
  const isError = given.length <= 3 && isComplaint(given[0] ?? '') && !wanted.some(isComplaint)
  if (given.length > 0 && !isError) return undefined
  const [first = '', ...rest] = wanted.map(line => line.trim())
  const text = rest.length === 0 ? first : `${first} (and ${rest.length} more lines)`
  return { what: 'output', shown: text, ...(isError ? { seen: given.join('\n') } : {}) }
}

/** What is no difference counts all the same, but for what the document itself says it leaves out. */
function strictly({ differences, explained, leftOut }: Comparison, isElided: boolean): Comparison {
  const unshown = leftOut.map(seen => ({ what: 'a line that is not shown', seen }))
  return {
    differences: [...differences, ...explained, ...(isElided ? [] : unshown)],
    explained: [],
    leftOut: isElided ? leftOut : [],
  }
}

/** What watch(1) shows is what its command prints: the screen is meant that is most like it. */
function compareScreens(watched: string, output: TypedOutput): Comparison {
  const shown = screens(output.shown.join('\n')).at(-1)?.split('\n') ?? []
  const [first, ...others] = screens(output.seen).map(seen =>
    compare(watched, { ...output, shown, seen }),
  )
  return others.reduce(
    (best, next) => (weight(next) <= weight(best) ? next : best),
    first ?? { differences: [], explained: [], leftOut: [] },
  )
}

/**
 * Puts what a document shows of an output beside what was printed, by what both mean. Whose output it
 * is, the text says that was typed: of a pipeline its last command, or the one whose lines that picks;
 * of several commands all of them.
 *
 * @example
 * compare('ping -c 1 10.0.0.1', { shown, seen, exitCode: 0, isStrict: false }).differences
 * // [{ what: 'packet loss', shown: '0%', seen: '100%' }]
 */
export function compare(text: string, output: TypedOutput): Comparison {
  const watched = watchedCommand(text)
  if (watched !== undefined) return compareScreens(watched, output)
  const shown = output.shown.flatMap(line => (line.trim() === '' ? [''] : plainLines(line)))
  const isNothing = shown.every(line => line.trim() === '' || isLeftOut(line))
  if (isNothing && !output.isStrict) {
    return { differences: [], explained: [], leftOut: plainLines(output.seen) }
  }
  const lines = plainLines(output.seen)
  const seen = lines.join('\n')
  const instead = insteadOfOutput(shown, lines)
  if (instead !== undefined) return { differences: [instead], explained: [], leftOut: [] }
  const printed = { commands: printingCommands(text), source: pickedFrom(text) }
  const comparison = byBestReading(shown, {
    compareWith: reading => compareOnce(printed, { ...output, shown: reading, seen }),
    most: Math.min(MOST_READINGS, MOST_CELLS / (shown.length * lines.length + 1)),
  })
  return output.isStrict ? strictly(comparison, shown.some(isLeftOut)) : comparison
}

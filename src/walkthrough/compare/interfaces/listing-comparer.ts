import type { Comparer, Comparison, SimpleCommand } from '../comparison.ts'
import { isLeftOut } from '../lines.ts'
import { compareThings } from './compare-things.ts'
import { seenLines, shownLines } from './shown-lines.ts'
import type { Reading } from './thing.ts'

/** A kind of listing. */
export interface ListingFormat {
  /** Whether that is what a command prints. */
  isOf(command: SimpleCommand): boolean
  /** `...` among the lines stands for others. */
  read(lines: readonly string[], command: SimpleCommand): Reading
}

const squeezed = (line: string) => line.trim().replace(/\s+/g, ' ')

/** Lines that nobody could read have to be there as they stand. */
function compareUnread(shown: Reading, seen: Reading, isStrict: boolean): Comparison {
  const there = new Set(seen.unread.map(({ text }) => squeezed(text)))
  const wanted = new Set(shown.unread.map(({ text }) => squeezed(text)))
  const differences = shown.unread
    .filter(({ text }) => !there.has(squeezed(text)))
    .map(({ number, text }) => ({ what: `line ${number + 1}`, shown: squeezed(text) }))
  const rest = [...there].filter(text => !wanted.has(text))
  return {
    differences: isStrict
      ? [...differences, ...rest.map(text => ({ what: 'line', seen: text }))]
      : differences,
    explained: [],
    leftOut: isStrict ? [] : rest,
  }
}

/** Compares a listing by what it says; a document's lines that say nothing of the kind are not its. */
export function listingComparer(format: ListingFormat): Comparer {
  return ({ command, shown, seen, isStrict }) => {
    if (!format.isOf(command)) return undefined
    const lines = shownLines(shown, seen)
    const isOpen = lines.some(isLeftOut)
    const wanted = format.read(lines, command)
    // What a command asks for by name is nothing that happens to be on somebody's machine.
    for (const thing of wanted.things)
      if (command.args.includes(thing.name)) delete thing.whyMissing
    const isBlank = lines.every(line => line.trim() === '' || isLeftOut(line))
    if (wanted.things.length === 0 && (isBlank || wanted.unread.length > 0)) return undefined
    const there = format.read(seenLines(seen), command)
    const things = compareThings(wanted.things, there.things, {
      // A heading with nothing below it says that there is nothing.
      isStrict: isStrict || (wanted.things.length === 0 && !isOpen),
      isOpen,
    })
    const rest = compareUnread(wanted, there, isStrict)
    return {
      differences: [...things.differences, ...rest.differences],
      explained: things.explained,
      leftOut: [...things.leftOut, ...rest.leftOut],
    }
  }
}

/** What of one line is said; `heading` says nothing, undefined: it is unknown. */
export type LineReader<T> = (line: string, last: T | undefined) => T | 'nothing' | undefined

/** Reads a listing that has a thing a line; a line may say more of the thing before it. */
export function readLines<T extends Reading['things'][number]>(
  lines: readonly string[],
  read: LineReader<T>,
): Reading {
  const things: T[] = []
  const unread: Reading['unread'] = []
  for (const [number, text] of lines.entries()) {
    if (text.trim() === '' || isLeftOut(text)) continue
    const thing = read(text, things.at(-1))
    if (thing === undefined) unread.push({ number, text })
    else if (thing !== 'nothing') things.push(thing)
  }
  return { things, unread }
}

import { trimmed, type Draft } from './draft.ts'
import type { ListingItem } from './listing-items.ts'
import type { ListingLine } from './listing-line.ts'
import { outputKind, type OutputKind } from './output-shape.ts'
import { fits } from './program-output.ts'
import { unwrapped } from './wrapped-output.ts'

/** The first line of a record, and whose it says it is: a device, an address. */
const HEADS: readonly RegExp[] = [
  /^\d+: ([^\s:@]+)[@:]/,
  /^(\S+): flags=/,
  /^(\S+)\s+Link encap:/,
  /^PING (\S+)/,
  /^Chain (\S+) \(/,
  /^listening on (\S+),/,
  /^tcpdump: listening on (\S+),/,
]
/** What those print who were started earlier and run on. */
const LATE: ReadonlySet<OutputKind | undefined> = new Set<OutputKind>([
  'capture',
  'served',
  'netcat',
])

function named(text: string): string | undefined {
  for (const head of HEADS) {
    const name = head.exec(text)?.[1]
    if (name !== undefined) return name
  }
  return undefined
}

/** The latest of the commands that surely prints lines of this kind. */
function latest(drafts: readonly Draft[], kind: OutputKind): Draft | undefined {
  return drafts.findLast(({ item }) => fits(item.printing, kind) === 'yes')
}

export interface Owners {
  /** Commands since the last output, and the one whose that was. */
  run: readonly Draft[]
  /** All of the document so far, those of this listing at the end. */
  all: readonly Draft[]
  /** How many of `all` are in this listing. */
  here: number
}

const ENDED = /^\d+ packets? (?:received by filter|dropped by kernel)|^Keyboard interrupt/

/** Who prints such lines and runs on, as far as the document shows no end of it. */
function runsOn(kind: OutputKind, current: Draft | undefined, all: readonly Draft[]) {
  const owner = LATE.has(kind) ? latest(all, kind) : undefined
  const isOver = owner !== current && owner?.shown.some(({ text }) => ENDED.test(text))
  return isOver ? undefined : owner
}

/**
 * Whose a line below a prompt's command is: that command's, whatever it is called, or that of a
 * program that runs on; undefined: the command prints no such lines.
 */
function belowPrompt(text: string, current: Draft | undefined, { run, all }: Owners) {
  const last = run.at(-1)
  if (last?.item.prompt === undefined) return undefined
  const kind = outputKind(text)
  if (kind === undefined) {
    // What goes on below a packet is indented.
    const isLate = current?.item.printing.kinds.some(one => LATE.has(one))
    return isLate && !/^\s/.test(text) ? last : (current ?? last)
  }
  const fit = fits(last.item.printing, kind)
  if (fit === 'yes') return last
  return runsOn(kind, current, all) ?? (fit === 'maybe' ? last : undefined)
}

/** Whose a line is that looks like `kind`; `current` has the line above it. */
function ownerOf(text: string, current: Draft | undefined, owners: Owners): Draft | undefined {
  const { run, all, here } = owners
  const kind = outputKind(text)
  const last = run.at(-1)
  const below = belowPrompt(text, current, owners)
  if (below !== undefined) return below
  if (kind === undefined) {
    return current ?? run.findLast(({ item }) => fits(item.printing, kind) !== 'no') ?? last
  }
  const name = named(text)
  if (name !== undefined) {
    const its = run.findLast(
      ({ item }) => fits(item.printing, kind) === 'yes' && item.printing.words.includes(name),
    )
    if (its !== undefined) return its
  }
  if (current !== undefined && fits(current.item.printing, kind) === 'yes') return current
  if (last !== undefined && fits(last.item.printing, kind) === 'yes') return last
  // A shell's output is that of what is typed in it; a free program's may be anything.
  const listing = here === 0 ? [] : all.slice(-here)
  const surely = latest(run, kind) ?? latest(listing, kind)
  if (surely !== undefined && kind !== 'error') return surely
  if (LATE.has(kind)) return latest(all, kind) ?? current ?? last
  return current ?? run.findLast(({ item }) => fits(item.printing, kind) === 'maybe') ?? last
}

/** Several commands, then as many outputs that begin alike: one each, in order. */
function inOrder(lines: readonly ListingLine[], run: readonly Draft[]): boolean {
  const [first] = lines
  if (first === undefined || run.length < 2) return false
  const kind = outputKind(first.text)
  if (kind === undefined || !run.every(({ item }) => fits(item.printing, kind) === 'yes'))
    return false
  const starts = lines.filter(({ text }) => text === first.text)
  if (starts.length !== run.length) return false
  let at = -1
  for (const line of lines) {
    if (line.text === first.text) at++
    run[at]?.shown.push(line)
  }
  return true
}

/** Gives lines of output to the commands that printed them; those that are nobody's come back. */
export function giveOutput(given: readonly ListingLine[], owners: Owners): ListingLine[] {
  const lines = unwrapped(trimmed(given))
  if (inOrder(lines, owners.run)) return []
  const left: ListingLine[] = []
  let current: Draft | undefined
  for (const line of lines) {
    const owner = line.text.trim() === '' ? current : ownerOf(line.text, current, owners)
    if (owner === undefined) left.push(line)
    else {
      owner.shown.push(line)
      current = owner
    }
  }
  return left
}

export interface ListingDrafts {
  /** Its commands, in order. */
  drafts: Draft[]
  /** What stands above its first command. */
  loose: ListingLine[]
}

/**
 * Gives a listing's output to its commands, or to captures and servers that were started earlier.
 * `make` makes the draft of each command, in order; `comment` hears what stands between them.
 */
export function giveListing(
  items: readonly ListingItem[],
  all: readonly Draft[],
  on: { make: (item: ListingItem & { type: 'command' }) => Draft; comment: (text: string) => void },
): ListingDrafts {
  const drafts: Draft[] = []
  const loose: ListingLine[] = []
  let run: Draft[] = []
  let lines: ListingLine[] = []
  let hasPrinted = false
  let isBelowRule = false
  const flush = () => {
    if (trimmed(lines).length > 0) {
      // What is below a rule, and looks like no output, is none.
      const isWords = isBelowRule && lines.every(({ text }) => outputKind(text) === undefined)
      hasPrinted = run.length > 0
      const known = [...all, ...drafts]
      const left =
        run.length === 0 || isWords
          ? lines
          : giveOutput(lines, { run, all: known, here: drafts.length })
      loose.push(...left)
    }
    lines = []
    isBelowRule = false
  }
  for (const item of items) {
    if (item.type === 'output') {
      lines.push(item.line)
      continue
    }
    flush()
    isBelowRule = item.type === 'rule'
    if (item.type === 'comment') on.comment(item.text)
    if (item.type !== 'command') continue
    if (hasPrinted) run = []
    hasPrinted = false
    const made = on.make(item)
    run.push(made)
    drafts.push(made)
  }
  flush()
  return { drafts, loose: trimmed(loose) }
}

import { isLeftOut, isSameLine, readings } from '../compare/lines.ts'
import { masked } from '../compare/text/masks.ts'

/** What becomes of what is shown: by the number of a line, from 0. */
export interface NewLines {
  /** In the place of what is shown; undefined: it goes; one that is not here stays as it is. */
  changed: Map<number, string | undefined>
  /** Behind a line; -1: before the first. */
  added: Map<number, string[]>
}

/** More pairs than this, and all is replaced. */
const MOST_PAIRS = 250_000
const LEAST_ALIKE = 0.5

const wordsOf = (line: string) => masked(line).split(' ')

/** From 0 to 1; a line that a page wrapped is read as it fits best. */
function likeness(shown: string, seen: string): number {
  const words = new Set(wordsOf(seen))
  const alike = readings(shown).map(reading => {
    const own = wordsOf(reading)
    return own.filter(word => words.has(word)).length / Math.max(own.length, words.size)
  })
  return Math.max(...alike)
}

const isSame = (shown: string, seen: string) =>
  readings(shown).some(reading => isSameLine(reading, seen))

/** A pair is worth more than none, a line that stays more than one that is changed. */
function worth(shown: string, seen: string): number {
  if (isLeftOut(shown)) return 0
  if (shown.trim() === '' || seen === '') return shown.trim() === seen ? 0.1 : 0
  if (isSame(shown, seen)) return 3
  const alike = likeness(shown, seen)
  return alike >= LEAST_ALIKE ? 1 + alike : 0
}

/** Of each shown line its partner in `seen`, in order, so that what they are worth is most. */
function partners(shown: readonly string[], seen: readonly string[]): (number | undefined)[] {
  const width = seen.length + 1
  const best = new Float64Array((shown.length + 1) * width)
  const pairs = new Float64Array(shown.length * seen.length)
  for (let i = shown.length - 1; i >= 0; i--) {
    for (let j = seen.length - 1; j >= 0; j--) {
      const pair = worth(shown[i] ?? '', seen[j] ?? '')
      pairs[i * seen.length + j] = pair
      const both = pair === 0 ? 0 : pair + (best[(i + 1) * width + j + 1] ?? 0)
      const either = Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0)
      best[i * width + j] = Math.max(both, either)
    }
  }
  const found: (number | undefined)[] = shown.map(() => undefined)
  for (let i = 0, j = 0; i < shown.length && j < seen.length;) {
    const pair = pairs[i * seen.length + j] ?? 0
    const here = best[i * width + j] ?? 0
    const both = pair + (best[(i + 1) * width + j + 1] ?? 0)
    if (pair > 0 && both >= here) found[i++] = j++
    else if ((best[(i + 1) * width + j] ?? 0) >= here) i++
    else j++
  }
  return found
}

/** All of it in the place of all that is shown. */
export function wholly(shown: readonly string[], seen: readonly string[]): NewLines {
  const changed = new Map(shown.map((_, i) => [i, seen[i]]))
  const rest = seen.slice(shown.length)
  return { changed, added: rest.length === 0 ? new Map() : new Map([[shown.length - 1, rest]]) }
}

/**
 * What of an output has to be written anew: lines that mean the same stay as they are shown, and so
 * does `...` where what is around it does.
 *
 * @param leftOut lines that were seen and need not be shown
 */
export function newLines(
  shown: readonly string[],
  seen: readonly string[],
  leftOut: readonly string[] = [],
): NewLines {
  if (shown.length * seen.length > MOST_PAIRS) return wholly(shown, seen)
  const found = partners(shown, seen)
  if (found.every((partner, i) => partner === undefined || shown[i]?.trim() === '')) {
    return wholly(shown, seen)
  }
  const changed = new Map<number, string | undefined>()
  const added = new Map<number, string[]>()
  const unshown = new Set(leftOut.map(line => line.trim()))
  let from = 0
  let gap: number[] = []
  const close = (until: number, before: number) => {
    const isOpen = gap.some(i => isLeftOut(shown[i] ?? ''))
    for (const i of gap) if (!isLeftOut(shown[i] ?? '')) changed.set(i, undefined)
    const rest = seen.slice(from, until).filter(line => !unshown.has(line.trim()))
    if (!isOpen && rest.length > 0) added.set(before, rest)
    gap = []
  }
  for (const [i, partner] of found.entries()) {
    if (partner === undefined) {
      gap.push(i)
      continue
    }
    close(partner, i - 1)
    from = partner + 1
    const line = seen[partner] ?? ''
    if (shown[i]?.trim() !== '' && !isSame(shown[i] ?? '', line)) changed.set(i, line)
  }
  close(seen.length, shown.length - 1)
  return { changed, added }
}

/** What is shown then. */
export function shownThen(shown: readonly string[], { changed, added }: NewLines): string[] {
  const lines = [...(added.get(-1) ?? [])]
  for (const [i, line] of shown.entries()) {
    const now = changed.has(i) ? changed.get(i) : line
    lines.push(...(now === undefined ? [] : [now]), ...(added.get(i) ?? []))
  }
  return lines
}

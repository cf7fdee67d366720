import type { Comparison, Difference } from '../comparison.ts'
import { NONE, SOME, textOf } from './thing.ts'
import type { Thing } from './thing.ts'

/** How two listings are compared. */
export interface Manner {
  isStrict: boolean
  /** The document shows `...`: there may be more. */
  isOpen: boolean
  /** Whose parts they are. */
  owner?: string
}

interface Matched {
  pairs: [shown: Thing, seen: Thing][]
  missing: Thing[]
  extra: Thing[]
}

const isSame = (shown: string, seen: string | undefined) =>
  shown === seen ||
  (seen !== undefined && seen !== NONE && shown === SOME) ||
  (seen === SOME && shown !== NONE)

function factsThatDiffer(shown: Thing, seen: Thing, isStrict: boolean): string[] {
  const differing = (a?: Map<string, string>, b?: Map<string, string>) =>
    [...(a ?? [])].filter(([fact, value]) => !isSame(value, b?.get(fact))).map(([fact]) => fact)
  const kind = shown.facts.get('kind')
  const isOther = kind !== undefined && kind !== seen.facts.get('kind')
  // What is said of a VXLAN says nothing of a VLAN: that it is another kind is the difference.
  const facts = differing(shown.facts, seen.facts).filter(
    fact => !isOther || !fact.startsWith(`${kind} `),
  )
  const both = differing(shown.mutually, seen.mutually).filter(fact => seen.mutually?.has(fact))
  const strict = isStrict ? differing(shown.strictly, seen.strictly) : []
  return [...facts, ...both, ...strict]
}

/** So many of one name are looked at, lest a long listing takes the square of its time. */
const ENOUGH = 30

/** How much of what is shown is not there: less is closer. */
function distance(shown: Thing, seen: Thing): number {
  const differing = factsThatDiffer(shown, seen, true).length
  if (shown.parts === undefined || shown.parts.length === 0) return differing
  const there = new Set(seen.parts?.map(part => part.name))
  return differing + shown.parts.filter(part => !there.has(part.name)).length
}

/** The closest, and how close it is. */
function closest(shown: Thing, among: Iterable<Thing>): { thing?: Thing; far: number } {
  let best: { thing?: Thing; far: number } = { far: Infinity }
  let looked = 0
  for (const thing of among) {
    const far = distance(shown, thing)
    if (far < best.far) best = { thing, far }
    if (far === 0 || ++looked === ENOUGH) break
  }
  return best
}

/** Who is who: by name, what fits entirely first; then nicknames, by what is said of them. */
function match(shown: readonly Thing[], seen: readonly Thing[]): Matched {
  const pairs: Matched['pairs'] = []
  const extra = new Set(seen)
  const byName = new Map<string, Set<Thing>>()
  for (const thing of seen) {
    byName.set(thing.name, (byName.get(thing.name) ?? new Set()).add(thing))
  }
  const take = (thing: Thing, among: Iterable<Thing>, furthest: number): boolean => {
    const { thing: other, far } = closest(thing, among)
    if (other === undefined || far > furthest) return false
    pairs.push([thing, other])
    extra.delete(other)
    byName.get(other.name)?.delete(other)
    return true
  }
  const named = (thing: Thing) => byName.get(thing.name) ?? []
  const missing = shown
    .filter(thing => !take(thing, named(thing), 0))
    .filter(thing => !take(thing, named(thing), Infinity))
    .filter(thing => {
      const others = [...extra].filter(other => thing.isNickname ?? other.isNickname)
      return !take(thing, others, 0)
    })
  return { pairs, missing, extra: [...extra] }
}

/** One missing and one too many of a kind are one that changed: one difference, not two. */
function changed({ missing, extra }: Matched): [Thing, Thing][] {
  const kinds = new Set(missing.flatMap(thing => thing.kind ?? []))
  return [...kinds].flatMap(kind => {
    const of = (things: Thing[]) =>
      things.filter(thing => thing.kind === kind && thing.isUsual !== true)
    const [[gone, ...moreGone], [come, ...moreCome]] = [of(missing), of(extra)]
    const isOne = moreGone.length === 0 && moreCome.length === 0
    return gone && come && isOne ? [[gone, come] satisfies [Thing, Thing]] : []
  })
}

const empty = (): Comparison => ({ differences: [], explained: [], leftOut: [] })

function note(into: Comparison, difference: Difference, isStrict: boolean): void {
  const isExplained = difference.explanation !== undefined && !isStrict
  into[isExplained ? 'explained' : 'differences'].push(difference)
}

function comparePair(into: Comparison, [shown, seen]: [Thing, Thing], manner: Manner): void {
  const what = manner.owner === undefined ? shown.name : `${manner.owner} ${shown.name}`
  for (const fact of factsThatDiffer(shown, seen, manner.isStrict)) {
    const of = (thing: Thing) =>
      thing.facts.get(fact) ?? thing.mutually?.get(fact) ?? thing.strictly?.get(fact)
    const [a, b] = [of(shown), of(seen)]
    const difference: Difference = { what: `${what} ${fact}` }
    if (a !== undefined) difference.shown = a
    if (b !== undefined) difference.seen = b
    const explanation = shown.whyOther?.(fact, seen)
    if (explanation !== undefined) difference.explanation = explanation
    note(into, difference, manner.isStrict)
  }
  const parts = compareThings(shown.parts ?? [], seen.parts ?? [], {
    isStrict: manner.isStrict,
    isOpen: shown.isOpen === true,
    owner: what,
  })
  into.differences.push(...parts.differences)
  into.explained.push(...parts.explained)
  into.leftOut.push(...parts.leftOut)
}

/**
 * What a document shows beside what there is. A document may leave out what is usual; all else that
 * is on one side only is a difference.
 */
export function compareThings(
  shown: readonly Thing[],
  seen: readonly Thing[],
  manner: Manner,
): Comparison {
  const { isStrict, isOpen, owner } = manner
  const result = empty()
  const matched = match(shown, seen)
  for (const pair of matched.pairs) comparePair(result, pair, manner)
  const swaps = owner === undefined ? [] : changed(matched)
  const what = (name: string) => (owner === undefined ? name : `${owner} ${name}`)
  for (const [gone, come] of swaps) {
    const difference = { what: what(gone.kind ?? gone.name), shown: gone.name, seen: come.name }
    result.differences.push(difference)
  }
  for (const thing of matched.missing) {
    if (swaps.some(([gone]) => gone === thing)) continue
    const difference: Difference = { what: what(thing.name), shown: textOf(thing) }
    if (thing.whyMissing !== undefined) difference.explanation = thing.whyMissing
    note(result, difference, isStrict)
  }
  for (const thing of matched.extra) {
    if (swaps.some(([, come]) => come === thing)) continue
    if (isOpen || (thing.isUsual === true && !isStrict)) result.leftOut.push(what(thing.name))
    else result.differences.push({ what: what(thing.name), seen: textOf(thing) })
  }
  return result
}

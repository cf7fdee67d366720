import type { Difference } from './compare/comparison.ts'

/** An output of more links is no lesson. */
const MOST_LINKS = 64
const LINK = /\b([a-z]+):\[(\d+)\]/g

interface Place {
  type: string
  /** As the document has it, and as it is here. */
  shown: string
  seen: string
}

const links = (text: string) =>
  [...text.matchAll(LINK)].map(([, type = '', id = '']) => ({ type, id }))

/** Those of either side in order, if they are of the same types. */
function placesIn(shown: string, seen: string): Place[] {
  const [theirs, ours] = [links(shown), links(seen)]
  const isAlike =
    theirs.length <= MOST_LINKS &&
    theirs.length === ours.length &&
    theirs.every((one, i) => one.type === ours[i]?.type)
  if (!isAlike) return []
  return theirs.map(({ type, id }, i) => ({ type, shown: id, seen: ours[i]?.id ?? '' }))
}

/** Of one output: `net:[4026532281]` twice is the same namespace, or it is not. */
function* amongThemselves(places: readonly Place[]): Generator<Difference> {
  const said = (isSame: boolean) => (isSame ? 'the same twice' : 'two')
  for (const [i, one] of places.entries()) {
    for (const other of places.slice(i + 1)) {
      if (one.type !== other.type) continue
      const [isShown, isSeen] = [one.shown === other.shown, one.seen === other.seen]
      if (isShown === isSeen) continue
      yield { what: `${one.type} namespaces`, shown: said(isShown), seen: said(isSeen) }
    }
  }
}

/**
 * Whether a document means a machine's own namespaces where it shows one: their numbers are others
 * everywhere, and that they are there again, or are not, is what such a document teaches. The kernel
 * gives numbers of what is gone to others: of those that last, the machine's own, alone is it known
 * that they are no other's.
 */
export class OwnNamespaces {
  readonly #ours: ReadonlySet<string>
  /** The document's number of the machine's own, by type. */
  readonly #theirs = new Map<string, string>()

  /** @param ours `net:[4026531840]`, as /proc has it */
  constructor(ours: ReadonlySet<string>) {
    this.#ours = ours
  }

  /** Learns from what a document shows beside what was printed, and says what contradicts itself. */
  differences(shown: readonly string[], seen: string): Difference[] {
    const places = placesIn(shown.join('\n'), seen)
    const found = [...amongThemselves(places)]
    for (const { type, shown: theirs, seen: ours } of places) {
      const isOurs = this.#ours.has(`${type}:[${ours}]`)
      const known = this.#theirs.get(type)
      if (known === undefined) {
        if (isOurs) this.#theirs.set(type, theirs)
        continue
      }
      if ((known === theirs) === isOurs) continue
      const said = (isOwn: boolean) => (isOwn ? "the machine's own" : 'another')
      found.push({ what: `${type} namespace`, shown: said(!isOurs), seen: said(isOurs) })
    }
    return found
  }
}

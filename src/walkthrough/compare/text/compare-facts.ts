import type { Difference } from '../comparison.ts'

/** Something that an output says, in one spelling. */
export interface Fact {
  /** `HTTP status`, `hop 2`, `address of web.example`. */
  what: string
  value: string
  /** Not every version prints it: it counts where both sides have it. */
  isOptional?: boolean
}

const without = (values: readonly string[], others: readonly string[]) => {
  const left = [...others]
  return values.filter(value => {
    const at = left.indexOf(value)
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}

const valuesOf = (facts: readonly Fact[], what: string) =>
  facts.filter(fact => fact.what === what).map(({ value }) => value)

/**
 * What both sides say of each thing; how often and in which order they say it is nothing. What only
 * the second says is in `extra`.
 */
export function compareFacts(
  shown: readonly Fact[],
  seen: readonly Fact[],
): { differences: Difference[]; extra: Fact[] } {
  const differences: Difference[] = []
  const extra: Fact[] = []
  const optional = new Set(
    [...shown, ...seen].filter(fact => fact.isOptional).map(({ what }) => what),
  )
  for (const what of new Set([...shown, ...seen].map(fact => fact.what))) {
    const wanted = [...new Set(valuesOf(shown, what))]
    const given = [...new Set(valuesOf(seen, what))]
    if (optional.has(what) && (wanted.length === 0 || given.length === 0)) continue
    const missing = without(wanted, given)
    const more = without(given, wanted)
    for (const [i, value] of missing.entries()) {
      const instead = more[i]
      differences.push({ what, shown: value, ...(instead === undefined ? {} : { seen: instead }) })
    }
    extra.push(...more.slice(missing.length).map(value => ({ what, value })))
  }
  return { differences, extra }
}

/** As differences: for outputs of which a document shows the whole. */
export const extraDifferences = (extra: readonly Fact[]): Difference[] =>
  extra.map(({ what, value }) => ({ what, seen: value }))

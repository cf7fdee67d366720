export type Family = 4 | 6

export type Table = 'raw' | 'mangle' | 'nat' | 'filter'

/** One rule: where it is, and what follows the chain's name in `iptables-save`. */
export interface Rule {
  table: Table
  chain: string
  words: readonly string[]
  /** Its number in the chain when it is added, from 1. Default: the last. */
  at?: number
}

export interface Chain {
  table: Table
  name: string
}

/** Rules of one address family that are added together, and removed together. */
export interface RuleSet {
  family: Family
  /** Chains of its own: made before its rules, removed after them. */
  chains: readonly Chain[]
  rules: readonly Rule[]
  /** What FORWARD does with what no rule decides; the other one when the set is removed. */
  forwardPolicy?: 'DROP'
}

type Value = string | number | readonly string[]

function wordsOf(pieces: TemplateStringsArray, values: readonly Value[]): string[] {
  return pieces.flatMap((piece, i) => {
    const words = piece.split(/\s+/).filter(word => word !== '')
    const value = values[i]
    if (value === undefined) return words
    return typeof value === 'object' ? [...words, ...value] : [...words, String(value)]
  })
}

/**
 * Rules as `iptables-save` writes them. A value is one word whatever is in it; a list is so many
 * words, none when it is empty.
 *
 * @example
 * inTable('nat')`POSTROUTING -s ${subnet} ! -o ${bridge} -j MASQUERADE`
 */
export function inTable(table: Table, { at }: { at?: number } = {}) {
  return (pieces: TemplateStringsArray, ...values: Value[]): Rule => {
    const [chain = '', ...words] = wordsOf(pieces, values)
    return { table, chain, words, ...(at === undefined ? {} : { at }) }
  }
}

/** An address alone as `iptables-save` writes it: with its whole length. */
export function whole(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4
}

/** Several sets of one family as one: all chains, then all rules. */
export function together(sets: readonly RuleSet[], family: Family): RuleSet {
  const mine = sets.filter(set => set.family === family)
  const isDropping = mine.some(set => set.forwardPolicy === 'DROP')
  return {
    family,
    chains: mine.flatMap(set => set.chains),
    rules: mine.flatMap(set => set.rules),
    ...(isDropping ? { forwardPolicy: 'DROP' } : {}),
  }
}

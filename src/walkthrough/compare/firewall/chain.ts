/** A rule by what it says: each matter in one spelling, whoever listed it. */
export interface ListedRule {
  /** As it stands there, without counters. */
  text: string
  /** `source`, `protocol`, `target`, `dport`; what says nothing (any source) is not in it. */
  fields: ReadonlyMap<string, string>
}

/** A chain, or what else of a table has a name and contents. */
export interface ListedChain {
  /** Empty where a listing does not name it. */
  table: string
  name: string
  /** Of built-in chains. */
  policy?: string
  /** `type nat hook postrouting priority 100`. */
  hook?: string
  rules: ListedRule[]
}

/** What a listing of a firewall says. */
export interface Ruleset {
  chains: ListedChain[]
  /** Lines that are no part of one: errors, and what nobody knows. */
  others: string[]
  isElided: boolean
}

/** By table and name; where a name comes again it is a chain of another table. */
export function chainKeys(chains: readonly ListedChain[]): Map<string, ListedChain> {
  const keys = new Map<string, ListedChain>()
  const counts = new Map<string, number>()
  for (const chain of chains) {
    const name = [chain.table, chain.name].filter(word => word !== '').join(' ')
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    keys.set(count === 1 ? name : `${name} (${count})`, chain)
  }
  return keys
}

import { isLeftOut } from '../lines.ts'
import type { ListedChain, Ruleset } from './chain.ts'

/** Reads `ebtables -L`, with and without counters and numbers. */
export function readEbtables(lines: readonly string[]): Ruleset {
  const ruleset: Ruleset = { chains: [], others: [], isElided: false }
  let table = ''
  let chain: ListedChain | undefined
  for (const given of lines) {
    const line = given.trim()
    const [, newTable] = /^Bridge table: (\S+)/.exec(line) ?? []
    const [, name, policy] = /^Bridge chain: (\S+), entries: \d+, policy: (\S+)/.exec(line) ?? []
    if (line === '') continue
    if (isLeftOut(line)) ruleset.isElided = true
    else if (newTable !== undefined) table = newTable
    else if (name !== undefined && policy !== undefined) {
      chain = { table, name, policy, rules: [] }
      ruleset.chains.push(chain)
    } else if (chain === undefined) ruleset.others.push(line)
    else {
      const text = line
        .replace(/^\d+\. ?/, '')
        .replace(/\s*,? ?pcnt = \d+ -- bcnt = \d+/, '')
        .replace(/\s+/g, ' ')
        .trim()
      chain.rules.push({ text, fields: new Map([['rule', text]]) })
    }
  }
  return ruleset
}

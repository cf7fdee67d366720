import { isLeftOut } from '../lines.ts'
import { portOf } from '../traffic/packet-endpoint.ts'
import type { ListedChain, ListedRule, Ruleset } from './chain.ts'

/** Names that newer versions print for priorities (nft(8)); bridge has its own. */
const PRIORITIES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    raw: -300,
    mangle: -150,
    dstnat: -100,
    filter: 0,
    security: 50,
    srcnat: 100,
  }),
)
const BRIDGE_PRIORITIES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    dstnat: -300,
    filter: -200,
    out: 100,
    srcnat: 300,
  }),
)

const sorted = (list: string) =>
  list
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
    .sort()
    .join(', ')

/** A rule in one spelling; what says nothing is left out as newer versions leave it out. */
function ruleText(given: string): string {
  return given
    .replace(/\s*# handle \d+$/, '')
    .replace(/\bcounter packets \d+ bytes \d+/g, 'counter')
    .replace(/ expires (?:\d+(?:ms|[dhms]))+/g, '')
    .replace(/"([\w.@+-]+)"/g, '$1')
    .replace(/\{([^{}]*)\}/g, (_, list: string) => `{ ${sorted(list)} }`)
    .replace(/\bct state (?:\{ )?([a-z]+(?:, ?[a-z]+)+)(?: \})?/g, (_, list: string) => {
      return `ct state ${sorted(list).replaceAll(', ', ',')}`
    })
    .replace(/\b(?:meta l4proto|ip protocol|ip6 nexthdr) (\w+) (?=\1 )/g, '')
    .replace(/\b(dport|sport) ([a-z][\w-]*)/g, (_, word: string, name: string) => {
      return `${word} ${portOf(name) ?? name}`
    })
    .replace(/\breject with icmp(?:x|v6)?(?: type)? port-unreachable/g, 'reject')
    .replace(/\s+/g, ' ')
    .trim()
}

function hookText(given: string, table: string): string {
  const names = table.startsWith('bridge') ? BRIDGE_PRIORITIES : PRIORITIES
  return given
    .replace(
      /priority (\w+)(?: ([+-]) (\d+))?/,
      (all, name: string, sign?: string, by?: string) => {
        const base = /^\d+$/.test(name) ? Number(name) : names.get(name)
        if (base === undefined) return all
        return `priority ${base + (by === undefined ? 0 : Number(`${sign}${by}`))}`
      },
    )
    .replace(/\s+/g, ' ')
    .trim()
}

const ruleOf = (text: string): ListedRule => ({ text, fields: new Map([['rule', ruleText(text)]]) })

/** `elements = { 10.0.0.1, … }` over several lines becomes one. */
function joined(lines: readonly string[]): string[] {
  const whole: string[] = []
  for (const line of lines) {
    const last = whole.at(-1)
    const isOpen = last !== undefined && /=\s*\{[^}]*$/.test(last)
    if (isOpen) whole[whole.length - 1] = `${last} ${line.trim()}`
    else whole.push(line)
  }
  return whole
}

function addLine(chain: ListedChain, line: string): void {
  const [, hook, policy] = /^(type .*?);(?:\s*policy (\w+);)?/.exec(line) ?? []
  if (hook !== undefined && / hook /.test(hook)) {
    chain.hook = hookText(hook, chain.table)
    chain.policy = (policy ?? 'accept').toUpperCase()
    return
  }
  chain.rules.push(ruleOf(line))
}

/** Reads `nft list ruleset`, `table`, `chain` and `set`. */
export function readNft(lines: readonly string[]): Ruleset {
  const ruleset: Ruleset = { chains: [], others: [], isElided: false }
  let table: string | undefined
  let chain: ListedChain | undefined
  for (const given of joined(lines)) {
    const line = given.trim()
    if (line === '') continue
    const [, newTable] = /^table (.*?) \{(?:\s*#.*)?$/.exec(line) ?? []
    const [, kind, name] =
      /^(chain|set|map|flowtable|counter|quota) (\S+) \{(?:\s*#.*)?$/.exec(line) ?? []
    if (isLeftOut(line)) ruleset.isElided = true
    else if (line.startsWith('#')) continue
    else if (newTable !== undefined) table = newTable
    else if (table === undefined) ruleset.others.push(line)
    else if (kind !== undefined && name !== undefined) {
      chain = { table, name: kind === 'chain' ? name : `${kind} ${name}`, rules: [] }
      ruleset.chains.push(chain)
    } else if (line === '}') {
      if (chain === undefined) table = undefined
      chain = undefined
    } else if (chain !== undefined) addLine(chain, line)
    else ruleset.others.push(line)
  }
  return ruleset
}

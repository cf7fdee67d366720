import { UsageError } from '../../errors.ts'
import type { RuleCounter } from '../../firewall/counters.ts'
import { firewallOf } from '../../firewall/iptables-firewall.ts'
import type { Family, Table } from '../../firewall/rule.ts'
import type { Node } from '../../lab/node.ts'
import { shellWord } from '../../names.ts'
import { checkOptions, oneOf, text, type Demand } from '../options.ts'

/** Where a rule is. */
export interface RulePlace {
  /** Default: any. */
  table?: Table
  /** Default: any. */
  chain?: string
  /** Default 4; 6 when the rule has an IPv6 address. */
  family?: Family
}

const placeDemands: Readonly<Record<string, Demand>> = {
  table: oneOf('raw', 'mangle', 'nat', 'filter'),
  chain: text,
  family: oneOf(4, 6),
}

const longNames: Readonly<Record<string, string>> = {
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--protocol': '-p',
  '--jump': '-j',
  '--goto': '-g',
  '--policy': '-P',
  '--source-port': '--sport',
  '--destination-port': '--dport',
}

/** An address alone is that of one host. */
function wholeAddress(word: string): string {
  if (word.includes('/')) return word
  return `${word}/${word.includes(':') ? 128 : 32}`
}

/**
 * What a rule says, option by option: `-o eth0 ! -s 10.0.1.0/24` is `-o eth0` and
 * `! -s 10.0.1.0/24`. iptables-save may order them in another way, and adds `-m tcp`.
 */
export function optionsOf(rule: string): string[] {
  const options: string[][] = []
  let isNegated = false
  for (const word of rule.trim().split(/\s+/)) {
    if (word === '!') isNegated = true
    else if (/^--?[A-Za-z]/.test(word)) {
      options.push([...(isNegated ? ['!'] : []), longNames[word] ?? word])
      isNegated = false
    } else {
      const option = options.at(-1) ?? []
      const isEnd = option.at(-1) === '-s' || option.at(-1) === '-d'
      option.push(isEnd ? wholeAddress(word) : word)
      if (options.length === 0) options.push(option)
    }
  }
  return options.map(option => option.join(' '))
}

/** Whether a rule says all that is wanted; it may say more. */
export function isRule(wanted: string | RegExp, { rule }: RuleCounter): boolean {
  if (wanted instanceof RegExp) return rule.search(wanted) >= 0
  const options = optionsOf(rule)
  return optionsOf(wanted).every(option => options.includes(option))
}

export function checkRule(matcher: string, rule: string | RegExp, place: RulePlace): void {
  checkOptions(matcher, place, placeDemands)
  if (rule instanceof RegExp) return
  if (typeof rule === 'string' && /^(! )?--?[A-Za-z]/.test(rule.trim())) return
  throw new UsageError(`${matcher}: ${JSON.stringify(rule)} is not what a rule says`, {
    code: 'TNET_RULE_INVALID',
    hint: "write it as iptables-save does after the chain's name: '-o eth0 -j MASQUERADE'",
  })
}

function familyOf(rule: string | RegExp, { family }: RulePlace): Family {
  if (family !== undefined || rule instanceof RegExp) return family ?? 4
  return /(^| )(-s|-d|--source|--destination) \S*:/.test(rule) ? 6 : 4
}

/** Every rule of a place, and those among them that are meant. */
export async function rulesOf(
  node: Node,
  wanted: string | RegExp,
  place: RulePlace,
): Promise<{ all: RuleCounter[]; found: RuleCounter[] }> {
  const { table, chain } = place
  const family = familyOf(wanted, place)
  const where = table === undefined ? { family } : { family, table }
  const counters = await firewallOf(node.netns).counters(where)
  const all = counters.filter(counter => chain === undefined || counter.chain === chain)
  return { all, found: all.filter(counter => isRule(wanted, counter)) }
}

/** As `iptables-save -c` prints it, with the table. */
export function ruleText({ table, chain, rule, packets }: RuleCounter): string {
  const text = rule.startsWith('-P ') ? `-P ${chain} ${rule.slice(3)}` : `-A ${chain} ${rule}`
  return `${table}: ${text} (${packets} packet${packets === 1 ? '' : 's'})`
}

/** `"-o eth0 -j MASQUERADE" in nat POSTROUTING`. */
export function wantedText(rule: string | RegExp, { table, chain }: RulePlace): string {
  const where = [table, chain].filter(word => word !== undefined).join(' ')
  const what = rule instanceof RegExp ? String(rule) : `"${rule}"`
  return what + (where === '' ? '' : ` in ${where}`)
}

export function saveCommand(rule: string | RegExp, place: RulePlace): string {
  const { table, chain } = place
  const tool = familyOf(rule, place) === 6 ? 'ip6tables' : 'iptables'
  const search = chain === undefined ? '' : ` | grep -e ${shellWord(chain)}`
  return `${tool}-save -c${table === undefined ? '' : ` -t ${table}`}${search}`
}

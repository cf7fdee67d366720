import { isLeftOut } from '../lines.ts'
import type { ListedChain, ListedRule, Ruleset } from './chain.ts'
import { icmpType, networkName, portNames, protocolName, sortedList } from './rule-field.ts'

const LONG: Readonly<Record<string, string>> = {
  '--protocol': '-p',
  '--proto': '-p',
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
  '--state': '--ctstate',
  '--destination-port': '--dport',
  '--source-port': '--sport',
  '--destination-ports': '--dports',
  '--source-ports': '--sports',
}
const FIELDS: Readonly<Record<string, string>> = {
  '-p': 'protocol',
  '-s': 'source',
  '-d': 'destination',
  '-i': 'in',
  '-o': 'out',
  '-j': 'target',
  '-g': 'goto',
  '--dport': 'destination port',
  '--sport': 'source port',
  '--comment': 'comment',
}
const VALUES: Readonly<Record<string, (value: string) => string>> = {
  '-p': protocolName,
  '-s': networkName,
  '-d': networkName,
  '--dport': portNames,
  '--sport': portNames,
  '--dports': portNames,
  '--sports': portNames,
  '--ctstate': sortedList,
  '--icmp-type': icmpType,
}

/** Words, with what stands in quotes as one. */
const wordsOf = (text: string): string[] =>
  (text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map(word => word.replace(/^"([\s\S]*)"$/, '$1'))

interface Option {
  name: string
  isNegated: boolean
  values: string[]
}

function optionsOf(text: string): Option[] {
  const options: Option[] = []
  let isNegated = false
  for (const word of wordsOf(text)) {
    const last = options.at(-1)
    if (word === '!') isNegated = true
    else if (/^--?[a-z]/i.test(word)) {
      options.push({ name: LONG[word] ?? word, isNegated, values: [] })
      isNegated = false
    } else if (last !== undefined) {
      // `-s ! 10.0.0.1`, as before 1.4.
      last.isNegated ||= isNegated
      isNegated = false
      last.values.push(word)
    }
  }
  return options
}

function readRule(text: string): ListedRule {
  const fields = new Map<string, string>()
  const options = optionsOf(text.replace(/ -c \d+ \d+/g, ''))
  for (const [i, { name, isNegated, values }] of options.entries()) {
    // A module says nothing beside its own options, and those follow it.
    if (name === '-m' && options[i + 1]?.name.startsWith('--') === true) continue
    const toName = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined
    const value = values.map(one => toName?.(one) ?? one).join(' ')
    if (value === 'any' || (name === '-p' && value === 'all')) continue
    if (name === '-m' && value === fields.get('protocol')) continue
    const field = FIELDS[name] ?? name
    const before = fields.get(field)
    const said = (isNegated ? '! ' : '') + value
    fields.set(field, before === undefined ? said : `${before} and ${said}`)
  }
  return { text, fields }
}

/** Reads `iptables -S` and `iptables-save`. */
export function readRules(lines: readonly string[]): Ruleset {
  const ruleset: Ruleset = { chains: [], others: [], isElided: false }
  let table = ''
  const known = new Map<string, ListedChain>()
  const chainOf = (name: string): ListedChain => {
    const before = known.get(`${table} ${name}`)
    if (before !== undefined) return before
    const chain: ListedChain = { table, name, rules: [] }
    known.set(`${table} ${name}`, chain)
    ruleset.chains.push(chain)
    return chain
  }
  const addPolicy = (name: string, policy: string) => {
    const chain = chainOf(name)
    if (policy !== '-') chain.policy = policy
  }
  for (const given of lines) {
    const line = given.trim()
    const [, newTable] = /^\*(\w+)$/.exec(line) ?? []
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? /^-P (\S+) (\S+)/.exec(line) ?? []
    const [, made] = /^-N (\S+)/.exec(line) ?? []
    const [, appended, rule = ''] = /^(?:\[\d+:\d+\] )?-A (\S+) ?(.*)$/.exec(line) ?? []
    if (isLeftOut(line)) ruleset.isElided = true
    else if (newTable !== undefined) table = newTable
    else if (name !== undefined && policy !== undefined) addPolicy(name, policy)
    else if (made !== undefined) chainOf(made)
    else if (appended !== undefined) chainOf(appended).rules.push(readRule(rule))
    else if (line !== '' && line !== 'COMMIT' && !line.startsWith('#')) ruleset.others.push(line)
  }
  return ruleset
}

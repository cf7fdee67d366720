import type { Comparison, Difference } from '../comparison.ts'
import { isSameLine } from '../lines.ts'
import { align, gaps } from '../text/alignment.ts'
import { chainKeys, type ListedChain, type ListedRule, type Ruleset } from './chain.ts'
import { foreignMakers, makerOf, ruleMaker } from './foreign-chain.ts'

const made = (maker: string) => `${maker} made it on the machine of the document`

const keyOf = ({ fields }: ListedRule) =>
  JSON.stringify([...fields].sort(([a], [b]) => (a < b ? -1 : 1)))

/** What differs between two rules, if it is one matter. */
function onlyField(shown: ListedRule, seen: ListedRule): string | undefined {
  const names = new Set([...shown.fields.keys(), ...seen.fields.keys()])
  const other = [...names].filter(name => shown.fields.get(name) !== seen.fields.get(name))
  return other.length === 1 ? other[0] : undefined
}

interface Rule {
  rule: ListedRule
  /** In its chain, from 1. */
  number: number
}

const numbered = (rules: readonly ListedRule[]): Rule[] =>
  rules.map((rule, i) => ({ rule, number: i + 1 }))

/** Rules that are not where they are shown, beside those that are there instead. */
function gapDifferences(
  missing: readonly Rule[],
  extra: readonly Rule[],
  chain: string,
): Difference[] {
  const left = [...extra]
  const pairs = missing.map(({ rule, number }): Difference => {
    const close = left.findIndex(other => onlyField(rule, other.rule) !== undefined)
    const at = close === -1 && missing.length === extra.length ? 0 : close
    const [instead] = at === -1 ? [] : left.splice(at, 1)
    const field = instead && onlyField(rule, instead.rule)
    const what = `${field === undefined || field === 'rule' ? '' : `${field} of `}rule ${number} of ${chain}`
    return { what, shown: rule.text, ...(instead === undefined ? {} : { seen: instead.rule.text }) }
  })
  const more = left.map(({ rule, number }) => ({
    what: `rule ${number} of ${chain}`,
    seen: rule.text,
  }))
  return [...pairs, ...more]
}

function compareRules(
  chain: string,
  {
    shown,
    seen,
    makers,
    isElided,
  }: { shown: ListedChain; seen: ListedChain; makers: ReadonlySet<string>; isElided: boolean },
): Comparison {
  const comparison: Comparison = { differences: [], explained: [], leftOut: [] }
  const wanted = numbered(shown.rules)
  const given = numbered(seen.rules)
  const own = wanted.filter(({ rule }) => {
    const maker = ruleMaker(rule, makers)
    const isHere = maker === undefined || seen.rules.some(other => keyOf(other) === keyOf(rule))
    if (!isHere) {
      const what = `rule of ${chain}`
      comparison.explained.push({ what, shown: rule.text, explanation: made(maker) })
    }
    return isHere
  })
  const alignment = align(own, given, (a, b) => keyOf(a.rule) === keyOf(b.rule))
  for (const gap of gaps(alignment)) {
    const missing = gap.missing.flatMap(i => own[i] ?? [])
    const extra = gap.extra.flatMap(j => given[j] ?? [])
    const differences = gapDifferences(missing, extra, chain)
    for (const one of differences) {
      if (isElided && one.shown === undefined) comparison.leftOut.push(one.seen ?? '')
      else comparison.differences.push(one)
    }
  }
  return comparison
}

/** `policy DROP, 2 rules`. */
function chainText({ policy, rules }: ListedChain): string {
  const count = `${rules.length} rule${rules.length === 1 ? '' : 's'}`
  return policy === undefined ? count : `policy ${policy}, ${count}`
}

/** A chain that drops nothing and does nothing. */
const isIdle = ({ policy, rules }: ListedChain) => policy === 'ACCEPT' && rules.length === 0

function compareOthers(shown: Ruleset, seen: Ruleset): Comparison {
  const lacking = (lines: readonly string[], among: readonly string[]) =>
    lines.filter(line => !among.some(other => isSameLine(line, other)))
  const isQuiet = (line: string) => /^#|Warning:/.test(line)
  const missing = lacking(shown.others, seen.others).map(line => ({ what: 'line', shown: line }))
  const extra = lacking(seen.others, shown.others)
  return {
    differences: [
      ...missing,
      ...extra.filter(line => !isQuiet(line)).map(line => ({ what: 'line', seen: line })),
    ],
    explained: [],
    leftOut: extra.filter(isQuiet),
  }
}

function compareChain(
  name: string,
  pair: { shown: ListedChain; seen: ListedChain; makers: ReadonlySet<string>; isElided: boolean },
): Comparison {
  const { shown, seen } = pair
  const comparison = compareRules(name, pair)
  const fact = (what: string, wanted?: string, given?: string) => {
    if (wanted === undefined || wanted === given) return
    comparison.differences.push({
      what,
      shown: wanted,
      ...(given === undefined ? {} : { seen: given }),
    })
  }
  fact(`policy of ${name}`, shown.policy, seen.policy)
  fact(`hook of ${name}`, shown.hook, seen.hook)
  return comparison
}

/**
 * Chains by name, rules in their order. A built-in chain that lets everything pass and has no rules
 * need not be shown; chains of Docker and the like, with what leads to them, need not be here.
 */
export function compareRulesets(shown: Ruleset, seen: Ruleset): Comparison {
  const [wanted, given] = [chainKeys(shown.chains), chainKeys(seen.chains)]
  const makers = foreignMakers(shown.chains, seen.chains)
  const all = compareOthers(shown, seen)
  for (const [name, chain] of wanted) {
    const partner = given.get(name)
    const maker = makerOf(chain.name)
    if (partner !== undefined) {
      const one = compareChain(name, {
        shown: chain,
        seen: partner,
        makers,
        isElided: shown.isElided,
      })
      all.differences.push(...one.differences)
      all.explained.push(...one.explained)
      all.leftOut.push(...one.leftOut)
      continue
    }
    const difference = { what: `chain ${name}`, shown: chainText(chain) }
    if (maker !== undefined && makers.has(maker)) {
      all.explained.push({ ...difference, explanation: made(maker) })
    } else all.differences.push(difference)
  }
  for (const [name, chain] of given) {
    if (wanted.has(name)) continue
    if (shown.isElided || isIdle(chain)) all.leftOut.push(`chain ${name}`)
    else all.differences.push({ what: `chain ${name}`, seen: chainText(chain) })
  }
  return all
}

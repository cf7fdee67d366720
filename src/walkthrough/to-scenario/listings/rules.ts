import type { ListedRule, Ruleset } from '../../compare/firewall/chain.ts'
import { readListing } from '../../compare/firewall/iptables-listing.ts'
import { readRules } from '../../compare/firewall/iptables-rules.ts'
import { stringLiteral } from '../code/literal.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { code, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'

/** Columns of `iptables -L`, as `iptables-save` spells them. */
const OPTIONS: Readonly<Record<string, string>> = {
  protocol: '-p',
  source: '-s',
  destination: '-d',
  in: '-i',
  out: '-o',
  target: '-j',
}

/** A row in the words of a rule; undefined: what stands behind its columns is said in other words. */
function ruleOf({ fields }: ListedRule): string | undefined {
  const words = [...fields].map(([field, value]) => {
    const option = Object.hasOwn(OPTIONS, field) ? OPTIONS[field] : undefined
    if (option === undefined || value.includes(' ')) return undefined
    return value.startsWith('!') ? `! ${option} ${value.slice(1)}` : `${option} ${value}`
  })
  const order = Object.values(OPTIONS)
  const rank = (text: string) => order.findIndex(option => text.includes(option))
  if (!words.every(word => word !== undefined)) return undefined
  return words.toSorted((a, b) => rank(a) - rank(b)).join(' ')
}

function expectations(
  node: NodeSymbol,
  { chains, others }: Ruleset,
  {
    table,
    textOf,
  }: { table: string | undefined; textOf: (rule: ListedRule) => string | undefined },
): Statement[] {
  const rules = chains.flatMap(chain => {
    const place = objectLiteral({ table, chain: chain.name })
    const policy =
      chain.policy === undefined || chain.policy === 'ACCEPT' ? [] : [`-P ${chain.policy}`]
    return [...policy, ...chain.rules.map(textOf)].map(text =>
      text === undefined
        ? undefined
        : code`await expect(${node}).toHaveRule(${stringLiteral(text)}, ${place})`,
    )
  })
  return others.length === 0 && rules.every(rule => rule !== undefined) ? rules : []
}

/** `iptables -S`, `iptables -L`: rules, in the words that `toHaveRule` takes. */
export function listedRules(
  node: NodeSymbol,
  lines: readonly string[],
  args: readonly string[],
): Statement[] | undefined {
  const at = args.findIndex(arg => arg === '-t' || arg === '--table')
  const table = at < 0 ? undefined : args[at + 1]
  if (args.some(arg => /^(?:-S|--list-rules)$/.test(arg))) {
    return expectations(node, readRules(lines), { table, textOf: ({ text }) => text })
  }
  if (!args.some(arg => /^(?:-[a-zA-Z]*L|--list$)/.test(arg))) return undefined
  return expectations(node, readListing(lines), { table, textOf: ruleOf })
}

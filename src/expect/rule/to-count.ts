import { UsageError } from '../../errors.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Node } from '../../lab/node.ts'
import type { Check } from '../check.ts'
import { lines } from '../node/kernel-state.ts'
import { isNumberOf, numberDemand, numberText, type NumberOf } from '../number-of.ts'
import { checkOptions } from '../options.ts'
import {
  checkRule,
  rulesOf,
  ruleText,
  saveCommand,
  wantedText,
  type RulePlace,
} from './rule-match.ts'

export interface CountOptions extends RulePlace {
  /** How many more. Default `{ atLeast: 1 }`. */
  packets?: NumberOf
}

async function counted(node: Node, rule: string | RegExp, place: RulePlace) {
  const { all, found } = await rulesOf(node, rule, place)
  const shown = lines((found.length > 0 ? found : all).map(ruleText), 'no rule')
  if (found.length > 0) {
    return { packets: found.reduce((sum, each) => sum + each.packets, 0), shown }
  }
  throw new UsageError(`"${node.label}" has no rule ${wantedText(rule, place)} that could count`, {
    code: 'TNET_RULE_MISSING',
    hint: 'add it first; a typo must not pass for a rule that counts nothing',
    facts: { 'there are': shown },
  })
}

/** Runs `during` at once; what its rule counted since is looked at afterwards. */
export async function toCount(
  node: Node,
  rule: string | RegExp,
  during: () => unknown,
  options: CountOptions,
): Promise<Check> {
  const { packets = { atLeast: 1 }, ...place } = options
  checkOptions('toCount', { packets }, { packets: numberDemand })
  checkRule('toCount', rule, place)
  if (typeof during !== 'function') {
    throw new UsageError('toCount needs something during which to count', {
      code: 'TNET_OPTION_INVALID',
      hint: "expect(host).toCount('-j MASQUERADE', () => expect(web).toPing(outside))",
    })
  }
  const before = await counted(node, rule, place)
  await during()
  const what = wantedText(rule, place)
  const many = options.packets === undefined ? 'packets' : numberText(packets, 'packet')
  return {
    title: `${node.label} counts ${many} by rule ${what}`,
    negated: `${node.label} does not count ${many} by rule ${what}`,
    expected: `${numberText(packets, 'packet')} more`,
    unexpected: `not ${numberText(packets, 'packet')} more`,
    command: spelled(node.netns.name, saveCommand(rule, place)),
    look: async () => {
      const now = await counted(node, rule, place)
      const more = now.packets - before.packets
      return {
        ok: isNumberOf(more, packets),
        received: `${numberText(more, 'packet')} more\n${now.shown}`,
      }
    },
  }
}

import { UsageError } from '../../errors.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Node } from '../../lab/node.ts'
import type { Attempt, Check } from '../check.ts'
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

export interface RuleOptions extends RulePlace {
  /** What it must have counted since it was made; of several such rules, all together. */
  packets?: NumberOf
}

function nothingToCount(node: Node, text: string): UsageError {
  return new UsageError(`"${node.label}" has no rule ${text} that could count`, {
    code: 'TNET_RULE_MISSING',
    hint: 'look at what is there; a typo must not pass for a rule that counts nothing',
  })
}

export function toHaveRule(node: Node, rule: string | RegExp, options: RuleOptions): Check {
  const { packets, ...place } = options
  if (packets !== undefined) checkOptions('toHaveRule', { packets }, { packets: numberDemand })
  checkRule('toHaveRule', rule, place)
  const what = wantedText(rule, place)
  const text = packets === undefined ? what : `${what}, with ${numberText(packets, 'packet')}`
  return {
    title: `${node.label} has rule ${text}`,
    negated: `${node.label} does not have rule ${text}`,
    expected: packets === undefined ? what : numberText(packets, 'packet'),
    unexpected: packets === undefined ? `no ${what}` : `not ${numberText(packets, 'packet')}`,
    command: spelled(node.netns.name, saveCommand(rule, place)),
    look: async (): Promise<Attempt> => {
      const { all, found } = await rulesOf(node, rule, place)
      const counted = found.reduce((sum, each) => sum + each.packets, 0)
      const shown = lines((found.length > 0 ? found : all).map(ruleText), 'no rule')
      if (packets === undefined) return { ok: found.length > 0, received: shown }
      const unusable = found.length > 0 ? {} : { unusable: nothingToCount(node, what) }
      const ok = found.length > 0 && isNumberOf(counted, packets)
      return { ok, received: shown, ...unusable }
    },
  }
}

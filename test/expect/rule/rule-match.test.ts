import t from 'tap'
import type { RuleCounter } from '../../../src/firewall/counters.ts'
import { checkRule, isRule, optionsOf, ruleText } from '../../../src/expect/rule/rule-match.ts'

const counterOf = (rule: string): RuleCounter => ({
  family: 4,
  table: 'nat',
  chain: 'POSTROUTING',
  rule,
  target: '',
  packets: 1,
  bytes: 84,
})

const saved =
  '-s 10.0.1.0/24 ! -o blue -p tcp -m tcp --dport 80 -m comment --comment "a b" -j MASQUERADE'

const cases: readonly [wanted: string | RegExp, is: boolean][] = [
  ['-j MASQUERADE', true],
  ['-s 10.0.1.0/24 -j MASQUERADE', true],
  ['-j MASQUERADE -s 10.0.1.0/24', true],
  ['--jump MASQUERADE --source 10.0.1.0/24', true],
  ['-p tcp --dport 80', true],
  ['-p tcp --destination-port 80', true],
  ['! -o blue', true],
  ['-o blue', false],
  ['-p udp --dport 80', false],
  ['-p tcp --dport 8', false],
  ['-s 10.0.1.0', false],
  ['-j MASQ', false],
  [/dport 80\b/, true],
  [/dport 8\b/g, false],
]

for (const [wanted, is] of cases) {
  t.test(`${String(wanted)} is ${is ? '' : 'not '}what the rule says`, async t => {
    t.equal(isRule(wanted, counterOf(saved)), is)
  })
}

t.test('an address alone is that of one host', async t => {
  t.same(optionsOf('-s 10.0.1.2 -d 2001:db8::1'), ['-s 10.0.1.2/32', '-d 2001:db8::1/128'])
  t.same(optionsOf('! -s 10.0.1.2 -j DROP'), ['! -s 10.0.1.2/32', '-j DROP'])
})

t.test('a policy is a rule as well', async t => {
  t.ok(isRule('-P DROP', counterOf('-P DROP')))
  t.notOk(isRule('-P ACCEPT', counterOf('-P DROP')))
  t.equal(ruleText(counterOf('-P DROP')), 'nat: -P POSTROUTING DROP (1 packet)')
  t.equal(ruleText(counterOf('-j RETURN')), 'nat: -A POSTROUTING -j RETURN (1 packet)')
})

t.test('what no rule can say is refused', async t => {
  for (const wrong of ['', 'MASQUERADE', 'POSTROUTING -j MASQUERADE', undefined as never]) {
    t.throws(() => checkRule('toHaveRule', wrong, {}), { code: 'TNET_RULE_INVALID' })
  }
  t.throws(() => checkRule('toHaveRule', '-j DROP', { table: 'nta' as never }), {
    code: 'TNET_OPTION_INVALID',
  })
})

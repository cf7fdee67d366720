import t from 'tap'
import { restoreText, saveLine, shellText } from '../../src/firewall/rule-text.ts'
import { inTable, type RuleSet } from '../../src/firewall/rule.ts'

const set: RuleSet = {
  family: 4,
  forwardPolicy: 'DROP',
  chains: [{ table: 'filter', name: 'TNET-USER' }],
  rules: [
    inTable('filter', { at: 1 })`FORWARD -j TNET-USER`,
    inTable('nat')`POSTROUTING -s ${'10.0.1.0/24'} ! -o ${'blue'} -j MASQUERADE`,
  ],
}

t.test('a set is added table by table, chains before rules', async t => {
  t.equal(
    restoreText(set, 'add'),
    `*nat
-A POSTROUTING -s 10.0.1.0/24 ! -o blue -j MASQUERADE
COMMIT
*filter
-P FORWARD DROP
-N TNET-USER
-I FORWARD 1 -j TNET-USER
COMMIT
`,
  )
})

t.test('and removed by the same text, backwards', async t => {
  t.equal(
    restoreText(set, 'remove'),
    `*nat
-D POSTROUTING -s 10.0.1.0/24 ! -o blue -j MASQUERADE
COMMIT
*filter
-P FORWARD ACCEPT
-D FORWARD -j TNET-USER
-X TNET-USER
COMMIT
`,
  )
})

t.test('its shell spelling is the commands that a person would type', async t => {
  t.equal(
    shellText(set, 'add'),
    `iptables -t nat -A POSTROUTING -s 10.0.1.0/24 ! -o blue -j MASQUERADE
iptables -P FORWARD DROP
iptables -N TNET-USER
iptables -I FORWARD 1 -j TNET-USER`,
  )
  t.match(shellText({ ...set, family: 6 }, 'add'), /^ip6tables -t nat/)
})

t.test('an odd device name stays one word, in the file and in the shell', async t => {
  const rule = inTable('filter')`FORWARD -i ${`a"b\\c'd$(e)`} -j ACCEPT`
  t.equal(saveLine(rule), String.raw`-A FORWARD -i "a\"b\\c'd$(e)" -j ACCEPT`)
  t.equal(
    shellText({ family: 4, chains: [], rules: [rule] }, 'add'),
    String.raw`iptables -A FORWARD -i 'a"b\c'\''d$(e)' -j ACCEPT`,
  )
})

t.test('a list in a rule is so many words, none when it is empty', async t => {
  const none: string[] = []
  t.equal(
    saveLine(inTable('nat')`OUTPUT ${none} -j ${['DNAT', '--to', 'x']}`),
    '-A OUTPUT -j DNAT --to x',
  )
})

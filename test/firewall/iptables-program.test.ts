import '../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { lacksNfTables, programOf, restore } from '../../src/firewall/iptables-program.ts'
import { Netns } from '../../src/kernel/netns.ts'

type Test = { testdir(files: Record<string, string>): string; teardown(undo: () => void): void }

interface Reply {
  says?: string
  exitCode?: number
}

/** Programs first in PATH that say this and end so; `runs` counts how often one read something. */
function programs(t: Test, replies: Record<string, Reply>) {
  const scripts = Object.entries(replies).map(([name, { says = '', exitCode = 0 }]) => {
    return [
      name,
      `#!/bin/sh\ncat >/dev/null\necho >>"$0.runs"\necho "${says}" >&2\nexit ${exitCode}\n`,
    ]
  })
  const folder = t.testdir(Object.fromEntries(scripts) as Record<string, string>)
  for (const name of Object.keys(replies)) fs.chmodSync(`${folder}/${name}`, 0o755)
  const { PATH } = process.env
  process.env['PATH'] = `${folder}:${PATH}`
  t.teardown(() => (process.env['PATH'] = PATH))
  const runs = (name: string) =>
    fs.existsSync(`${folder}/${name}.runs`)
      ? fs.readFileSync(`${folder}/${name}.runs`, 'utf8').length
      : 0
  return { runs }
}

const rules = '*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n'
const badRule = {
  says: 'line 2: RULE_APPEND failed (No such file or directory): rule in chain POSTROUTING',
  exitCode: 4,
}
const noNfTables = {
  says: 'line 2: TABLE_ADD failed (Operation not supported): table nat',
  exitCode: 4,
}
const noTable = { says: "iptables-restore: unable to initialize table 'nat'", exitCode: 1 }

for (const [says, lacks] of [
  [
    'iptables-restore v1.8.9 (nf_tables): \nline 2: TABLE_ADD failed (Operation not supported): table nat',
    true,
  ],
  ['iptables v1.8.7 (nf_tables): Could not fetch rule set generation id: Invalid argument', true],
  ['iptables/1.8.10 Failed to initialize nft: Protocol not supported', true],
  [
    'iptables v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)',
    false,
  ],
  ['iptables/1.8.10 Failed to initialize nft: Permission denied', false],
  [badRule.says, false],
  ['', false],
] as const) {
  t.test(`"${says}" ${lacks ? 'means' : 'does not mean'} a kernel without nf_tables`, async t =>
    t.equal(lacksNfTables(says), lacks),
  )
}

t.test('a rule that nf_tables refuses is not tried elsewhere', async t => {
  using netns = new Netns({ label: 'alpha' })
  const { runs } = programs(t, { 'iptables-restore': badRule, 'iptables-legacy-restore': {} })
  t.match(await restore(netns, 4, rules), { ended: 'exit code 4' })
  t.equal(runs('iptables-legacy-restore'), 0)
})

t.test('without nf_tables and without legacy tables, the first refusal is told', async t => {
  using netns = new Netns({ label: 'alpha' })
  const { runs } = programs(t, {
    'iptables-restore': noNfTables,
    'iptables-legacy-restore': noTable,
  })
  t.match(await restore(netns, 4, rules), { stderr: /TABLE_ADD/, ended: 'exit code 4' })
  t.equal(runs('iptables-legacy-restore'), 1)
  t.equal(programOf(4, 'save'), 'iptables-save')
})

t.test('without nf_tables the legacy programs serve, from then on', async t => {
  using netns = new Netns({ label: 'alpha' })
  const { runs } = programs(t, {
    'iptables-restore': noNfTables,
    'iptables-legacy-restore': {},
    'ip6tables-restore': noNfTables,
    'ip6tables-legacy-restore': {},
  })
  t.match(await restore(netns, 4, rules), { ended: '' })
  t.match(await restore(netns, 4, rules), { ended: '' })
  t.match(await restore(netns, 6, rules), { ended: '' })
  t.same(
    [
      'iptables-restore',
      'iptables-legacy-restore',
      'ip6tables-restore',
      'ip6tables-legacy-restore',
    ].map(runs),
    [1, 2, 0, 1],
  )
  t.equal(programOf(4, 'save'), 'iptables-legacy-save')
})

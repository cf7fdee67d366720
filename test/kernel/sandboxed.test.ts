import '../sandboxed.ts'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import t from 'tap'

t.test('a sandboxed test sees no link of the machine', async t => {
  const links = JSON.parse(execFileSync('ip', ['-j', 'link'], { encoding: 'utf8' })) as unknown
  t.match(links, [{ ifname: 'lo', operstate: 'DOWN' }])
})

t.test('a sandboxed test is root of an empty /run/netns', async t => {
  t.equal(process.geteuid?.(), 0)
  t.strictSame(readdirSync('/run/netns'), [])
  execFileSync('ip', ['netns', 'add', 'blue'])
  t.strictSame(readdirSync('/run/netns'), ['blue'])
})

t.test('a sandboxed test sees no process of the machine', async t => {
  const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  t.ok(processes.length < 5, `it sees ${processes.length}`)
})

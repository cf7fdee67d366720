// Once, as an ordinary user: a script and a document need root in a sandbox alone.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { poll } from '../../src/poll.ts'
import { ended, scratch, start } from './command-line.ts'
import { machineState, processesWith } from './machine.ts'

t.setTimeout(600_000)

/** What differs from run to run, and from version to version. */
const settled = (text: string) =>
  text
    .replace(/tnet-lab \d+\.\d+\.\d+/g, 'tnet-lab 0.0.0')
    .replace(/time=[\d.]+ ms/g, 'time=0.1 ms')
    .replace(/^rtt .*$/gm, 'rtt min/avg/max/mdev = 0.1/0.1/0.1/0.0 ms')

const exported = (...args: string[]) => ended(start(['export', ...args]))
const golden = (name: string) => fs.readFileSync(`test/cli/export/${name}`, 'utf8')

/** A file of scenarios, given as text. */
function storyFile(t: { teardown: (undo: () => void) => void }, text: string): string {
  const file = path.join(scratch(t), 'story.ts')
  fs.writeFileSync(file, `import { expect, scenario } from 'tnet-lab'\n${text}`)
  return file
}

t.test('veth-pair as a script', async t => {
  const { exitCode, stdout, stderr } = await exported('veth-pair.ts')
  t.equal(exitCode, 0)
  t.equal(settled(stdout), golden('veth-pair.sh'))
  t.equal(stderr, 'export: it gives the same answers in an empty sandbox: 1 passed, 0 failed\n')
})

t.test('veth-pair as a document', async t => {
  const file = path.join(scratch(t), 'veth-pair.md')
  const { exitCode, stdout, stderr } = await exported('veth-pair.ts', '--format', 'md', '-o', file)
  t.equal(exitCode, 0)
  t.equal(stdout, '')
  t.equal(settled(fs.readFileSync(file, 'utf8')), golden('veth-pair.md.txt'))
  t.equal(stderr, `${file}: 20 commands, as they went in an empty sandbox\n`)
})

t.test('a document shows what fails, and what is refused, as it was seen', async t => {
  const { stdout } = await exported('docker-bridge.ts', '--format', 'md')
  t.match(stdout, /does not ping netns\\_B .*?1 packets transmitted, 0 received, 100% packet loss/s)
  t.match(stdout, /\$ ip netns exec host iptables -A FORWARD -i mybr0 -j ACCEPT\n```\n/)
})

const several = `export default [
  scenario('it\\'s \`$(one)\`', async ({ lab, step }) => {
    const host = await lab.host('名前')
    await step('日本語 “quoted” \\n # heading', () => expect(host).toPing('127.0.0.1'))
  }),
  scenario('two', async ({ lab }) => {
    await expect(await lab.host('名前')).toHaveLink('lo', { up: true })
  }),
]`

t.test('several scenarios of a file are one script, and each ends before the next', async t => {
  const file = storyFile(t, several)
  const { exitCode, stdout, stderr } = await exported(file)
  t.equal(exitCode, 0, stderr)
  t.match(stderr, /: 2 passed, 0 failed\n$/)
  t.match(stdout, /^scenario_1\nclean_up$.*^scenario_2\nclean_up$/ms)
})

t.test('--filter chooses one of them; a document is of one', async t => {
  const file = storyFile(t, several)
  const both = await exported(file, '--format', 'md')
  t.equal(both.exitCode, 2)
  t.match(
    both.stderr,
    /^UsageError TNET_EXPORT_SEVERAL: 2 scenarios .*--filter 'it'\\''s `\$\(one\)`'/s,
  )
  const one = await exported(file, '--format', 'md', '--filter', 'two')
  t.match(one.stdout, /^# two\n/)
})

const refusals: [why: string, args: string[], story: string, exitCode: number, said: RegExp][] = [
  ['no scenario', [], '', 2, /TNET_ARGUMENT_MISSING: which scenario\?/],
  ['two scenarios', ['a.ts', 'b.ts'], '', 2, /TNET_ARGUMENT_MISSING: one scenario at a time/],
  ['an unknown format', ['--format', 'pdf', 'veth-pair.ts'], '', 2, /--format takes sh or md/],
  ['an unknown file', ['veth-pear.ts'], '', 2, /did you mean scenarios\/veth-pair\.ts\?/],
  ['a folder', ['scenarios'], '', 2, /TNET_EXPORT_SEVERAL: scenarios is \d+ files/],
  [
    'one that fails',
    [],
    `export default scenario('s', async ({ lab }) => {
      await expect(await lab.host('host')).toPing('192.0.2.1')
    })`,
    1,
    /TNET_EXPORT_FAILED: "s" fails.*TNET_EXPECTATION.*no route.*tnet-lab run .*story\.ts/s,
  ],
  [
    'one that is skipped',
    [],
    `export default scenario.skip('s', { reason: 'needs two uplinks' }, async () => {})`,
    4,
    /TNET_EXPORT_SKIPPED: "s" is skipped here.*needs two uplinks.*--filter NAME/s,
  ],
  [
    'one that is expected to fail',
    [],
    `export default scenario.fails('s', async () => { throw new Error('issue 42') })`,
    2,
    /TNET_EXPORT_FAILS: "s" is expected to fail/,
  ],
  [
    'a place that is not there',
    ['-o', '/nowhere/at/all.sh'],
    `export default scenario('s', async ({ lab }) => { await lab.host('host') })`,
    2,
    /TNET_EXPORT_OUTPUT: could not write \/nowhere\/at\/all\.sh\n.*ENOENT/,
  ],
]

for (const [why, args, story, exitCode, said] of refusals) {
  t.test(`it says why it does not export: ${why}`, async t => {
    const result = await exported(...args, ...(story === '' ? [] : [storyFile(t, story)]))
    t.match(result.stderr, said)
    t.equal(result.exitCode, exitCode)
    t.equal(result.stdout, '')
  })
}

const byItself = `export default scenario('s', async ({ lab }) => {
  const host = await lab.host('host')
  const bridge = await host.bridge('br0', '10.0.0.1/24')
  const [web, app] = [await bridge.container('web'), await bridge.container('app')]
  await using site = await web.serve(80, () => 'hello')
  await app.fetch(site)
  await expect(app).toHaveNeighbour(web)
})`

t.test('what only the code of the scenario brings about is found, and named', async t => {
  const file = storyFile(t, byItself)
  const [refused, forced] = await Promise.all([exported(file), exported(file, '--force')])
  t.equal(refused.exitCode, 1)
  t.equal(refused.stdout, '')
  const said = /TNET_EXPORT_DIFFERS: .*\n {2}differ +app has neighbour web \(10\.0\.0\.2\)\n/
  t.match(refused.stderr, said)
  t.equal(forced.exitCode, 0)
  t.match(forced.stdout, /^expect 'app has neighbour web/m)
  t.match(forced.stderr, /it does not give the same answers:\napp has neighbour web/)
})

t.test('a script that is stopped half-way removes all that it made', async t => {
  const file = path.join(scratch(t), 'dnat.sh')
  t.equal((await exported('dnat-port-mapping.ts', '-o', file)).exitCode, 0)
  for (const [signal, code] of [
    ['INT', 130],
    ['TERM', 143],
    ['HUP', 129],
  ] as const) {
    // Jobs of a shell without job control do not hear SIGINT.
    const steps = `set -m
cp ${file} /run/dnat.sh
mount -t tmpfs tmpfs /tmp
bash /run/dnat.sh >/run/out & pid=$!
until grep -q '  ok' /run/out; do sleep 0.02; done
kill -${signal} $pid
wait $pid
echo "code $?, $(ip netns list | wc -l) namespaces, $(ls /tmp | wc -l) files"
for n in {1..50}; do ps ax | grep -q '[s]ocat' || break; sleep 0.1; done # until they are reaped
ps ax | grep -c '[s]ocat'
grep -c passed /run/out`
    const { stdout } = await ended(start(['sandbox', '--', 'bash', '-c', steps]))
    t.equal(stdout, `code ${code}, 0 namespaces, 0 files\n0\n0\n`, signal)
  }
})

t.test('Ctrl-C ends an export, and leaves nothing', async t => {
  const before = machineState()
  const marker = randomUUID()
  const file = path.join(scratch(t), 'macvlan.sh')
  const child = start(['export', 'macvlan.ts', '-o', file], { env: { TNET_TEST_MARKER: marker } })
  const end = ended(child)
  await poll(() => (processesWith(marker).length > 2 ? true : undefined), { timeoutMs: 60_000 })
  child.kill('SIGINT')
  t.equal((await end).exitCode, 130)
  t.notOk(fs.existsSync(file))
  t.equal(
    await poll(() => (processesWith(marker).length === 0 ? 0 : undefined), { timeoutMs: 30_000 }),
    0,
  )
  t.strictSame(machineState(), before)
})

t.test('a script leaves alone what was there before', async t => {
  const file = path.join(scratch(t), 'veth-pair.sh')
  await exported('veth-pair.ts', '-o', file)
  const steps = `ip netns add ns2; bash ${file}; echo "code $?, $(ip netns list)"`
  const { stdout, stderr } = await ended(start(['sandbox', '--', 'bash', '-c', steps]))
  t.match(stdout, /^code 1, ns2\n$/)
  t.match(stderr, /^there is a network namespace ns2 already, and it is not mine\n/)
})

t.test('--help shows how', async t => {
  const { exitCode, stdout } = await exported('--help')
  t.equal(exitCode, 0)
  t.match(stdout, /^Usage: tnet-lab export SCENARIO/)
  t.match(stdout, /tnet-lab sandbox -- bash docker-bridge\.sh/)
})

// Once, as an ordinary user: a script and a document need root in a sandbox alone.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start, type Ended } from './command-line.ts'

t.setTimeout(600_000)

const CANNOT = /the kernel has no (gre|ipip|vlan)/

/** What each says of itself: as many as the scenario expects. */
const counts: Record<string, string> = {
  'bridge-veth-iptables': '21 passed, 0 failed',
  'cross-host-across-routers': '29 passed, 0 failed',
  'cross-host-custom-encapsulation': '5 passed, 0 failed, 20 left out',
  'cross-host-gre': '28 passed, 0 failed',
  'cross-host-host-gw': '27 passed, 0 failed',
  'cross-host-ipam-etcd': '1 passed, 0 failed, 2 left out',
  'cross-host-ipam-etcd-cluster': '2 passed, 0 failed',
  'cross-host-ipip': '27 passed, 0 failed',
  'cross-host-port-mapping': '20 passed, 0 failed',
  'cross-host-routed': '35 passed, 0 failed',
  'cross-host-vxlan': '29 passed, 0 failed',
  'cross-host-vxlan-flat': '31 passed, 0 failed',
  'dnat-port-mapping': '12 passed, 0 failed',
  'docker-bridge': '5 passed, 0 failed',
  'linux-bridge': '9 passed, 0 failed',
  macvlan: '40 passed, 0 failed',
  'masquerade-and-snat': '8 passed, 0 failed',
  'network-lifecycle': '10 passed, 0 failed',
  'overlay-or-routes': '15 passed, 0 failed',
  'routing-between-bridges': '6 passed, 0 failed',
  'two-hosts-one-network': '7 passed, 0 failed',
  'veth-pair': '1 passed, 0 failed',
  vlan: '43 passed, 0 failed, 1 left out',
}
/** Where the script that is written differs most from the one that was tried. */
const runAgain = ['cross-host-across-routers', 'docker-bridge']

const folder = scratch(t)
const fileOf = (name: string) => path.join(folder, `${name}.sh`)
const names = Object.keys(counts)
const waiting = [...names]
const results = new Map<string, Ended>()
const complaints = new Map<string, Ended>()

/** Most of the time they wait for what does not come. */
async function exportNext(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const args = ['export', `scenarios/${name}.ts`, '--output', fileOf(name)]
    results.set(name, await ended(start(args)))
    const check = spawn('shellcheck', [fileOf(name)], { stdio: ['ignore', 'pipe', 'pipe'] })
    complaints.set(name, await ended(check))
  }
}
await Promise.all([exportNext(), exportNext(), exportNext()])

t.test('there is a script of every scenario', async t => {
  const files = fs.readdirSync('scenarios').filter(name => name.endsWith('.ts'))
  t.strictSame(files.map(name => path.basename(name, '.ts')).sort(), names.toSorted())
})

for (const name of names) {
  t.test(`the script of ${name} gives the answers of the scenario`, async t => {
    const { exitCode, stderr } = results.get(name) as Ended
    t.equal(exitCode, 0, stderr)
    const lacks = CANNOT.exec(stderr)
    if (lacks !== null) t.comment(`not tried: ${lacks[0]}`)
    else t.match(stderr, `it gives the same answers in an empty sandbox: ${counts[name]}\n`)
  })
}

for (const name of runAgain) {
  t.test(`so does what was written of ${name}`, async t => {
    const { exitCode, stdout } = await ended(start(['sandbox', '--', 'bash', fileOf(name)]))
    t.equal(exitCode, 0)
    t.match(stdout, new RegExp(`\n${counts[name]}\n$`))
  })
}

t.test('where the kernel lacks something, a script says so and ends with 4', async t => {
  const lacking = names.filter(name => CANNOT.test(results.get(name)?.stderr ?? ''))
  for (const name of lacking) {
    const { exitCode, stdout, stderr } = await ended(start(['sandbox', '--', 'bash', fileOf(name)]))
    t.equal(exitCode, 4)
    t.equal(stdout, '')
    t.match(stderr, /^cannot be done here: the kernel has no (gre|ipip|vlan)\n$/)
  }
})

t.test('without root a script does nothing', async t => {
  const { status, stderr } = spawnSync('bash', ['-s'], {
    encoding: 'utf8',
    input: fs.readFileSync(fileOf('veth-pair'), 'utf8'),
    ...(process.getuid?.() === 0 ? { uid: 65534 } : {}),
  })
  t.equal(status, 4)
  t.match(stderr, /^this needs root/)
})

t.test('shellcheck has nothing to say about any of them', async t => {
  for (const name of names) t.same(complaints.get(name), { exitCode: 0, stdout: '', stderr: '' })
})

// Once, as an ordinary user: a script and a document need root in a sandbox alone.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from './command-line.ts'

t.setTimeout(600_000)

/** Exports scenarios that are given as text; what is written is in files of that name. */
async function exported(t: { teardown: (undo: () => void) => void }, text: string) {
  const folder = scratch(t)
  const file = path.join(folder, 'story.ts')
  fs.writeFileSync(file, `import { expect, scenario } from 'tnet-lab'\n${text}`)
  const [script, document] = [path.join(folder, 'story.sh'), path.join(folder, 'story.md')]
  return {
    script,
    document,
    read: () => fs.readFileSync(script, 'utf8'),
    asScript: () => ended(start(['export', file, '-o', script])),
    asDocument: () => ended(start(['export', file, '--format', 'md', '-o', document])),
    walked: () => ended(start(['walk', document, '--report', folder])),
    checked: () => ended(spawn('shellcheck', [script], { stdio: ['ignore', 'pipe', 'pipe'] })),
  }
}

const clean = { exitCode: 0, stdout: '', stderr: '' }

const stories: [what: string, said: string, story: string][] = [
  [
    'a container may be called as a word of ip',
    '4 passed, 0 failed',
    `const host = await lab.host('host')
    const bridge = await host.bridge('br', '10.0.0.1/24')
    const [a, name] = await bridge.containers(['a', 'name'])
    await expect(a).toPing(name)
    await host.$\`ip link set dev a down\`
    await expect(a).not.toPing(name)
    await (await host.link('a')).up()
    await expect(a).toPing(name)
    await (await host.link('name')).delete()
    await expect(host).not.toHaveLink('name')`,
  ],
  [
    'a server answers both families, and knows who asks',
    '3 passed, 0 failed',
    `const wan = await lab.segment('wan')
    const alpha = await wan.join('alpha', '192.0.2.1/24')
    const beta = await wan.join('beta', '192.0.2.2/24')
    await (await alpha.link('eth0')).addAddress('2001:db8::1/64')
    await (await beta.link('eth0')).addAddress('2001:db8::2/64')
    await using _site = await beta.serve(80, request => 'you are ' + request.peer)
    await expect(alpha).toCurl('http://[2001:db8::2]/', { body: 'you are 2001:db8::1' })
    await expect(alpha).toCurl('http://192.0.2.2/', { body: 'you are 192.0.2.1' })
    await expect(alpha).toReach({ address: '2001:db8::2', port: 80 })`,
  ],
  [
    'a pattern is for the body, and the status for itself',
    '6 passed, 0 failed',
    `const host = await lab.host('host')
    await using _site = await host.serve(80, () => 'hello\\nworld')
    const url = 'http://127.0.0.1/'
    await expect(host).toCurl(url, { body: /^hello\\nworld$/ })
    await expect(host).toCurl(url, { status: 200, body: /^hello\\nworld$/ })
    await expect(host).toCurl(url, { status: 200, body: /[$]|world$/ })
    await expect(host).toCurl(url, { status: 200, body: /^hello$/m })
    await expect(host).not.toCurl(url, { status: 404, body: /hello|world/ })
    await expect(host).not.toCurl(url, { status: 200, body: /hello$/ })`,
  ],
  [
    'an answer that is too long to be told is left out, its status is not',
    '1 passed, 0 failed, 1 left out',
    `const host = await lab.host('host')
    const text = 'hello '.repeat(100)
    await using _site = await host.serve(80, () => ({ status: 404, body: text }))
    await expect(host).toCurl('http://127.0.0.1/', { status: 404 })
    await expect(host).toCurl('http://127.0.0.1/', { status: 404, body: /hello/ })`,
  ],
  [
    'what was not so, and did not matter to the scenario, is left out',
    '1 passed, 0 failed, 1 left out',
    `const host = await lab.host('host')
    await expect(host).toPing('127.0.0.1')
    await expect(host).toHaveLink('eth9').catch(() => {})`,
  ],
  [
    'commands end as they did, whatever a shell has to know for that',
    '1 passed, 0 failed',
    `const [host, other] = [await lab.host('host'), await lab.host('a b')]
    await expect(host).toPing('127.0.0.1')
    await host.$\`exit 7\`.nothrow()
    await host.$\`no-such-tool --help\`.nothrow()
    await host.$\`false\`.nothrow()
    await host.$\`! false\`
    await host.$\`LANG=C ip link show lo\`
    await host.$\`cd /proc\`
    await host.$\`
      ip link show lo
      ip route
    \`
    await other.$\`ping -c 1 \${'a b'}\`.nothrow()`,
  ],
  [
    'commands find others by their names, in URLs too',
    '0 passed, 0 failed',
    `const host = await lab.host('host')
    const web = await (await host.bridge('br0', '10.0.0.1/24')).container('web')
    await using _site = await web.serve(80, () => 'hello')
    await host.$\`curl -s http://web/\`
    await host.$\`curl -s web:80/\`
    await host.$\`curl -s http://web/hello | grep -c hello\``,
  ],
  [
    'names and titles that mean something to a shell',
    '1 passed, 0 failed',
    `const host = await lab.host('do')
    await step('it\\'s $(one)', () => expect(host).toPing('127.0.0.1'))`,
  ],
  ['nothing at all', '0 passed, 0 failed', ''],
]

for (const [what, said, story] of stories) {
  t.test(`in a script and in a document: ${what}`, async t => {
    const text = `export default scenario('s', async ({ lab, step }) => {\n${story}\n})`
    const { asScript, asDocument, walked, checked } = await exported(t, text)
    const { exitCode, stderr } = await asScript()
    t.equal(exitCode, 0, stderr)
    t.match(stderr, `it gives the same answers in an empty sandbox: ${said}\n`)
    t.same(await checked(), clean)
    const document = await asDocument()
    t.equal(document.exitCode, 0, document.stderr)
    const walk = await walked()
    t.equal(walk.exitCode, 0, walk.stdout)
  })
}

t.test('a command that failed in the scenario, and does not in the script, ends it', async t => {
  const text = `export default scenario('s', async ({ lab }) => {
    const host = await lab.host('host')
    await host.$\`ls /no/such/folder\`.nothrow()
  })`
  const { script, read, asScript } = await exported(t, text)
  t.equal((await asScript()).exitCode, 0)
  fs.writeFileSync(script, read().replace('ls /no/such/folder', 'ls /'))
  const { exitCode, stdout, stderr } = await ended(start(['sandbox', '--', 'bash', script]))
  t.equal(exitCode, 1)
  t.notMatch(stdout, 'passed')
  t.match(stderr, 'this ends with 0, and not with 2: ip netns exec host ls /\n')
})

t.test('flows that are forgotten are neither expected nor refused', async t => {
  const text = `export default scenario('s', async ({ lab }) => {
    const host = await lab.host('host')
    const network = await lab.network('blue', { subnet: '10.0.0.0/24', hosts: [host] })
    await host.container('web', { network, publish: ['53:53/udp'] })
  })`
  const { read, asScript } = await exported(t, text)
  t.equal((await asScript()).exitCode, 0)
  t.match(read(), /^ip netns exec host conntrack -D -p udp .*\|\| true$/m)
})

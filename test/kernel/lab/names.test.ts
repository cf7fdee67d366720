import '../../sandboxed.ts'
import t from 'tap'
import { Lab } from '../../../src/lab/lab.ts'

const labels = [
  'a'.repeat(200),
  'the shop behind the load balancer',
  `it's "quoted"`,
  '$(touch /run/owned)',
  '`reboot`; rm -rf /',
  'two\nlines',
  '日本語',
  '-n',
  '.',
  '..',
  '/etc/passwd',
  'lo',
  'eth0',
  '%s%n',
]

for (const label of labels) {
  t.test(`a container may be called ${JSON.stringify(label.slice(0, 40))}`, async t => {
    await using lab = new Lab()
    const alpha = await lab.host('alpha')
    const blue = await alpha.bridge('blue', '10.0.1.1/24')
    const container = await blue.container(label)
    t.equal(container.label, label)
    t.equal((await container.$`hostname`).stdout.trim(), container.netns.name)
    const { stdout } = await alpha.$`ip netns exec ${container.netns.name} ip -br addr show eth0`
    t.match(stdout, '10.0.1.2/24')
    t.equal((await alpha.$({ nothrow: true })`ls /run/owned`).exitCode, 2)
  })
}

t.test('two labels that look alike to the kernel stay two', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const long = 'container-with-a-long-name-'
  const one = await blue.container(`${long}1`)
  const two = await blue.container(`${long}2`)
  t.not(one.netns.name, two.netns.name)
  const ports = (await alpha.links()).filter(link => link.kind === 'veth')
  t.equal(new Set(ports.map(link => link.name)).size, 2)
})

t.test('the same label is fine on another host, not twice on one', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const beta = await lab.host('beta')
  await alpha.container('web')
  const other = await beta.container('web')
  t.equal(other.netns.name, 'beta-web')
  await t.rejects(alpha.container('web'), { name: 'UsageError', code: 'TNET_NAME_TAKEN' })
  await t.rejects(lab.host('alpha'), { name: 'UsageError', code: 'TNET_NAME_TAKEN' })
  await t.rejects(lab.host(''), { name: 'UsageError' })
})

t.test('a link name that the kernel does not take is refused before it is asked', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const before = await alpha.snapshot()
  for (const name of ['', 'a'.repeat(16), 'a b', 'a/b', 'a:b', '.', '..', '日本語日本語']) {
    await t.rejects(alpha.veth(name, { name: 'peer' }), { code: 'TNET_LINK_NAME_INVALID' })
    await t.rejects(alpha.veth('end', { name }), { code: 'TNET_LINK_NAME_INVALID' })
  }
  t.strictSame(await alpha.snapshot(), before)
})

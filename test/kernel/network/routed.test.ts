import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import type { LabNetwork } from '../../../src/lab/lab-network.ts'
import { addressOf, keptIn, network, sixContainers, stateOf, threeHosts } from './cross-host.ts'
import { ask, askBlocked, pings, whoami } from './probes.ts'

t.setTimeout(600_000)

/** A node's IPv4 routes as `ip route` prints them, without what comes with its addresses. */
async function routesOf(node: Host | Container): Promise<string[]> {
  const { stdout } = await node.$`ip -4 route`
  return stdout
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.includes('proto kernel'))
    .sort()
}

/** The host's end of a container's link. */
async function hostEnd(container: Container) {
  const { peer } = await (await container.link('eth0')).info()
  const links = await container.host.links()
  const end = links.find(({ index }) => index === peer)
  if (end === undefined) throw new Error(`no peer of ${container} on ${container.host}`)
  return end
}

const routed = { driver: 'routed' }
/** Four blocks of four addresses. */
const small = { ...routed, subnet: '10.244.0.0/28', blockPrefix: 30, blocksPerHost: 1 }

async function many(host: Host, network: LabNetwork, count: number): Promise<Container[]> {
  const all: Container[] = []
  for (let n = 1; n <= count; n++) all.push(await host.container(`${host}${n}`, { network }))
  return all
}

t.test(
  'K1, K2: a /26 for each host, a route for each container, a blackhole for the rest',
  async t => {
    await using w = await sixContainers(routed)
    const { name } = await hostEnd(w.a1)
    const other = await hostEnd(w.a2)
    t.match(name, /^cali[0-9a-f]{3}-a1$/)
    t.same(await routesOf(w.alpha), [
      `10.244.0.0 dev ${name} scope link`,
      `10.244.0.1 dev ${other.name} scope link`,
      '10.244.0.128/26 via 192.0.2.3 dev eth0',
      '10.244.0.64/26 via 192.0.2.2 dev eth0',
      '169.254.1.1 dev eth0 scope link',
      'blackhole 10.244.0.0/26',
    ])
  },
)

t.test('K3: the container has a /32, and one way out, which its host answers for', async t => {
  await using w = await sixContainers(routed)
  await expect(w.a1).toHaveAddress('10.244.0.0/32')
  t.same(await routesOf(w.a1), [
    '169.254.1.1 dev eth0 scope link',
    'default via 169.254.1.1 dev eth0',
  ])
  await expect(w.a1).toPing(w.c1)
  await expect(w.a1).toHaveNeighbour('169.254.1.1', { mac: 'ee:ee:ee:ee:ee:ee' })
  t.equal((await hostEnd(w.a1)).mac, 'ee:ee:ee:ee:ee:ee')
})

t.test('K3: the first ping does not wait until the kernel answers for somebody else', async t => {
  await using w = await sixContainers(routed)
  const { name } = await hostEnd(w.a1)
  const delay = `net/ipv4/neigh/${name}/proxy_delay`
  t.equal(await w.alpha.sysctl(delay), '0')
  await expect(w.a1).toPing(w.b1)
  // Any number of hundredths of a second below this one, by lot.
  await w.alpha.sysctl(delay, 100_000)
  await w.a1.$`ip neigh flush dev eth0`
  await expect(w.a1).not.toPing(w.b1)
})

for (const [label, device] of [
  ['web', /^cali[0-9a-f]{3}-web$/],
  ['database', /^cali[0-9a-f]{3}d-[0-9a-f]{6}$/],
  ['the shop', /^cali[0-9a-f]{3}t-[0-9a-f]{6}$/],
] as const) {
  t.test(`K2: "${label}" publishes a port, also to its host by 127.0.0.1`, async t => {
    await using w = await threeHosts()
    const blue = await network(w, [w.alpha, w.beta], routed)
    const publish = ['8080:80', '8080:80/udp']
    const container = await w.alpha.container(label, { network: blue, publish })
    t.match((await hostEnd(container)).name, device, 'too long a name is shortened')
    await using _server = await whoami(container, 80)
    for (const protocol of ['tcp', 'udp'] as const) {
      const question = { port: 8080, protocol }
      t.equal(await ask(w.alpha, '127.0.0.1', question), '192.0.2.1', protocol)
      t.equal(await ask(w.outside, '192.0.2.1', question), '192.0.2.9', protocol)
      t.equal(await ask(w.alpha, '127.0.0.1', { port: 8081, protocol }), 'ECONNREFUSED')
    }
  })
}

t.test('K2: a packet to an address that nobody has ends at the block’s host', async t => {
  await using w = await sixContainers(routed)
  // The way in which it would go round between the two, but for the blackhole.
  await w.beta.addRoute({ to: 'default', via: '192.0.2.1' })
  await using onBeta = await w.beta.capture('eth0')
  // b1 and b2 have .64 and .65.
  t.equal(await askBlocked(w.a1, '10.244.0.100', { port: 80, protocol: 'udp' }), 'ETIMEDOUT')
  await expect(onBeta).toSee(/IP 10\.244\.0\.0\.\d+ > 10\.244\.0\.100\.80: UDP/, { count: 1 })
  await w.beta.deleteRoute({ to: '10.244.0.64/26', type: 'blackhole' })
  await using onA1 = await w.a1.capture('eth0')
  t.equal(await askBlocked(w.a1, '10.244.0.101', { port: 80, protocol: 'udp' }), 'ETIMEDOUT')
  await expect(onA1).toSee(/> 10\.244\.0\.0: ICMP time exceeded/)
})

t.test('K1: a host takes another block when its first is full', async t => {
  await using w = await threeHosts()
  const { alpha, beta } = w
  const options = { ...small, blocksPerHost: 2 }
  const blue = await network(w, [alpha, beta], options)
  const containers = await many(alpha, blue, 5)
  const onBeta = await beta.container('b1', { network: blue })
  t.equal(await addressOf(containers[4]!), '10.244.0.8')
  const routes = await routesOf(beta)
  t.ok(routes.includes('10.244.0.8/30 via 192.0.2.1 dev eth0'))
  t.ok((await routesOf(alpha)).includes('blackhole 10.244.0.8/30'))
  await expectMatrix([...containers, onBeta], 'all')
  await blue.disconnect(containers[4]!)
  t.same(await routesOf(beta), routes, 'it keeps the block')
})

t.test('K1: and single addresses of another’s block when it may have no more', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const blue = await network(w, [alpha, beta, gamma], small)
  const b1 = await beta.container('b1', { network: blue })
  const c1 = await gamma.container('c1', { network: blue })
  const before = await Promise.all([beta, gamma].map(routesOf))
  const containers = await many(alpha, blue, 5)
  const borrowing = containers[4]!
  t.equal(await addressOf(borrowing), '10.244.0.5', 'beta’s block is 10.244.0.4/30')
  for (const host of [beta, gamma]) {
    t.ok((await routesOf(host)).includes('10.244.0.5 via 192.0.2.1 dev eth0'), host.label)
  }
  await expectMatrix([...containers, b1, c1], 'all')
  const b2 = await beta.container('b2', { network: blue })
  t.equal(await addressOf(b2), '10.244.0.6', 'beta goes on behind it')
  await blue.disconnect(b2)
  await blue.disconnect(borrowing)
  t.same(await Promise.all([beta, gamma].map(routesOf)), before)
})

t.test('K1: strictAffinity: then a full host is full', async t => {
  await using w = await threeHosts()
  const { alpha, beta } = w
  const blue = await network(w, [alpha, beta], { ...small, strictAffinity: true })
  await many(alpha, blue, 4)
  const before = [await stateOf(alpha, beta), await keptIn(w.store)]
  await t.rejects(alpha.container('one more', { network: blue }), {
    code: 'TNET_POOL_EXHAUSTED',
    facts: { borrowing: 'no: strictAffinity' },
  })
  t.same([await stateOf(alpha, beta), await keptIn(w.store)], before)
})

t.test('a host cannot leave while another has addresses of its block', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const blue = await network(w, [alpha, beta, gamma], small)
  const containers = await many(alpha, blue, 5)
  const c1 = await gamma.container('c1', { network: blue })
  const before = [await stateOf(alpha, beta, gamma), await keptIn(w.store)]
  await t.rejects(blue.removeHost(beta), { code: 'TNET_BLOCK_IN_USE' })
  t.same([await stateOf(alpha, beta, gamma), await keptIn(w.store)], before)
  await expectMatrix([...containers, c1], 'all')
  await blue.disconnect(containers[4]!)
  await blue.removeHost(beta)
  await expectMatrix([...containers.slice(0, 4), c1], 'all')
})

t.test('a host that joins late learns all blocks and borrowed addresses', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const blue = await network(w, [alpha, beta], small)
  const containers = await many(alpha, blue, 5)
  await blue.addHost(gamma)
  const c1 = await gamma.container('c1', { network: blue })
  await expectMatrix([...containers, c1], 'all')
  t.ok((await routesOf(gamma)).includes('10.244.0.4 via 192.0.2.1 dev eth0'))
})

t.test('when another host refuses the route, the container is not connected by half', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const blue = await network(w, [alpha, beta, gamma], small)
  await many(alpha, blue, 4)
  const late = await alpha.container('late')
  await gamma.addRoute({ to: '10.244.0.4/32', type: 'unreachable' })
  const before = [await stateOf(alpha, beta, gamma), await keptIn(w.store)]
  await t.rejects(blue.connect(late, { publish: ['8080:80'] }), { code: 'TNET_ROUTE_EXISTS' })
  t.same([await stateOf(alpha, beta, gamma), await keptIn(w.store)], before)
  await gamma.deleteRoute({ to: '10.244.0.4/32', type: 'unreachable' })
  await blue.connect(late, { publish: ['8080:80'] })
  const c1 = await gamma.container('c1', { network: blue })
  await expectMatrix([late, c1], 'all')
})

t.test('a block that another host refuses is tried again with the next container', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const blue = await network(w, [alpha, beta, gamma], { ...small, blocksPerHost: 2 })
  await many(alpha, blue, 4)
  await gamma.addRoute({ to: '10.244.0.12/30', type: 'unreachable' })
  await t.rejects(alpha.container('refused', { network: blue }), { code: 'TNET_ROUTE_EXISTS' })
  await gamma.deleteRoute({ to: '10.244.0.12/30', type: 'unreachable' })
  const late = await alpha.container('late', { network: blue })
  t.equal(await addressOf(late), '10.244.0.12')
  await expectMatrix([late, await gamma.container('c1', { network: blue })], 'all')
})

t.test(
  'two routed networks of a host share the way to the next hop, whoever goes first',
  async t => {
    await using w = await threeHosts()
    const hosts = [w.alpha, w.beta]
    const before = await stateOf(...hosts)
    const one = await w.networks.create('one', { ...routed, hosts, subnet: '10.1.0.0/16' })
    const two = await w.networks.create('two', { ...routed, hosts, subnet: '10.2.0.0/16' })
    await one.delete()
    const a1 = await w.alpha.container('a1', { network: two })
    const b1 = await w.beta.container('b1', { network: two })
    await expectMatrix([a1, b1], 'all')
    for (const container of [a1, b1]) await two.disconnect(container)
    await two.delete()
    t.same(await stateOf(...hosts), before)
  },
)

t.test('where the host has a default route it needs none of its own to answer', async t => {
  await using w = await threeHosts()
  for (const host of [w.alpha, w.beta]) await host.addRoute({ to: 'default', via: '192.0.2.9' })
  const blue = await network(w, [w.alpha, w.beta], routed)
  t.notOk((await routesOf(w.alpha)).some(route => route.startsWith('169.254.1.1')))
  const a1 = await w.alpha.container('a1', { network: blue })
  const b1 = await w.beta.container('b1', { network: blue })
  await expectMatrix([a1, b1], 'all')
})

t.test('what a link that went down took along is put back when told', async t => {
  await using w = await sixContainers(routed)
  const before = await routesOf(w.alpha)
  const eth0 = await w.alpha.link('eth0')
  await eth0.down()
  await eth0.up()
  t.notSame(await routesOf(w.alpha), before)
  await w.blue.repair()
  t.same(await routesOf(w.alpha), before)
  await expectMatrix([w.a1, w.b1, w.c1], 'all', { deadlineMs: 10_000 })
})

t.test('a container’s own MTU, and a routed network without MASQUERADE', async t => {
  await using w = await threeHosts()
  const options = { ...routed, mtu: 1400, masquerade: false }
  const blue = await network(w, [w.alpha, w.beta], options)
  const a1 = await w.alpha.container('a1', { network: blue })
  await expect(a1).toHaveLink('eth0', { mtu: 1400 })
  t.equal((await hostEnd(a1)).mtu, 1400)
  await w.outside.addRoute({ to: blue.subnet, via: '192.0.2.1' })
  t.ok(await pings(w.outside, await addressOf(a1)))
  t.notOk((await w.alpha.$`iptables-save -t nat`).stdout.includes('MULTICAST'))
})

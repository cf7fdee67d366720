import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import type { LabNetwork } from '../../../src/lab/lab-network.ts'
import { keptIn, network, stateOf, threeHosts, type ThreeHosts } from './cross-host.ts'
import { ask, whoami } from './probes.ts'

t.setTimeout(600_000)

/** A network takes no subnet when its addresses are the hosts'. */
const shared = (w: ThreeHosts): Promise<LabNetwork> =>
  w.networks.create('shared', { driver: 'host', hosts: [w.alpha, w.beta] })

t.test('a container is where its host is: its links, its address, its ports', async t => {
  await using w = await threeHosts()
  const { alpha, beta, outside } = w
  const blue = await shared(w)
  const web = await alpha.container('web', { network: blue })
  const db = await beta.container('db', { network: blue })
  const mac = (await (await alpha.link('eth0')).info()).mac
  const { endpoints } = await blue.inspect()
  t.match(
    endpoints.toSorted((a, b) => a.address.localeCompare(b.address)),
    [
      { container: 'web', device: 'eth0', address: '192.0.2.1', mac, ports: [], gateways: [] },
      { container: 'db', device: 'eth0', address: '192.0.2.2' },
    ],
  )
  t.same(await web.links(), await alpha.links())
  await expect(web).toPing(db)
  await using _server = await whoami(web, 80)
  for (const protocol of ['tcp', 'udp'] as const) {
    const question = { port: 80, protocol }
    t.equal(await ask(outside, '192.0.2.1', question), '192.0.2.9', protocol)
    t.equal(await ask(db, '192.0.2.1', question), '192.0.2.2', `${protocol}, another container`)
    t.equal(await ask(outside, '192.0.2.2', question), 'ECONNREFUSED', `${protocol}, another host`)
  }
})

t.test('a container of another network on that host keeps its ports to itself', async t => {
  await using w = await threeHosts()
  const blue = await network(w, [w.alpha], { driver: 'vxlan' })
  const own = await w.alpha.container('own', { network: blue })
  await using _server = await whoami(own, 80)
  t.equal(await ask(w.outside, '192.0.2.1', { port: 80 }), 'ECONNREFUSED')
  t.notSame(await own.links(), await w.alpha.links())
})

t.test('two containers cannot listen on one port; on two hosts they can', async t => {
  await using w = await threeHosts()
  const blue = await shared(w)
  const web = await w.alpha.container('web', { network: blue })
  const app = await w.alpha.container('app', { network: blue })
  const db = await w.beta.container('db', { network: blue })
  await using _web = await whoami(web, 80)
  await t.rejects(whoami(app, 80), { name: 'UsageError', code: 'TNET_PORT_TAKEN' })
  await using _db = await whoami(db, 80)
  t.equal(await ask(w.outside, '192.0.2.2', { port: 80 }), '192.0.2.9')
})

t.test('each is found by its own name, at its host’s address', async t => {
  await using w = await threeHosts()
  const blue = await shared(w)
  const web = await w.alpha.container('web', { network: blue })
  const db = await w.beta.container('db', { network: blue })
  for (const node of [web, db, w.outside]) {
    await expect(node).toResolve('web', '192.0.2.1')
    await expect(node).toResolve('db', '192.0.2.2')
  }
  t.equal((await web.$`hostname`).stdout, 'web\n')
})

t.test('nothing is made on a host, and nothing is left', async t => {
  await using w = await threeHosts()
  const hosts = [w.alpha, w.beta, w.gamma]
  const before = await stateOf(...hosts)
  const kept = await keptIn(w.store)
  const blue = await shared(w)
  const web = await w.alpha.container('web', { network: blue })
  await blue.addHost(w.gamma)
  const late = await w.gamma.container('late', { network: blue })
  t.same(await stateOf(...hosts), before)
  await t.rejects(blue.removeHost(w.gamma), { code: 'TNET_NETWORK_IN_USE' })
  await t.rejects(blue.delete(), { code: 'TNET_NETWORK_IN_USE' })
  for (const container of [web, late]) await blue.disconnect(container)
  await blue.removeHost(w.gamma)
  await t.rejects(w.gamma.container('later', { network: blue }), { code: 'TNET_NETWORK_HOSTS' })
  await blue.delete()
  t.same(await stateOf(...hosts), before)
  t.same(await keptIn(w.store), kept)
})

t.test('a host on several segments has to be told apart', async t => {
  await using w = await threeHosts()
  const lan = await w.lab.segment('lan')
  await lan.join(w.alpha, '198.51.100.1/24')
  const hosts = [w.alpha]
  const unclear = await w.networks.create('unclear', { driver: 'host', hosts })
  const kept = [w.lab.nodes.length, await keptIn(w.store)]
  await t.rejects(w.alpha.container('web', { network: unclear }), { code: 'TNET_UPLINK_UNCLEAR' })
  t.same([w.lab.nodes.length, await keptIn(w.store)], kept, 'and no container is half there')
  const clear = await w.networks.create('clear', { driver: 'host', hosts, over: lan })
  await w.alpha.container('web', { network: clear })
  t.match((await clear.inspect()).endpoints, [{ device: 'eth1', address: '198.51.100.1' }])
})

t.test('what would need a network of its own is refused, and leaves nothing', async t => {
  await using w = await threeHosts()
  const blue = await shared(w)
  const own = await w.alpha.container('own')
  const kept = [w.lab.nodes.length, await keptIn(w.store), await stateOf(w.alpha)]
  const publish = ['8080:80']
  await t.rejects(w.alpha.container('web', { network: blue, publish }), {
    name: 'UsageError',
    code: 'TNET_NETWORK_PORTS',
    message: '"web" publishes ports, but network "shared" is of driver "host"',
  })
  await t.rejects(blue.connect(own), {
    name: 'UsageError',
    code: 'TNET_NETWORK_NAMESPACE',
    hint: "make it there: alpha.container('own', { network })",
  })
  t.same([w.lab.nodes.length, await keptIn(w.store), await stateOf(w.alpha)], kept)
})

const options = [
  { subnet: '10.0.0.0/24' },
  { ipv6: '2001:db8:1::/64' },
  { masquerade: false },
  { mtu: 1400 },
]
for (const option of options) {
  const name = Object.keys(option).join('')
  t.test(`"${name}" is no option of it`, async t => {
    await using w = await threeHosts()
    const create = w.networks.create('shared', { driver: 'host', hosts: [w.alpha], ...option })
    const facts = { option: name }
    await t.rejects(create, { name: 'UsageError', code: 'TNET_NETWORK_OPTION', facts })
    t.same(await w.networks.list(), [])
    await t.resolves(shared(w), 'the name is free')
  })
}

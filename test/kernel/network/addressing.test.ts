import '../../sandboxed.ts'
import t from 'tap'
import { ask, pings, whoami } from './probes.ts'
import { world } from './topology.ts'

t.setTimeout(600_000)

t.test('D1: the gateway is the first free address, of the range where there is one', async t => {
  await using w = await world()
  const hosts = [w.alpha]
  const all = await w.lab.network('all', { hosts, subnet: '10.0.1.0/24' })
  const part = await w.lab.network('part', {
    hosts,
    subnet: '10.0.2.0/24',
    range: '10.0.2.128/25',
    auxiliary: { router: '10.0.2.129' },
  })
  t.equal(all.gateway, '10.0.1.1')
  t.equal(part.gateway, '10.0.2.128')
  const own = (await w.alpha.addresses()).map(({ prefix }) => prefix)
  t.ok(own.includes('10.0.1.1/24') && own.includes('10.0.2.128/24'), 'the bridges have them')
  const c1 = await w.alpha.container('c1', { network: part })
  t.match(await c1.addresses(), [{}, { prefix: '10.0.2.130/24' }], 'D4: the auxiliary is left out')
  t.ok(await pings(c1, '10.0.2.128'))
})

t.test('D3, D4: the lowest free address is next, and a taken one is refused', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha], subnet: '10.0.1.0/29' })
  const c = []
  for (const label of ['c2', 'c3', 'c4']) c.push(await w.alpha.container(label, { network }))
  await network.disconnect(c[1]!)
  t.equal((await network.connect(c[1]!)).address, '10.0.1.3')
  const same = w.alpha.container('c5', { network, address: '10.0.1.4' })
  await t.rejects(same, { code: 'TNET_ADDRESS_TAKEN' })
  await w.alpha.container('c5', { network })
  await w.alpha.container('c6', { network })
  const full = w.alpha.container('c7', { network })
  await t.rejects(full, { code: 'TNET_POOL_EXHAUSTED' }, 'D2: neither .0 nor .7 is given')
})

t.test('D5: automatic pools skip what the hosts have routes to', async t => {
  await using w = await world()
  await w.alpha.addRoute({ to: '172.17.8.0/24', via: '192.0.2.9' })
  const hosts = [w.alpha]
  t.equal((await w.lab.network('one', { hosts })).subnet, '172.18.0.0/16')
  t.equal((await w.lab.network('two', { hosts })).subnet, '172.19.0.0/16')
})

t.test('D18: names are for those on a network of the user’s own', async t => {
  await using w = await world()
  const hosts = [w.alpha]
  const shop = await w.lab.network('shop', { hosts })
  const bridge = await w.lab.network('bridge', { hosts })
  const other = await w.lab.network('other', { hosts, names: true })
  const on = async (label: string, network: typeof shop) => w.alpha.container(label, { network })
  const [web, db] = [await on('web', shop), await on('db', shop)]
  const [old1, old2] = [await on('old1', bridge), await on('old2', bridge)]
  const far = await on('far', other)
  const resolves = async (node: typeof web, name: string) => {
    const { stdout } = await node.$`getent ahostsv4 ${name} || true`
    return stdout.split(/\s/)[0]
  }
  t.equal(await resolves(web, 'db'), '172.17.0.3')
  t.equal(await resolves(db, 'web'), '172.17.0.2')
  t.equal(await resolves(old1, 'old2'), '', 'not on the default one')
  t.equal(await resolves(old1, 'old1'), '172.18.0.2', 'but itself')
  t.equal(await resolves(web, 'far'), '', 'not across networks')
  await other.connect(web)
  t.equal(await resolves(web, 'far'), '172.19.0.2')
  t.equal(await resolves(far, 'web'), '172.19.0.3', 'by the address on the shared one')
  await other.disconnect(web)
  t.equal(await resolves(web, 'far'), '')
  void old2
})

t.test('a container on two networks has eth0 and eth1, and its first default route', async t => {
  await using w = await world()
  const hosts = [w.alpha]
  const blue = await w.lab.network('blue', { hosts, subnet: '10.0.1.0/24' })
  const green = await w.lab.network('green', { hosts, subnet: '10.0.2.0/24' })
  const web = await w.alpha.container('web', { network: blue })
  const second = await green.connect(web)
  t.match(second, { device: 'eth1', address: '10.0.2.2', mac: '02:42:0a:00:02:02', gateways: [] })
  const routes = async () =>
    (await web.routes()).filter(({ to }) => to === 'default').map(({ via }) => via)
  t.same(await routes(), ['10.0.1.1'])
  const peer = await w.alpha.container('peer', { network: green })
  await using _server = await whoami(peer, 80)
  t.equal(await ask(web, '10.0.2.3', { port: 80 }), '10.0.2.2', 'directly')
  await blue.disconnect(web)
  t.same(
    (await web.links()).map(({ name }) => name),
    ['lo', 'eth1'],
  )
  await blue.connect(web, { defaultRoute: false, device: 'blue0' })
  t.same(await routes(), [])
  await green.disconnect(web)
  await green.connect(web, { defaultRoute: true })
  t.same(await routes(), ['10.0.2.1'])
  await t.rejects(green.delete(), {
    code: 'TNET_NETWORK_IN_USE',
    message: /"web", "peer"|"peer", "web"/,
  })
})

t.test('the MTU is that of bridge and containers', async t => {
  await using w = await world()
  const network = await w.lab.network('blue', { hosts: [w.alpha], mtu: 1400 })
  const web = await w.alpha.container('web', { network })
  t.equal((await (await web.link('eth0')).info()).mtu, 1400)
  t.equal((await (await w.alpha.link('br-blue')).info()).mtu, 1400)
})

t.test('both families: addresses, routes, names and published ports', async t => {
  await using w = await world()
  await (await w.alpha.link('eth0')).addAddress('2001:db8:f::1/64')
  await (await w.outside.link('eth0')).addAddress('2001:db8:f::9/64')
  const network = await w.lab.network('blue', { hosts: [w.alpha], ipv6: '2001:db8:b::/64' })
  const web = await w.alpha.container('web', { network, publish: ['8080:80'] })
  const db = await w.alpha.container('db', { network })
  await using _server = await whoami(web, 80)
  await using _outside = await whoami(w.outside, 80)
  const { endpoints } = await network.inspect()
  const mine = endpoints.find(({ container }) => container === 'web')
  t.match(mine, { ipv6: { address: '2001:db8:b::2', prefix: '2001:db8:b::2/64' } })
  t.equal(await ask(db, '2001:db8:b::2', { port: 80 }), '2001:db8:b::3')
  t.equal(await ask(w.outside, '2001:db8:f::1', { port: 8080 }), '2001:db8:f::9')
  t.equal(await ask(w.alpha, '2001:db8:f::1', { port: 8080 }), '2001:db8:b::1')
  t.equal(await ask(web, '2001:db8:f::1', { port: 8080 }), '2001:db8:b::1')
  t.equal(await ask(db, '2001:db8:f::9', { port: 80 }), '2001:db8:f::1', 'masqueraded')
  t.equal(await ask(w.alpha, '::1', { port: 8080 }), 'ECONNREFUSED', 'D13: not by ::1')
  t.equal(await ask(w.outside, '192.0.2.1', { port: 8080 }), '192.0.2.9', 'IPv4 as well')
})

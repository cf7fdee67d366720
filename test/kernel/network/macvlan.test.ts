import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { addressOf, threeHosts } from './cross-host.ts'
import { lanNetwork, range, silent } from './macvlan-lan.ts'

t.setTimeout(600_000)

t.test('containers are on the wire itself, with addresses and MACs of their own', async t => {
  await using w = await lanNetwork()
  const { lan, beta, outside, web, app, db } = w
  t.equal(lan.subnet, '192.0.2.0/24')
  t.equal(lan.gateway, undefined)
  await expect(web).toHaveAddress('192.0.2.64/24')
  await expect(web).not.toHaveRoute('default')
  await expect(web).toPing(db)
  await expect(db).toPing('web')
  await expect(web).toPing(app)
  await using site = await db.serve(80, request => request.peer)
  await using whoami = await outside.serve(80, request => request.peer)
  await expect(web).toCurl(site, { body: '192.0.2.64' })
  await expect(db).toCurl(whoami, { body: '192.0.2.66' })
  await expect(outside).toCurl(site, { body: '192.0.2.9' })
  await using wire = await beta.capture('eth0')
  await expect(web).toPing(db)
  const [mine, theirs] = ['02:42:c0:00:02:40', '02:42:c0:00:02:42']
  t.match(
    wire
      .packets()
      .map(({ layers }) => layers)
      .filter(layers => layers[2]?.protocol === 'icmp'),
    [
      [
        { source: mine, destination: theirs },
        { source: '192.0.2.64', destination: '192.0.2.66' },
        { name: 'echo request' },
      ],
      [{ source: theirs, destination: mine }, {}, { name: 'echo reply' }],
    ],
    'no header around it',
  )
})

t.test('a host and its own containers do not reach each other, everybody else does', async () => {
  await using w = await lanNetwork()
  const { alpha, beta, outside, web, db } = w
  await expect(alpha, silent).not.toPing(web)
  await expect(web, silent).not.toPing(alpha)
  await expect(beta, silent).not.toPing(db)
  await expect(beta).toPing(web)
  await expect(web).toPing(beta)
  await expect(alpha).toPing(db)
  await expect(outside).toPing(web)
  await expect(db).toPing(outside)
  await expect(alpha).toPing(beta)
})

t.test('a macvlan device of the host’s own leads to its containers', async () => {
  await using w = await lanNetwork()
  const { alpha, web, db } = w
  const shim = await alpha.addLink({
    type: 'macvlan',
    name: 'shim',
    parent: 'eth0',
    mode: 'bridge',
  })
  await shim.addAddress('192.0.2.200/32')
  await shim.up()
  await alpha.addRoute({ to: range, dev: shim })
  await expect(alpha).eventually.toPing(web)
  await expect(alpha).toPing(db)
  await expect(web).toPing('192.0.2.200')
})

for (const [mode, together] of [
  ['bridge', true],
  ['private', false],
  ['vepa', false],
] as const) {
  const what = together ? 'reach each other' : 'do not reach each other'
  t.test(`in mode ${mode}, containers of one host ${what}`, async t => {
    await using w = await lanNetwork({ mode })
    const { web, app, db, outside } = w
    if (together) await expect(web).toPing(app)
    else await expect(web, silent).not.toPing(app)
    await expect(web).toPing(db)
    await expect(outside).toPing(app)
    const { stdout } = await web.$`ip -d link show eth0`
    t.match(stdout, `macvlan mode ${mode} `)
  })
}

t.test('a gateway is somebody else’s, and the way out', async t => {
  await using w = await threeHosts()
  const { lab, networks, alpha, beta, gamma } = w
  await gamma.forward()
  const office = await lab.segment('office')
  await office.join(gamma, '198.51.100.1/24')
  const printer = await office.join('printer', '198.51.100.9/24')
  await printer.addRoute({ to: '192.0.2.0/24', via: '198.51.100.1' })
  const lan = await networks.create('lan', {
    driver: 'macvlan',
    range,
    gateway: '192.0.2.3',
    hosts: [alpha, beta],
    over: 'eth0',
  })
  t.equal(lan.gateway, '192.0.2.3')
  const web = await alpha.container('web', { network: lan })
  await expect(web).toHaveRoute('default', { via: '192.0.2.3', dev: 'eth0' })
  await using whoami = await printer.serve(80, request => request.peer)
  await expect(web).toCurl(whoami, { body: await addressOf(web) })
})

t.test('a larger packet than the parent’s does not pass, and a smaller MTU is kept', async () => {
  await using w = await lanNetwork()
  const { lan, web, db } = w
  await expect(web).toHaveLink('eth0', { mtu: 1500 })
  await expect(web).toPing(db, { payload: 1472, fragment: false })
  await expect(web).not.toPing(db, { payload: 1473, fragment: false })
  for (const container of [web, w.app, db]) await lan.disconnect(container)
  await lan.delete()
  const small = { driver: 'macvlan', range, hosts: [w.alpha, w.beta], mtu: 1400 }
  const again = await w.networks.create('lan', small)
  await again.connect(web)
  await expect(web).toHaveLink('eth0', { mtu: 1400 })
})

t.test('without its link a host’s containers are cut off, and come back', async () => {
  await using w = await lanNetwork({ gateway: '192.0.2.9' })
  const { wan, alpha, outside, web, app, db } = w
  await expect(web).toPing(db)
  const eth0 = await alpha.link('eth0')
  for (const [cut, mend] of [
    [() => eth0.down(), () => eth0.up()],
    [() => wan.unplug(alpha), () => wan.plug(alpha)],
  ] as const) {
    await cut()
    await expect(web, silent).not.toPing(db)
    await expect(db).toPing(outside)
    await mend()
    await expect(web).eventually.toPing(db)
    await expect(web).toPing(app)
    await expect(web).toHaveRoute('default', { via: '192.0.2.9' })
  }
})

t.test('the parent is the link that was asked for', async t => {
  await using w = await threeHosts()
  const { lab, networks, alpha, beta } = w
  const lan = await lab.segment('lan')
  await lan.join(alpha, '198.51.100.1/24')
  await lan.join(beta, '198.51.100.2/24')
  const hosts = [alpha, beta]
  const blue = await networks.create('blue', { driver: 'macvlan', parent: 'eth1', hosts })
  t.equal(blue.subnet, '198.51.100.0/24')
  const web = await alpha.container('web', { network: blue })
  const db = await beta.container('db', { network: blue })
  await using onWan = await beta.capture('eth0')
  await expect(web).toPing(db)
  await expect(web).toHaveAddress('198.51.100.3/24')
  t.strictSame(onWan.packets().map(String), [])
  const green = await networks.create('green', {
    driver: 'macvlan',
    over: lan,
    subnet: '10.9.0.0/24',
    hosts,
  })
  const cache = await alpha.container('cache', { network: green })
  await using onLan = await beta.capture('eth1')
  await expect(cache, silent).not.toPing('10.9.0.9')
  await expect(onLan).toSee({ protocol: 'arp', source: cache })
})

t.test('IPv6 is on the same wire', async () => {
  await using w = await lanNetwork({ ipv6: '2001:db8:9::/64' })
  const { web, db } = w
  await expect(web).toHaveAddress('2001:db8:9::1/64')
  await expect(web).not.toHaveRoute('default')
  await expect(web).eventually.toPing('2001:db8:9::3')
  await expect(db).eventually.toPing('2001:db8:9::1')
})

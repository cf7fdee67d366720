import '../../sandboxed.ts'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { Host } from '../../../src/lab/host.ts'
import { addressOf, network, sixContainers, SUBNET, threeHosts } from './cross-host.ts'
import { ask, pings, whoami } from './probes.ts'

t.setTimeout(600_000)

/** A host's routes, neighbours and FDB entries by one device, without what it has by itself. */
async function entriesOf(host: Host, device: string) {
  const { index } = await host.link(device)
  const mine = <T extends { index?: number }>(all: T[]) => all.filter(one => one.index === index)
  return {
    routes: mine(await host.routes())
      .filter(({ table, family }) => table === 254 && family === 'inet')
      .map(({ to, via, isOnlink }) => `${to} via ${via}${isOnlink ? ' onlink' : ''}`),
    neighbours: mine(await host.neighbours()).map(n => `${n.address} ${n.mac} ${n.state}`),
    fdb: mine(await host.fdb()).map(({ mac, dst }) => `${mac} ${dst}`),
  }
}

t.test('F1: the device is flannel.1, with the zero address, and learns nothing', async t => {
  await using w = await sixContainers({ driver: 'vxlan' })
  const { alpha, a1 } = w
  const { stdout } = await alpha.$`ip -d -4 addr show flannel.1`
  t.match(stdout, / mtu 1450 /)
  t.match(stdout, /vxlan id 1 local 192\.0\.2\.1 dev eth0 .*dstport 8472 nolearning/)
  t.match(stdout, /inet 10\.244\.1\.0\/32 scope global flannel\.1/)
  t.match(stdout, /02:42:0a:f4:01:00/, 'F4: its MAC follows from its address')
  for (const link of [await a1.link('eth0'), await alpha.link('br-blue')]) {
    t.match(await link.info(), { mtu: 1450 }, `${link.node} ${link}`)
  }
  await expectMatrix([w.a1, w.b1, w.c1], 'all')
  t.equal((await entriesOf(alpha, 'flannel.1')).fdb.length, 2, 'packets taught it nothing')
  for (const container of [a1, w.a2]) await w.blue.disconnect(container)
  t.match(await (await alpha.link('br-blue')).info(), { mtu: 1450 }, 'with the last container too')
})

t.test('F2: three entries for each other host, and no more', async t => {
  await using w = await sixContainers({ driver: 'vxlan' })
  const others = {
    alpha: { mac: '02:42:0a:f4:01:00', part: '10.244.1.0', address: '192.0.2.1' },
    beta: { mac: '02:42:0a:f4:02:00', part: '10.244.2.0', address: '192.0.2.2' },
    gamma: { mac: '02:42:0a:f4:03:00', part: '10.244.3.0', address: '192.0.2.3' },
  }
  for (const host of [w.alpha, w.beta, w.gamma]) {
    const peers = Object.entries(others).flatMap(([name, is]) => (name === host.label ? [] : [is]))
    const { routes, neighbours, fdb } = await entriesOf(host, 'flannel.1')
    t.same(
      routes.sort(),
      peers.map(({ part }) => `${part}/24 via ${part} onlink`),
    )
    t.same(
      neighbours.sort(),
      peers.map(({ part, mac }) => `${part} ${mac} permanent`),
    )
    t.same(
      fdb.sort(),
      peers.map(({ mac, address }) => `${mac} ${address}`),
    )
  }
})

t.test('F3: without one of them exactly that host is out of reach, until it is back', async t => {
  await using w = await sixContainers({ driver: 'vxlan' })
  const flannel = await w.alpha.link('flannel.1')
  const entry = { mac: '02:42:0a:f4:02:00', dst: '192.0.2.2' }
  const route = { to: '10.244.2.0/24', via: '10.244.2.0', dev: 'flannel.1', onlink: true }
  const breaks: readonly [what: string, () => Promise<void>, back: () => Promise<void>][] = [
    ['FDB entry', () => flannel.deleteFdb(entry), () => flannel.addFdb(entry)],
    [
      'neighbour',
      () => flannel.deleteNeighbour('10.244.2.0'),
      () => flannel.addNeighbour('10.244.2.0', entry.mac),
    ],
    ['route', () => w.alpha.deleteRoute(route), () => w.alpha.addRoute(route)],
  ]
  const { a1, a2, b1, c1 } = w
  const nodes = [a1, a2, b1, c1]
  const side = (node: object) => (node === b1 ? 'beta' : node === c1 ? 'gamma' : 'alpha')
  for (const [what, takeAway, putBack] of breaks) {
    await takeAway()
    const cut = (from: object, to: object) => {
      const ends = [side(from), side(to)].sort().join()
      return ends !== 'alpha,beta'
    }
    await expectMatrix(nodes, cut, { windowMs: 100 })
    await putBack()
    await expectMatrix(nodes, 'all')
    t.pass(what)
  }
})

t.test('F3: and what got lost can be put back by itself', async t => {
  await using w = await sixContainers({ driver: 'vxlan' })
  const before = await entriesOf(w.alpha, 'flannel.1')
  const flannel = await w.alpha.link('flannel.1')
  await flannel.deleteFdb({ mac: '02:42:0a:f4:02:00', dst: '192.0.2.2' })
  await flannel.deleteNeighbour('10.244.3.0')
  await w.blue.repair()
  t.same(await entriesOf(w.alpha, 'flannel.1'), before)
})

/** `10.244.2.0/24 via 192.0.2.2 dev eth0` of each route out of a host to the network's parts. */
async function partRoutes(host: Host): Promise<string[]> {
  const links = await host.links()
  const name = (index?: number) => links.find(link => link.index === index)?.name
  return (await host.routes())
    .filter(({ to, via, table }) => table === 254 && via !== undefined && to.startsWith('10.244.'))
    .map(({ to, via, index }) => `${to} via ${via} dev ${name(index)}`)
    .sort()
}

t.test('F4: with direct routing, neighbours get plain routes and others the tunnel', async t => {
  await using w = await threeHosts()
  const { lab, networks, alpha, beta } = w
  const lan = await lab.segment('lan')
  const router = await w.wan.join('router', '192.0.2.254/24')
  await lan.join(router, '198.51.100.254/24')
  await router.forward()
  const far = await lan.join('far', '198.51.100.1/24')
  await far.addRoute({ to: 'default', via: '198.51.100.254' })
  for (const host of [alpha, beta]) await host.addRoute({ to: 'default', via: '192.0.2.254' })
  const blue = await networks.create('blue', {
    driver: 'vxlan',
    directRouting: true,
    subnet: SUBNET,
    hosts: [alpha, beta, far],
  })
  t.same(await partRoutes(alpha), [
    '10.244.2.0/24 via 192.0.2.2 dev eth0',
    '10.244.3.0/24 via 10.244.3.0 dev flannel.1',
  ])
  t.same(await partRoutes(far), [
    '10.244.1.0/24 via 10.244.1.0 dev flannel.1',
    '10.244.2.0/24 via 10.244.2.0 dev flannel.1',
  ])
  const containers = []
  for (const host of [alpha, beta, far]) {
    containers.push(await host.container(`on ${host.label}`, { network: blue }))
  }
  await expectMatrix(containers, 'all')
})

t.test('F5: host-gw routes by the underlay, whole packets, without a device', async t => {
  await using w = await sixContainers({ driver: 'host-gw' })
  t.same(await partRoutes(w.alpha), [
    '10.244.2.0/24 via 192.0.2.2 dev eth0',
    '10.244.3.0/24 via 192.0.2.3 dev eth0',
  ])
  const kinds = (await w.alpha.links()).map(({ kind }) => kind)
  t.same(new Set(kinds), new Set(['', 'veth', 'bridge']))
})

t.test('F5: a link that goes down loses its routes; they are put back when told', async t => {
  await using w = await sixContainers({ driver: 'host-gw' })
  const before = await partRoutes(w.beta)
  const eth0 = await w.beta.link('eth0')
  await eth0.down()
  t.same(await partRoutes(w.beta), [])
  await t.rejects(w.blue.repair(), { code: /^TNET_/ }, 'not while it is down')
  await eth0.up()
  await w.blue.repair()
  t.same(await partRoutes(w.beta), before)
  await expectMatrix([w.a1, w.b1, w.c1], 'all', { deadlineMs: 10_000 })
})

t.test('F5: hosts that are not side by side are refused, and told what is between', async t => {
  await using w = await threeHosts()
  const { lab, networks, wan, alpha } = w
  const lan = await lab.segment('lan')
  const router = await wan.join('router', '192.0.2.254/24')
  await lan.join(router, '198.51.100.254/24')
  const far = await lan.join('far', '198.51.100.1/24')
  await far.addRoute({ to: 'default', via: '198.51.100.254' })
  const create = (options: object) =>
    networks.create('blue', { driver: 'host-gw', subnet: SUBNET, hosts: [alpha, far], ...options })
  const refused = (router: string) => ({
    code: 'TNET_HOSTS_NOT_ADJACENT',
    message: 'network "blue": "alpha" and "far" are not on one segment',
    facts: { from: 'alpha 192.0.2.1/24', to: 'far 198.51.100.1/24', between: router },
  })
  await t.rejects(create({}), refused('no route'))
  await alpha.addRoute({ to: 'default', via: '192.0.2.254' })
  await t.rejects(create({}), {
    ...refused('192.0.2.254'),
    hint: /host-gw needs hosts side by side: a router between them knows no route .* 'vxlan'/,
  })
  await t.rejects(create({ driver: 'routed' }), refused('192.0.2.254'))
  const multicast = { driver: 'vxlan', flat: true, flood: 'multicast' }
  await t.rejects(create(multicast), refused('192.0.2.254'))
  const blue = await networks.create('blue', { driver: 'host-gw', subnet: SUBNET, hosts: [alpha] })
  await t.rejects(blue.addHost(far), refused('192.0.2.254'))
})

for (const { driver, device, key } of [
  { driver: 'ipip', device: 'flannel.ipip' },
  { driver: 'gre', device: 'flannel.gre' },
  { driver: 'gre', device: 'gre.7', key: 7 },
]) {
  t.test(`F6: ${device} has the zero address, and routes by the others’ own ones`, async t => {
    await using w = await sixContainers(key === undefined ? { driver } : { driver, key })
    t.same((await entriesOf(w.alpha, device)).routes.sort(), [
      '10.244.2.0/24 via 192.0.2.2 onlink',
      '10.244.3.0/24 via 192.0.2.3 onlink',
    ])
    const { index, mtu } = await (await w.alpha.link(device)).info()
    const addresses = (await w.alpha.addresses()).filter(one => one.index === index)
    t.match(addresses, [{ prefix: '10.244.1.0/32' }])
    t.equal(mtu, driver === 'ipip' ? 1480 : key === undefined ? 1476 : 1472)
  })
}

t.test('F8: a /24 for each host but the first one, or a quarter of what is small', async t => {
  await using w = await threeHosts()
  const { alpha, beta, networks } = w
  const hosts = [alpha, beta]
  const rows: readonly [subnet: string, hostPrefix: number | undefined, string, string][] = [
    ['10.244.0.0/16', undefined, '10.244.1.0/24', '10.244.2.0/24'],
    ['10.244.0.0/21', undefined, '10.244.1.0/24', '10.244.2.0/24'],
    ['10.244.0.0/22', undefined, '10.244.1.0/24', '10.244.2.0/24'],
    ['10.244.0.0/23', undefined, '10.244.0.128/25', '10.244.1.0/25'],
    ['10.244.0.0/28', undefined, '10.244.0.4/30', '10.244.0.8/30'],
    ['10.244.0.0/16', 26, '10.244.0.64/26', '10.244.0.128/26'],
  ]
  for (const [subnet, hostPrefix, ofAlpha, ofBeta] of rows) {
    const size = hostPrefix === undefined ? {} : { hostPrefix }
    const blue = await networks.create('blue', { driver: 'host-gw', subnet, hosts, ...size })
    t.equal(blue.partOf(alpha).subnet, ofAlpha, subnet)
    t.equal(blue.partOf(beta).subnet, ofBeta, subnet)
    await blue.delete()
  }
  const tooSmall = { driver: 'host-gw', subnet: '10.244.0.0/29', hosts }
  await t.rejects(networks.create('blue', tooSmall), { code: 'TNET_SPACE_BLOCKS' })
  const tooLarge = { driver: 'host-gw', subnet: SUBNET, hosts, hostPrefix: 17 }
  await t.rejects(networks.create('blue', tooLarge), {
    code: 'TNET_SPACE_BLOCKS',
    message: 'network "blue" cannot be divided among hosts',
    hint: /"hostPrefix" of 18/,
  })
})

t.test('F9: MASQUERADE may be left out: then containers show themselves', async t => {
  await using w = await threeHosts()
  const { alpha, beta, outside } = w
  const blue = await network(w, [alpha, beta], { driver: 'vxlan', masquerade: false })
  const b1 = await beta.container('b1', { network: blue })
  await using _server = await whoami(outside, 80)
  await outside.addRoute({ to: SUBNET, via: '192.0.2.2' })
  t.equal(await ask(b1, '192.0.2.9', { port: 80 }), await addressOf(b1))
  t.ok(await pings(outside, await addressOf(b1)))
})

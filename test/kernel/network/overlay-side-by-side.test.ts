import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { OwnNetworkOptions } from '../../../src/lab/lab-network-options.ts'
import { addressOf, keptIn, kinds, stateOf, threeHosts, type ThreeHosts } from './cross-host.ts'
import { ask, askBlocked, pings, whoami } from './probes.ts'

t.setTimeout(600_000)

/** `blue` is 10.244.0.0/16, `green` 10.245.0.0/16; a1 and a2 on alpha, b1 and b2 on beta. */
async function twoNetworks(w: ThreeHosts, options: OwnNetworkOptions, other = options) {
  const hosts = [w.alpha, w.beta]
  const blue = await w.networks.create('blue', { ...options, subnet: '10.244.0.0/16', hosts })
  const green = await w.networks.create('green', { ...other, subnet: '10.245.0.0/16', hosts })
  const a1 = await w.alpha.container('a1', { network: blue })
  const b1 = await w.beta.container('b1', { network: blue })
  const a2 = await w.alpha.container('a2', { network: green })
  const b2 = await w.beta.container('b2', { network: green })
  return { blue, green, a1, b1, a2, b2 }
}

t.test('two VXLAN networks get VNIs 1 and 2, and a third one those that are free', async t => {
  await using w = await threeHosts()
  const { blue, green, a1, b1 } = await twoNetworks(w, { driver: 'vxlan' })
  const devices = async () =>
    (await w.alpha.links()).filter(({ kind }) => kind === 'vxlan').map(({ name }) => name)
  t.same(await devices(), ['flannel.1', 'flannel.2'])
  for (const container of [a1, b1]) await blue.disconnect(container)
  await blue.delete()
  const hosts = [w.alpha, w.beta]
  await w.networks.create('red', { driver: 'vxlan', subnet: '10.246.0.0/16', hosts })
  t.same((await devices()).sort(), ['flannel.1', 'flannel.2'], 'the first one’s is free again')
  const taken = w.networks.create('gray', { driver: 'vxlan', flat: true, vni: 2, hosts })
  await t.rejects(taken, {
    code: 'TNET_NETWORK_ID_TAKEN',
    message: '"alpha" has VNI 2 already: "green"',
    hint: 'give network "gray" a VNI of its own',
  })
  t.equal(green.driver, 'vxlan')
})

t.test('networks that are made at once, and share some hosts, choose different VNIs', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const rings = [
    [alpha, beta],
    [beta, gamma],
    [gamma, alpha],
    [beta, alpha],
  ]
  const made = await Promise.all(
    rings.map((hosts, n) => w.networks.create(`net${n}`, { driver: 'vxlan', hosts })),
  )
  for (const host of [alpha, beta, gamma]) {
    const names = (await host.links()).filter(({ kind }) => kind === 'vxlan').map(l => l.name)
    t.equal(new Set(names).size, names.length, `${host}: ${names.join(', ')}`)
  }
  for (const network of made) await network.delete()
  await w.networks.create('one', { driver: 'vxlan', hosts: [alpha, beta, gamma] })
  await expect(alpha).toHaveLink('flannel.1')
})

t.test('a host that uses the VNI already cannot join', async t => {
  await using w = await threeHosts()
  const { alpha, beta, gamma } = w
  const blue = await w.networks.create('blue', { driver: 'vxlan', hosts: [alpha, beta] })
  await w.networks.create('green', { driver: 'vxlan', hosts: [gamma] })
  const before = [await stateOf(alpha, beta, gamma), await keptIn(w.store)]
  await t.rejects(blue.addHost(gamma), {
    code: 'TNET_NETWORK_ID_TAKEN',
    message: '"gamma" has VNI 1 already: "green"',
    hint: 'give network "blue" a VNI of its own',
  })
  t.same([await stateOf(alpha, beta, gamma), await keptIn(w.store)], before)
})

t.test('a VNI that could not be used is free again', async t => {
  await using w = await threeHosts()
  const hosts = [w.alpha, w.beta]
  await w.beta.addBridge('br-blue')
  await t.rejects(w.networks.create('blue', { driver: 'vxlan', hosts }), {
    code: 'TNET_LINK_EXISTS',
  })
  await w.networks.create('green', { driver: 'vxlan', hosts })
  await expect(w.alpha).toHaveLink('flannel.1')
})

const refusals: readonly [OwnNetworkOptions, OwnNetworkOptions, message: string, hint: RegExp][] = [
  [
    { driver: 'ipip' },
    { driver: 'ipip' },
    '"alpha" has an IPIP network already: "blue"',
    /nothing tells two apart; take another driver for "green"/,
  ],
  [
    { driver: 'gre' },
    { driver: 'gre' },
    '"alpha" has a network without a GRE key already: "blue"',
    /give network "green" a GRE key of its own/,
  ],
  [
    { driver: 'gre', key: 7 },
    { driver: 'gre', key: 7 },
    '"alpha" has GRE key 7 already: "blue"',
    /give network "green" a GRE key of its own/,
  ],
  [
    { driver: 'gretap', key: 7 },
    { driver: 'gretap', key: 7 },
    '"alpha" has GRE key 7 already: "blue"',
    /give network "green" a GRE key of its own/,
  ],
]
for (const [first, second, message, hint] of refusals) {
  t.test(`two of ${JSON.stringify(second)} are refused`, async t => {
    await using w = await threeHosts()
    const hosts = [w.alpha, w.beta]
    await w.networks.create('blue', { ...first, hosts })
    const before = [await stateOf(...hosts), await keptIn(w.store)]
    const refused = { code: 'TNET_NETWORK_ID_TAKEN', message, hint }
    await t.rejects(w.networks.create('green', { ...second, hosts }), refused)
    t.same([await stateOf(...hosts), await keptIn(w.store)], before)
  })
}

const pairs: readonly [what: string, OwnNetworkOptions, OwnNetworkOptions][] = [
  ['two of vxlan', { driver: 'vxlan' }, { driver: 'vxlan' }],
  ['two of vxlan flat', { driver: 'vxlan', flat: true }, { driver: 'vxlan', flat: true }],
  ['gre with two keys', { driver: 'gre', key: 7 }, { driver: 'gre', key: 8 }],
  ['gre with a key and without', { driver: 'gre', key: 7 }, { driver: 'gre' }],
  ['gretap with two keys', { driver: 'gretap', key: 7 }, { driver: 'gretap', key: 8 }],
  ['gre and gretap', { driver: 'gre' }, { driver: 'gretap' }],
  ['ipip and host-gw', { driver: 'ipip' }, { driver: 'host-gw' }],
  ['two of routed', { driver: 'routed' }, { driver: 'routed' }],
]
for (const [what, one, other] of pairs) {
  t.test(`${what}: each is whole, and reaches the other’s published ports alone`, async t => {
    await using w = await threeHosts()
    const { blue, a1, b1, a2, b2 } = await twoNetworks(w, one, other)
    const isBlue = (node: object) => node === a1 || node === b1
    const rule = (from: object, to: object) => isBlue(from) === isBlue(to)
    await expectMatrix([a1, b1, a2, b2], rule, { windowMs: 100 })
    const site = await w.beta.container('site', { network: blue, publish: ['8080:80'] })
    await using _site = await whoami(site, 80)
    await using _outside = await whoami(w.outside, 80)
    const within = await ask(a1, await addressOf(site), { port: 80 })
    t.equal(within, await addressOf(a1), 'by its own source')
    for (const from of [a1, a2, b2]) {
      t.match(await ask(from, '192.0.2.2', { port: 8080 }), /^\d/, `${from} by the port`)
    }
    for (const from of [a1, a2]) t.equal(await ask(from, '192.0.2.9', { port: 80 }), '192.0.2.1')
  })
}

t.test(
  'on Ethernet they are two: a neighbour’s address of the other network is not found',
  async t => {
    for (const options of [{ flat: true }, { flat: true, flood: 'multicast' }]) {
      await using w = await threeHosts()
      const { a1, b2 } = await twoNetworks(w, { driver: 'vxlan', ...options })
      await (await a1.link('eth0')).addAddress('10.245.9.9/16')
      t.match(await askBlocked(a1, await addressOf(b2), { port: 80 }), /ETIMEDOUT|EHOSTUNREACH/)
      await expect(b2).not.toHaveNeighbour('10.245.9.9')
    }
  },
)

t.test('a bridge network beside an overlay: hidden from it as from everybody (D7)', async t => {
  for (const first of ['bridge', 'vxlan']) {
    await using w = await threeHosts()
    const hosts = [w.alpha, w.beta]
    const add = (driver: string) =>
      driver === 'bridge'
        ? w.networks.create('shop', { hosts: [w.alpha], subnet: '172.18.0.0/16' })
        : w.networks.create('blue', { driver, hosts, subnet: '10.244.0.0/16' })
    const one = await add(first)
    const two = await add(first === 'bridge' ? 'vxlan' : 'bridge')
    const [shop, blue] = first === 'bridge' ? [one, two] : [two, one]
    const web = await w.alpha.container('web', { network: shop, publish: ['8080:80'] })
    const a1 = await w.alpha.container('a1', { network: blue })
    const b1 = await w.beta.container('b1', { network: blue })
    await using _web = await whoami(web, 80)
    await using _b1 = await whoami(b1, 80)
    await using _a1 = await whoami(a1, 80)
    await expectMatrix([a1, b1], 'all')
    await w.beta.addRoute({ to: shop.subnet, via: '192.0.2.1' })
    for (const node of [a1, b1]) {
      t.equal(await askBlocked(node, await addressOf(web), { port: 80 }), 'ETIMEDOUT', `${node}`)
    }
    t.equal(await ask(w.outside, '192.0.2.1', { port: 8080 }), '192.0.2.9', 'by its port it is not')
    t.equal(await ask(b1, '192.0.2.1', { port: 8080 }), '192.0.2.2')
    t.equal(await ask(web, await addressOf(a1), { port: 80 }), '10.244.1.1', 'outwards it may')
    t.equal(await ask(web, await addressOf(b1), { port: 80 }), '10.244.1.0', 'to any host')
  }
})

t.test('a bridge’s switch for bridged packets is one for all networks of a host', async t => {
  await using w = await threeHosts()
  const hosts = [w.alpha, w.beta]
  const blue = await w.networks.create('blue', { driver: 'vxlan', hosts })
  const shop = () => w.networks.create('shop', { hosts: [w.alpha], bridgeNetfilter: false })
  const refused = { code: 'TNET_NETWORK_OPTION', facts: { networks: 'blue' } }
  await t.rejects(shop(), refused, 'the overlay’s rules were made for it')
  await blue.delete()
  await shop()
})

/** A container on `blue` first, with its default route, then on `green`. */
async function onBoth(
  w: ThreeHosts,
  { blue, green }: Awaited<ReturnType<typeof twoNetworks>>,
): Promise<Container> {
  const both = await w.alpha.container('both', { network: blue })
  await green.connect(both, { publish: ['9090:90'] })
  return both
}

for (const { name, options, isDivided } of kinds.filter(
  ({ options }) => options.driver !== 'ipip',
)) {
  t.test(`${name}: a container on two of them reaches both, by its address on each`, async t => {
    await using w = await threeHosts()
    const other = options.driver === 'gretap' ? { ...options, key: 8 } : options
    const networks = await twoNetworks(w, options, other)
    const both = await onBoth(w, networks)
    const { a1, b1, a2, b2 } = networks
    await using _both = await whoami(both, 90)
    const onBlue = await addressOf(both)
    const onGreen = await addressOf(both, 'eth1')
    const servers = [a1, b1, a2, b2]
    for (const server of servers) {
      await using _server = await whoami(server, 80)
      const seenAs = [a1, b1].includes(server) ? onBlue : onGreen
      t.equal(await ask(both, await addressOf(server), { port: 80 }), seenAs, `to ${server}`)
    }
    for (const client of servers) {
      const at = [a1, b1].includes(client) ? onBlue : onGreen
      t.equal(await ask(client, at, { port: 90 }), await addressOf(client), `from ${client}`)
    }
    t.equal(
      await ask(w.outside, '192.0.2.1', { port: 9090 }),
      '192.0.2.9',
      'by a port of the second',
    )
    t.equal(await ask(w.beta, '192.0.2.1', { port: 9090 }), '192.0.2.2')
    const { stdout } = await both.$`ip -4 route`
    t.equal(stdout.match(/^default /gm)?.length, 1)
    if (isDivided) t.match(stdout, /^10\.245\.0\.0\/16 via \S+ dev eth1/m)
    await networks.blue.disconnect(both)
    await networks.green.disconnect(both)
    await networks.green.connect(both, { defaultRoute: true })
    t.ok(await pings(both, await addressOf(b2)), 'the second alone')
  })
}

for (const { name, options } of kinds) {
  t.test(`${name}: a container on a bridge network that joins it answers other hosts`, async t => {
    await using w = await threeHosts()
    const hosts = [w.alpha, w.beta]
    const shop = await w.networks.create('shop', { hosts: [w.alpha], subnet: '172.18.0.0/16' })
    const blue = await w.networks.create('blue', { ...options, hosts, subnet: '10.244.0.0/16' })
    const web = await w.alpha.container('web', { network: shop, publish: ['8080:80'] })
    const db = await w.beta.container('db', { network: blue })
    await blue.connect(web, { publish: ['9090:80'] })
    await using _web = await whoami(web, 80)
    await using _db = await whoami(db, 80)
    await using _outside = await whoami(w.outside, 80)
    const onBlue = await addressOf(web, 'eth1')
    t.equal(await ask(db, onBlue, { port: 80 }), await addressOf(db))
    t.equal(await ask(web, await addressOf(db), { port: 80 }), onBlue)
    t.equal(await ask(web, '192.0.2.9', { port: 80 }), '192.0.2.1', 'out by the bridge')
    for (const port of [8080, 9090]) {
      t.equal(await ask(w.outside, '192.0.2.1', { port }), '192.0.2.9', `port ${port}`)
    }
  })
}

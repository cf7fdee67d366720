import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { BridgeVxlanOptions } from '../../../src/lab/bridge-tunnel.ts'
import type { Bridge } from '../../../src/lab/bridge.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import { hasLink } from '../../../src/lab/link.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Segment, SegmentOptions } from '../../../src/lab/segment.ts'

t.setTimeout(600_000)

interface Site {
  host: Host
  bridge: Bridge
}

interface World extends AsyncDisposable {
  lab: Lab
  wan: Segment
  alpha: Site
  beta: Site
  gamma: Site
  bridges: Bridge[]
  web: Container
  db: Container
  bus: Container
}

/**
 *     web 10.0.1.2 ─ blue ─ alpha .1 ─┐
 *     db .130      ─ blue ─ beta .2  ─┼─ wan 192.0.2.0/24, or another underlay
 *     bus .194     ─ blue ─ gamma .3 ─┘
 */
async function world(
  underlay: (n: number) => string = n => `192.0.2.${n}/24`,
  options: SegmentOptions = {},
): Promise<World> {
  const lab = new Lab()
  const wan = await lab.segment('wan', options)
  const site = async (name: string, n: number, address: number): Promise<Site> => {
    const host = await wan.join(name, underlay(n))
    return { host, bridge: await host.bridge('blue', `10.0.1.${address}/24`) }
  }
  const alpha = await site('alpha', 1, 1)
  const beta = await site('beta', 2, 129)
  const gamma = await site('gamma', 3, 193)
  const web = await alpha.bridge.container('web')
  const db = await beta.bridge.container('db')
  const bus = await gamma.bridge.container('bus')
  const bridges = [alpha, beta, gamma].map(({ bridge }) => bridge)
  const [sites, containers] = [
    { alpha, beta, gamma, bridges },
    { web, db, bus },
  ]
  return { lab, wan, ...sites, ...containers, [Symbol.asyncDispose]: () => lab.close() }
}

const mtuOf = async (container: Container) => (await (await container.link('eth0')).info()).mtu

/** Where a host's VXLAN device sends what is for everybody. */
async function floodedTo({ host }: Site): Promise<string[]> {
  const { index } = await host.link('vxlan.42')
  const entries = (await host.fdb()).filter(entry => entry.index === index)
  return entries
    .filter(({ mac }) => mac === '00:00:00:00:00:00')
    .map(({ dst = '' }) => dst)
    .sort()
}

for (const flood of ['head-end', 'multicast'] as const) {
  t.test(`${flood}: bridges of hosts are one Ethernet until it is closed`, async t => {
    await using w = await world()
    const { web, db, bus } = w
    await expect(web).not.toPing(db)
    const tunnel = await w.lab.vxlan(42, { over: w.wan, between: w.bridges, flood })
    await expectMatrix([web, db, bus], 'all')
    const { name, node } = tunnel.deviceOn(w.beta.bridge)
    t.equal(`${name} on ${node.label}`, 'vxlan.42 on beta')
    await using onWire = await w.beta.host.capture('eth0')
    await expect(web).toPing(db)
    await expect(onWire).toSee(/\.4789: .*vni 42\nIP 10\.0\.1\.2 > 10\.0\.1\.130: ICMP/)
    await tunnel.close()
    for (const { host } of [w.alpha, w.beta, w.gamma]) t.notOk(hasLink(host.netns, 'vxlan.42'))
    await expect(web).not.toPing(db)
  })
}

t.test('a bridge comes and goes while the others go on', async t => {
  await using w = await world()
  const { alpha, beta, gamma } = w
  const [blue, annex] = [alpha.bridge, beta.bridge]
  await using tunnel = await w.lab.vxlan(42, { over: w.wan, between: [blue, annex] })
  const { web, db, bus } = w
  await expect(web).not.toPing(bus)
  await tunnel.add(gamma.bridge)
  await expectMatrix([web, db, bus], 'all')
  t.same(await floodedTo(alpha), ['192.0.2.2', '192.0.2.3'])
  await tunnel.remove(gamma.bridge)
  t.notOk(hasLink(gamma.host.netns, 'vxlan.42'))
  t.same(await floodedTo(alpha), ['192.0.2.2'], 'nothing is sent there any more')
  const { index } = await alpha.host.link('vxlan.42')
  const learned = (await alpha.host.fdb()).filter(entry => entry.index === index)
  const isThere = learned.some(({ dst }) => dst === '192.0.2.3')
  t.notOk(isThere, 'nor to what was learned')
  await expectMatrix([web, db, bus], (from, to) => from !== bus && to !== bus)
  await tunnel.add(gamma.bridge)
  await expectMatrix([web, db, bus], 'all')
})

for (const { what, underlay, options, mtu } of [
  { what: 'IPv4', underlay: undefined, options: {}, mtu: 1450 },
  { what: 'IPv4 on a smaller segment', underlay: undefined, options: { mtu: 1400 }, mtu: 1350 },
  { what: 'IPv6', underlay: (n: number) => `2001:db8::${n}/64`, options: {}, mtu: 1430 },
]) {
  t.test(`${what}: containers send no larger packets than fit, ${mtu} bytes`, async t => {
    await using w = await world(underlay, options)
    const { web, db, bus } = w
    t.equal(await mtuOf(web), 1500, 'as it was made')
    const tunnel = await w.lab.vxlan(42, { over: w.wan, between: [w.alpha.bridge, w.beta.bridge] })
    const late = await w.alpha.bridge.container('late')
    for (const container of [web, db, late]) t.equal(await mtuOf(container), mtu, container.label)
    t.equal((await w.alpha.bridge.info()).mtu, mtu, 'nor does its host')
    t.equal(await mtuOf(bus), 1500, 'a bridge that is not of it')
    for (const from of [web, late]) {
      await expect(from).toPing(db, { payload: mtu - 28, fragment: false })
      await expect(from, { windowMs: 50 }).not.toPing(db, { payload: mtu - 27, fragment: false })
    }
    await tunnel.close()
    t.equal(await mtuOf(web), mtu, 'it stays')
  })
}

t.test('a bridge whose containers send less already goes on so', async t => {
  await using w = await world()
  const between = [w.alpha.bridge, w.beta.bridge]
  await w.alpha.bridge.shrink(1300)
  await w.lab.vxlan(42, { over: w.wan, between })
  t.same(await Promise.all([w.web, w.db].map(mtuOf)), [1300, 1450])
})

t.test('tunnels of two VNIs do not see each other', async t => {
  await using w = await world()
  const { alpha, beta } = w
  await w.lab.vxlan(42, { over: w.wan, between: [alpha.bridge, beta.bridge] })
  const [red, annex] = [await alpha.host.bridge('red'), await beta.host.bridge('red')]
  const app = await red.container('app', { address: '10.0.1.2/24' })
  const job = await annex.container('job', { address: '10.0.1.130/24' })
  await using onDb = await w.db.capture('eth0')
  await expect(app).not.toPing(job)
  await w.lab.vxlan(43, { over: w.wan, between: [red, annex] })
  await expect(app).toPing(job)
  t.same(onDb.packets().map(String), [], 'the same addresses, another Ethernet')
  await expect(w.web).toPing(w.db)
})

interface Refusal {
  what: string
  /** Options beside, or instead of, all three bridges over wan. */
  options?: (w: World) => Promise<Partial<BridgeVxlanOptions>>
  vni?: number
  error: { name: string; code: string; message: string | RegExp }
}

const refusals: readonly Refusal[] = [
  ...[0, -1, 1.5, NaN, 2 ** 24].map(vni => ({
    what: `VNI ${vni}`,
    vni,
    error: {
      name: 'UsageError',
      code: 'TNET_VNI_INVALID',
      message: `${vni} is not a VXLAN network identifier`,
    },
  })),
  {
    what: 'two bridges of a host',
    options: async ({ bridges, alpha }) => ({
      between: [...bridges, await alpha.host.bridge('red')],
    }),
    error: {
      name: 'UsageError',
      code: 'TNET_LAB_MISUSE',
      message: 'VXLAN 42 has a bridge on "alpha" already',
    },
  },
  {
    what: 'a host that is not on the segment',
    options: async ({ lab, bridges }) => ({
      between: [...bridges, await (await lab.host('far')).bridge('red')],
    }),
    error: { name: 'UsageError', code: 'TNET_LAB_MISUSE', message: '"far" is not on "wan"' },
  },
  {
    what: 'a host without an address there',
    options: async ({ wan, bridges }) => ({
      between: [...bridges, await (await wan.join('far')).bridge('red')],
    }),
    error: {
      name: 'UsageError',
      code: 'TNET_UPLINK_NONE',
      message: '"far" has no link to other hosts: "eth0" has no address',
    },
  },
  {
    what: 'a VNI that a host has already',
    options: async ({ gamma }) => {
      await gamma.host.addLink({ type: 'vxlan', name: 'mine', id: 42, port: 4789 })
      return {}
    },
    error: {
      name: 'KernelError',
      code: 'TNET_LINK_EXISTS',
      message: 'could not create vxlan device "vxlan.42" on "gamma"',
    },
  },
]

for (const { what, vni = 42, options = async () => ({}), error } of refusals) {
  t.test(`${what}: refused, and no bridge has a way to another`, async t => {
    await using w = await world()
    const given = await options(w)
    const create = w.lab.vxlan(vni, { over: w.wan, between: w.bridges, ...given })
    await t.rejects(create, { ...error, hint: /./ })
    for (const { host } of [w.alpha, w.beta, w.gamma]) {
      t.notOk(hasLink(host.netns, `vxlan.${vni}`), host.label)
    }
    await using _again = await w.lab.vxlan(44, { over: w.wan, between: w.bridges })
    await expect(w.web).toPing(w.bus)
  })
}

t.test('a bridge that cannot be added leaves the others as they were', async t => {
  await using w = await world()
  const { alpha, beta, gamma } = w
  const between = [alpha.bridge, beta.bridge]
  await using tunnel = await w.lab.vxlan(42, { over: w.wan, between })
  await gamma.host.addLink({ type: 'vxlan', name: 'mine', id: 42, port: 4789 })
  await t.rejects(tunnel.add(gamma.bridge), { code: 'TNET_LINK_EXISTS' })
  t.same(await floodedTo(alpha), ['192.0.2.2'])
  await expect(w.web).toPing(w.db)
  const unknown = {
    name: 'UsageError',
    code: 'TNET_LAB_MISUSE',
    message: 'VXLAN 42 does not reach bridge "blue"',
  }
  t.throws(() => tunnel.deviceOn(gamma.bridge), unknown)
  await t.rejects(tunnel.remove(gamma.bridge), unknown)
  await (await gamma.host.link('mine')).delete()
  await tunnel.add(gamma.bridge)
  await expect(w.web).toPing(w.bus)
})

t.test('when one host cannot be told of another, none is', async t => {
  await using w = await world()
  const between = [w.alpha.bridge, w.beta.bridge]
  await using tunnel = await w.lab.vxlan(42, { over: w.wan, between })
  await tunnel.deviceOn(w.beta.bridge).delete()
  await t.rejects(tunnel.add(w.gamma.bridge), { name: 'KernelError', errno: 'ENODEV' })
  t.same(await floodedTo(w.alpha), ['192.0.2.2'])
  t.notOk(hasLink(w.gamma.host.netns, 'vxlan.42'))
  t.throws(() => tunnel.deviceOn(w.gamma.bridge), { code: 'TNET_LAB_MISUSE' })
})

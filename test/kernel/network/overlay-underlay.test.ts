import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { addressOf, keptIn, kinds, stateOf, SUBNET, threeHosts, ways } from './cross-host.ts'
import { ask, pings, whoami } from './probes.ts'

t.setTimeout(600_000)

/** Containers `a1` on the first host and `b1` on the second. */
async function onTwo(lab: Lab, prefixes: readonly [string, string], { mtu = 1500 } = {}) {
  const wan = await lab.segment('wan', { mtu })
  const alpha = await wan.join('alpha', prefixes[0])
  const beta = await wan.join('beta', prefixes[1])
  return { wan, alpha, beta, hosts: [alpha, beta] }
}

for (const { name, options } of ways.filter(({ name }) => name.startsWith('vxlan'))) {
  if (options['directRouting'] === true) continue
  t.test(`R7: ${name} over IPv6 alone takes 70 bytes of each packet`, async t => {
    await using lab = new Lab()
    const { alpha, beta, hosts } = await onTwo(lab, ['2001:db8:f::1/64', '2001:db8:f::2/64'])
    const blue = await lab.network('blue', { ...options, subnet: SUBNET, hosts })
    const a1 = await alpha.container('a1', { network: blue })
    const b1 = await beta.container('b1', { network: blue })
    await expect(a1).toHaveLink('eth0', { mtu: 1430 })
    await using wire = await beta.capture('eth0')
    await expect(a1).toPing(b1, { payload: 1430 - 28, fragment: false })
    await expect(wire).toSee(/IP6 2001:db8:f::1\.\d+ > 2001:db8:f::2\.\d+: .*vni 1/)
    t.equal(blue.subnet, SUBNET)
  })
}

const overIPv4: readonly [what: string, object][] = [
  ['ipip', { driver: 'ipip' }],
  ['gre', { driver: 'gre' }],
  ['gretap', { driver: 'gretap' }],
  ['host-gw', { driver: 'host-gw' }],
  ['routed', { driver: 'routed' }],
  ['directRouting', { driver: 'vxlan', directRouting: true }],
]
t.test('what goes over IPv4 refuses hosts that have IPv6 alone', async t => {
  await using lab = new Lab()
  const { hosts } = await onTwo(lab, ['2001:db8:f::1/64', '2001:db8:f::2/64'])
  const before = await stateOf(...hosts)
  for (const [what, options] of overIPv4) {
    const network = lab.network('blue', { driver: '', ...options, subnet: SUBNET, hosts })
    await t.rejects(
      network,
      {
        code: 'TNET_UPLINK_FAMILY',
        message: 'network "blue": "alpha" has 2001:db8:f::1/64 alone',
        hint: `${what} goes over IPv4; give the host an IPv4 address, or take driver: 'vxlan'`,
      },
      what,
    )
  }
  t.same(await stateOf(...hosts), before)
})

t.test('hosts of which some have IPv4 and some IPv6 alone are no network', async t => {
  await using lab = new Lab()
  const { wan, alpha, beta } = await onTwo(lab, ['192.0.2.1/24', '2001:db8:f::2/64'])
  const refused = {
    code: 'TNET_UPLINK_FAMILY',
    message: 'network "blue": "beta" has 2001:db8:f::2/64 alone, and "alpha" 192.0.2.1/24',
    hint: 'the hosts reach each other by one family: give "beta" an IPv4 address too',
  }
  const create = (hosts: (typeof alpha)[]) =>
    lab.network('blue', { driver: 'vxlan', subnet: SUBNET, hosts })
  await t.rejects(create([alpha, beta]), refused)
  await t.rejects(create([beta, alpha]), refused)
  const blue = await create([alpha])
  await t.rejects(blue.addHost(beta), refused)
  await (await beta.link('eth0')).addAddress('192.0.2.2/24')
  await blue.addHost(beta)
  t.ok(wan)
})

t.test('a group has to be one, of the hosts’ family', async t => {
  await using lab = new Lab()
  const { hosts } = await onTwo(lab, ['192.0.2.1/24', '192.0.2.2/24'])
  const multicast = { driver: 'vxlan', flat: true, flood: 'multicast', hosts, subnet: SUBNET }
  for (const group of ['192.0.2.7', 'wan', 'ff05::1', '']) {
    await t.rejects(lab.network('blue', { ...multicast, group } as object), {
      code: 'TNET_NETWORK_OPTION',
      message: `network "blue": "${group}" is no multicast address of IPv4, as the hosts use`,
      facts: { option: 'group' },
    })
  }
  await lab.network('blue', { ...multicast, group: '239.7.7.7' } as object)
  const { stdout } = await hosts[0]!.$`ip -d link show vxlan.1`
  t.match(stdout, / group 239\.7\.7\.7 /)
})

t.test('an underlay of 9000 leaves 8950 to VXLAN, and so on', async t => {
  const mtus = { vxlan: 8950, 'vxlan flat, head-end': 8950, ipip: 8980, gretap: 8962 }
  const expected = new Map<string, number>(
    Object.entries({ ...mtus, 'host-gw': 9000, routed: 9000 }),
  )
  for (const { name, options } of kinds) {
    await using lab = new Lab()
    const { alpha, beta, hosts } = await onTwo(lab, ['192.0.2.1/24', '192.0.2.2/24'], {
      mtu: 9000,
    })
    const blue = await lab.network('blue', { ...options, subnet: SUBNET, hosts })
    const a1 = await alpha.container('a1', { network: blue })
    const b1 = await beta.container('b1', { network: blue })
    const mtu = expected.get(name) ?? 0
    await expect(a1).toHaveLink('eth0', { mtu })
    await expect(a1).toPing(b1, { payload: mtu - 28, fragment: false })
    t.pass(name)
  }
})

t.test('hosts on two segments: the network goes over the one that is said', async t => {
  for (const { name, options } of kinds) {
    await using lab = new Lab()
    const { wan, alpha, beta, hosts } = await onTwo(lab, ['192.0.2.1/24', '192.0.2.2/24'])
    const lan = await lab.segment('lan')
    await lan.join(alpha, '198.51.100.1/24')
    await lan.join(beta, '198.51.100.2/24')
    const create = (over: object) =>
      lab.network('blue', { ...options, subnet: SUBNET, hosts, ...over })
    const before = await stateOf(alpha, beta)
    await t.rejects(create({}), {
      code: 'TNET_UPLINK_UNCLEAR',
      message: 'it is not clear by which link "alpha" reaches the other hosts: eth0 or eth1',
      hint: `say it: over: wan, or over: 'eth0'; or give the host a default route`,
    })
    await t.rejects(create({ over: 'eth7' }), { code: 'TNET_UPLINK_NONE', message: /no "eth7"/ })
    t.same(await stateOf(alpha, beta), before)
    const blue = await create({ over: lan })
    const a1 = await alpha.container('a1', { network: blue })
    const b1 = await beta.container('b1', { network: blue })
    await expectMatrix([a1, b1], 'all')
    await wan.unplug(beta)
    t.ok(await pings(a1, await addressOf(b1)), `${name} does not need the other`)
    await lan.unplug(beta)
    await expect(a1).not.toPing(b1)
  }
})

t.test('without a word it takes the link of the default route', async t => {
  await using w = await threeHosts()
  const { lab, networks, alpha, beta, store } = w
  const lan = await lab.segment('lan')
  for (const [n, host] of [alpha, beta].entries()) {
    await lan.join(host, `198.51.100.${n + 1}/24`)
    await host.addRoute({ to: 'default', via: '198.51.100.9' })
  }
  await networks.create('blue', { driver: 'ipip', subnet: SUBNET, hosts: [alpha, beta] })
  await expect(alpha).toHaveRoute('10.244.2.0/24', { via: '198.51.100.2', dev: 'flannel.ipip' })
  t.ok(Object.keys(await keptIn(store)).includes('networks/blue'))
})

t.test('a network has to have hosts, and other subnets than IPv6', async t => {
  await using w = await threeHosts()
  for (const { name, options } of kinds) {
    const create = (more: object) => w.networks.create('blue', { ...options, ...more })
    const nobody = { code: 'TNET_NETWORK_HOSTS', message: 'network "blue" has no hosts' }
    await t.rejects(create({ hosts: [] }), nobody, name)
    const hosts = [w.alpha, w.beta]
    const twice = { code: 'TNET_NETWORK_HOSTS', message: 'network "blue" is on "alpha" already' }
    await t.rejects(create({ hosts: [...hosts, w.alpha] }), twice, name)
    await t.rejects(create({ hosts, subnet: '2001:db8:b::/64' }), {
      code: 'TNET_NETWORK_FAMILY',
      message: 'network "blue" cannot have 2001:db8:b::/64 alone: its subnet is IPv4',
    })
  }
  t.same(await keptIn(w.store), {})
})

t.test('a flat network can have IPv6 as well, a divided one says that it cannot', async t => {
  await using w = await threeHosts()
  const hosts = [w.alpha, w.beta]
  const ipv6 = '2001:db8:b::/64'
  const flat = { driver: 'vxlan', flat: true, subnet: SUBNET, ipv6, hosts }
  const blue = await w.networks.create('blue', flat)
  const a1 = await w.alpha.container('a1', { network: blue, publish: ['8080:80'] })
  const b1 = await w.beta.container('b1', { network: blue })
  await using _server = await whoami(a1, 80)
  t.equal(await ask(w.outside, '192.0.2.1', { port: 8080 }), '192.0.2.9', 'published for IPv4')
  const { endpoints } = await blue.inspect()
  const address = endpoints.find(({ container }) => container === 'b1')?.ipv6?.address
  // The first neighbour solicitation may come to nothing on a busy machine; the next is a second later.
  await expect(a1).eventually.toPing(address ?? 'none')
  await expect(b1).toHaveAddress(`${address}/64`)
  for (const { name, options, isDivided } of kinds) {
    if (!isDivided) continue
    const green = w.networks.create('green', { ...options, ipv6, hosts })
    const message = 'network "green": each host has a part of its own, so no "ipv6"'
    await t.rejects(green, { code: 'TNET_NETWORK_OPTION', message }, name)
  }
})

t.test('automatic subnets of divided networks keep clear of each other and of routes', async t => {
  await using w = await threeHosts()
  const hosts = [w.alpha, w.beta]
  await w.beta.addRoute({ to: '10.245.7.0/24', via: '192.0.2.9' })
  const first = await w.networks.create('first', { driver: 'host-gw', hosts })
  const second = await w.networks.create('second', { driver: 'routed', hosts })
  t.same([first.subnet, second.subnet], ['10.244.0.0/16', '10.246.0.0/16'])
  const overlapping = { driver: 'host-gw', hosts, subnet: '10.244.128.0/20' }
  await t.rejects(w.networks.create('third', overlapping), { code: 'TNET_POOL_OVERLAP' })
  for (let n = 247; n < 256; n++) {
    await w.beta.addRoute({ to: `10.${n}.1.0/24`, via: '192.0.2.9' })
  }
  await t.rejects(w.networks.create('third', { driver: 'host-gw', hosts }), {
    code: 'TNET_POOL_NONE_LEFT',
    message: 'there is no free subnet left for network "third"',
    hint: `say which: subnet: '10.100.0.0/16'`,
    facts: { tried: '10.244.0.0/16 to 10.255.0.0/16' },
  })
})

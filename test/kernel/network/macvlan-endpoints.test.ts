import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { Networks } from '../../../src/network/networks.ts'
import { addressOf, keptIn, stateOf, threeHosts } from './cross-host.ts'
import { lanNetwork, range, silent } from './macvlan-lan.ts'

t.setTimeout(600_000)

t.test('addresses of hosts are never given to containers, nor auxiliary ones', async t => {
  await using w = await threeHosts()
  const { networks, alpha, beta } = w
  const lan = await networks.create('lan', {
    driver: 'macvlan',
    subnet: '192.0.2.0/28',
    auxiliary: { printer: '192.0.2.5' },
    hosts: [alpha, beta],
  })
  const given = []
  for (let n = 0; n < 9; n++) {
    const container = await alpha.container(`c${n}`, { network: lan })
    given.push(Number((await addressOf(container)).split('.')[3]))
  }
  t.strictSame(given, [4, 6, 7, 8, 10, 11, 12, 13, 14])
  await t.rejects(alpha.container('more', { network: lan }), { code: 'TNET_POOL_EXHAUSTED' })
  await t.rejects(alpha.container('more', { network: lan, address: '192.0.2.2' }), {
    name: 'UsageError',
  })
})

t.test('without a lab, its own hosts’ addresses are known', async t => {
  await using w = await threeHosts()
  const { alpha, beta } = w
  const networks = new Networks(new MemoryStore())
  const hosts = [alpha.netns, beta.netns]
  await networks.create('lan', { driver: 'macvlan', hosts })
  const place = { host: alpha.netns, container: (await alpha.container('web')).netns }
  t.match(await networks.connect('lan', place), { address: '192.0.2.3' })
})

t.test('a host that comes later has its own address for itself', async t => {
  await using w = await threeHosts()
  const { wan, networks, store, alpha } = w
  const hosts = [alpha]
  const lan = await networks.create('lan', { driver: 'macvlan', range, hosts })
  const before = await keptIn(store)
  const web = await alpha.container('web', { network: lan })
  const taken = await wan.join('taken', '192.0.2.64/24')
  await t.rejects(lan.addHost(taken), { code: 'TNET_ADDRESS_TAKEN' })
  const late = await wan.join('late', '192.0.2.65/24')
  await lan.addHost(late)
  await lan.addHost(w.gamma)
  const app = await late.container('app', { network: lan })
  t.equal(await addressOf(app), '192.0.2.66')
  await lan.disconnect(app)
  await lan.removeHost(late)
  await lan.removeHost(w.gamma)
  await lan.disconnect(web)
  t.strictSame(Object.keys(await keptIn(store)), Object.keys(before))
})

t.test('an auxiliary address may be that of a host', async t => {
  await using w = await threeHosts()
  const { networks, alpha } = w
  const auxiliary = { router: '192.0.2.9' }
  const lan = await networks.create('lan', { driver: 'macvlan', auxiliary, hosts: [alpha] })
  t.equal(lan.subnet, '192.0.2.0/24')
})

t.test('the trace makes such a container by hand', async t => {
  const trace: string[] = []
  await using lab = new Lab({ onAction: shell => trace.push(shell) })
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const lan = await lab.network('lan', { driver: 'macvlan', range, gateway: '192.0.2.3' })
  await alpha.container('web', { network: lan })
  const own = trace.filter(
    line => /mv[0-9a-f]{12}|eth0/.test(line) && /alpha link add|-n web/.test(line),
  )
  t.strictSame(
    own.map(line => line.replace(/mv[0-9a-f]{12}/, 'mvID')),
    [
      'ip -n alpha link add link eth0 mvID netns web address 02:42:c0:00:02:40 type macvlan mode bridge',
      'ip -n web link set mvID name eth0',
      'ip -n web link set eth0 addrgenmode none',
      'ip -n web addr add 192.0.2.64/24 brd + dev eth0',
      'ip -n web link set eth0 up',
      'ip -n web route add default via 192.0.2.3 dev eth0',
    ],
  )
})

t.test('ports are refused: containers are reached by their own addresses', async t => {
  await using w = await lanNetwork()
  const { alpha, store, lan } = w
  const before = [await stateOf(alpha), await keptIn(store)]
  await t.rejects(alpha.container('shop', { network: lan, publish: ['8080:80'] }), {
    name: 'UsageError',
    code: 'TNET_NETWORK_PORTS',
    message: '"shop" publishes ports, but network "lan" is of driver "macvlan"',
  })
  t.strictSame(await stateOf(alpha), before[0])
  t.strictSame(Object.keys(await keptIn(store)), Object.keys(before[1] ?? {}))
  await alpha.container('shop', { network: lan })
})

t.test('a host may join and leave, and a deleted network leaves nothing', async t => {
  await using w = await threeHosts()
  const { networks, store, alpha, beta, gamma } = w
  const hosts = [alpha, beta, gamma]
  const before = [await stateOf(...hosts), await keptIn(store)]
  const lan = await networks.create('lan', { driver: 'macvlan', range, hosts: [alpha, beta] })
  const web = await alpha.container('web', { network: lan })
  await t.rejects(gamma.container('queue', { network: lan }), { code: 'TNET_NETWORK_HOSTS' })
  await lan.addHost(gamma)
  t.strictSame(lan.partOf(gamma), { subnet: '192.0.2.0/24', gateway: undefined })
  const queue = await gamma.container('queue', { network: lan })
  await expect(web).toPing(queue)
  await expect(queue).toPing(beta)
  await t.rejects(lan.removeHost(gamma), { code: 'TNET_NETWORK_IN_USE' })
  await lan.disconnect(queue)
  await expect(queue).not.toHaveLink('eth0')
  await lan.removeHost(gamma)
  await expect(web).toPing(gamma)
  await t.rejects(lan.delete(), { code: 'TNET_NETWORK_IN_USE' })
  await lan.disconnect(web)
  await lan.delete()
  t.strictSame([await stateOf(...hosts), await keptIn(store)], before)
})

t.test('a link that went by itself does not keep a container on its network', async () => {
  await using w = await lanNetwork()
  await (await w.web.link('eth0')).delete()
  await w.lan.disconnect(w.web)
  await w.lan.connect(w.web)
  await expect(w.web).toPing(w.db)
})

t.test('an endpoint that cannot be is not half made', async t => {
  await using w = await lanNetwork()
  const { lan, alpha, app, store } = w
  const node = await alpha.container('node')
  const kept = Object.keys(await keptIn(store))
  const links = async () => (await node.links()).map(({ name }) => name)
  const before = await links()
  await t.rejects(lan.connect(node, { device: 'lo' }), { code: 'TNET_LINK_EXISTS' })
  const group = 'ff:ff:ff:ff:ff:ff'
  await t.rejects(lan.connect(node, { mac: group }), { code: 'TNET_LINK_MISSING' })
  t.strictSame(await links(), before)
  t.strictSame(Object.keys(await keptIn(store)), kept)
  await lan.connect(node)
  await expect(node).toPing(app)
})

t.test('where the cable is out a container is connected all the same', async () => {
  await using w = await lanNetwork()
  const { lan, wan, alpha, db } = w
  const eth0 = await alpha.link('eth0')
  for (const [name, cut, mend] of [
    ['one', () => eth0.down(), () => eth0.up()],
    ['two', () => wan.unplug(alpha), () => wan.plug(alpha)],
  ] as const) {
    await cut()
    const container = await alpha.container(name, { network: lan })
    await expect(container, silent).not.toPing(db)
    await mend()
    await expect(container).eventually.toPing(db)
  }
})

t.test('what cannot be is refused, and leaves nothing', async t => {
  await using w = await threeHosts()
  const { lab, networks, store, alpha, beta, gamma } = w
  await gamma.forward()
  const lan = await lab.segment('lan')
  await lan.join(gamma, '198.51.100.1/24')
  const far = await lan.join('far', '198.51.100.2/24')
  await far.addRoute({ to: 'default', via: '198.51.100.1' })
  await alpha.addRoute({ to: '198.51.100.0/24', via: '192.0.2.3' })
  const lonely = await lab.host('lonely')
  const six = await lab.segment('six')
  const v6 = await six.join('v6', '2001:db8::1/64')
  const hosts = [alpha, beta]
  const before = [await stateOf(...hosts), await keptIn(store)]
  const option = { code: 'TNET_NETWORK_OPTION' }
  const cases: readonly [string, object, object][] = [
    [
      'a mode that there is not',
      { mode: 'ipvlan' },
      { ...option, message: /"mode" is bridge, private or vepa, not "ipvlan"/ },
    ],
    ['another option', { id: 42 }, { ...option, message: /there is no option "id"/ }],
    ['an MTU of no link', { mtu: 67 }, { ...option, message: /"mtu" is from 68/ }],
    [
      'an MTU that the parent does not take',
      { mtu: 9000 },
      { ...option, message: 'network "lan": "mtu" is 9000, and eth0 of "alpha" takes 1500 bytes' },
    ],
    ['no hosts', { hosts: [] }, { code: 'TNET_NETWORK_HOSTS' }],
    [
      'no such parent',
      { parent: 'eth7' },
      { code: 'TNET_UPLINK_NONE', message: /there is no "eth7"/ },
    ],
    ['a host on no segment', { hosts: [lonely] }, { code: 'TNET_UPLINK_NONE' }],
    ['hosts behind a router', { hosts: [alpha, far] }, { code: 'TNET_HOSTS_NOT_ADJACENT' }],
    ['an underlay of IPv6 alone', { hosts: [v6] }, { code: 'TNET_UPLINK_FAMILY' }],
    ['a gateway elsewhere', { gateway: '10.0.0.1' }, {}],
  ]
  for (const [what, options, error] of cases) {
    const made = networks.create('lan', { driver: 'macvlan', hosts, ...options })
    await t.rejects(made, { name: 'UsageError', ...error }, what)
  }
  t.strictSame([await stateOf(...hosts), await keptIn(store)], before)
})

import '../../sandboxed.ts'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { hasFeature } from '../../../src/kernel/features.ts'
import { connectTcp } from '../../../src/kernel/inet-socket.ts'
import { TcpServer } from '../../../src/kernel/tcp-server.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { LabNetwork } from '../../../src/lab/lab-network.ts'
import type { OwnNetworkOptions } from '../../../src/lab/lab-network-options.ts'
import type { TunnelOptions } from '../../../src/network/overlay/tunnel-choice.ts'
import { addressOf, keptIn, stateOf, threeHosts, type ThreeHosts } from './cross-host.ts'
t.setTimeout(600_000)

const subnet = '10.42.0.0/24'
const blueOptions = { driver: 'vlan', id: 42, subnet }
const kernel = hasFeature('vlan')

/** Who tags the frames; without the kernel's module, stand-ins alone. */
const makers: Record<string, NonNullable<TunnelOptions['tunnels']>> = {
  'stand-ins': 'userspace',
  'the kernel': 'kernel',
  'a stand-in beside the kernel': { beta: 'userspace' },
}

interface Blue extends ThreeHosts {
  blue: LabNetwork
  web: Container
  app: Container
  db: Container
}

/** web and app on alpha, db on beta. */
async function blueNetwork(options: Partial<OwnNetworkOptions> = {}): Promise<Blue> {
  const w = await threeHosts()
  const { networks, alpha, beta } = w
  const blue = await networks.create('blue', {
    ...blueOptions,
    hosts: [alpha, beta],
    ...options,
  })
  const web = await alpha.container('web', { network: blue })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  const dispose = async () => {
    await remove(blue, web, app, db)
    await w[Symbol.asyncDispose]()
  }
  return { ...w, blue, web, app, db, [Symbol.asyncDispose]: dispose }
}

/** Deletes a network with all its endpoints, so that no stand-in outlives its test. */
async function remove(network: LabNetwork, ...containers: readonly Container[]): Promise<void> {
  for (const container of containers) await network.disconnect(container)
  await network.delete()
}

/** Sends four megabytes and gets their digest back. */
async function digestOverTcp(from: Container, to: Container): Promise<[string, string]> {
  const sent = randomBytes(4 << 20)
  const hash = createHash('sha256')
  let bytes = 0
  await using sink = await TcpServer.start(to.netns.fd, { label: to.label }, socket => {
    socket.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      if ((bytes += chunk.length) === sent.length) socket.end(hash.digest('hex'))
    })
  })
  const target = { address: await addressOf(to), port: sink.port }
  const socket = await connectTcp(from.netns.fd, { to: target, label: from.label })
  socket.write(sent)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return [String(answer), createHash('sha256').update(sent).digest('hex')]
}

for (const [name, tunnels] of Object.entries(makers)) {
  const isNeeded = tunnels !== 'userspace' && !kernel.available
  const skip = isNeeded ? `vlan: ${kernel.reason}` : false

  t.test(`${name}: containers on two hosts share one Ethernet, with its tag`, { skip }, async t => {
    await using w = await blueNetwork({ tunnels })
    const { alpha, beta, web, app, db } = w
    await expect(web).toPing(db)
    await expect(db).toPing('app')
    await expect(web).toPing(app)
    for (const host of [alpha, beta]) {
      await using wire = await host.capture('eth0')
      await expect(web).toPing(db)
      const frames = wire.packets().filter(({ layers }) => layers[1]?.protocol === 'vlan')
      const macs = { web: '02:42:0a:2a:00:03', db: '02:42:0a:2a:00:05' }
      t.match(
        frames.map(({ layers }) => layers).filter(layers => layers[2]?.protocol === 'ipv4'),
        [
          [
            { source: macs.web, destination: macs.db, type: 0x8100 },
            { id: 42, priority: 0, type: 0x0800 },
            { source: await addressOf(web), destination: await addressOf(db) },
          ],
          [{ source: macs.db, destination: macs.web }, { id: 42 }, {}],
        ],
        host.label,
      )
      t.equal(
        wire.packets().filter(packet => /10\.42\./.test(String(packet))).length,
        frames.length,
      )
    }
  })

  t.test(`${name}: nothing is taken from the MTU, and streams arrive whole`, { skip }, async t => {
    await using w = await blueNetwork({ tunnels })
    const { web, db } = w
    await expect(web).toHaveLink('eth0', { mtu: 1500 })
    await expect(web).toPing(db, { payload: 1472, fragment: false })
    await expect(web).not.toPing(db, { payload: 1473, fragment: false })
    for (const [from, to] of [
      [web, db],
      [db, web],
    ] as const) {
      const [got, sent] = await digestOverTcp(from, to)
      t.equal(got, sent, `${from} to ${to}`)
    }
  })

  t.test(`${name}: without its link a host is cut off, and comes back`, { skip }, async () => {
    await using w = await blueNetwork({ tunnels })
    const { wan, alpha, beta, web, app, db } = w
    await expect(web).toPing(db)
    const eth0 = await beta.link('eth0')
    for (const [cut, mend] of [
      [() => eth0.down(), () => eth0.up()],
      [() => wan.unplug(alpha), () => wan.plug(alpha)],
    ] as const) {
      await cut()
      await expect(web, { windowMs: 100 }).not.toPing(db)
      await expect(web).toPing(app)
      await mend()
      await expect(web).eventually.toPing(db)
    }
  })

  t.test(
    `${name}: a host may join and leave, and a deleted network leaves nothing`,
    { skip },
    async t => {
      await using w = await threeHosts()
      const { networks, store, alpha, beta, gamma } = w
      const hosts = [alpha, beta, gamma]
      const state = async () => [await stateOf(...hosts), Object.keys(await keptIn(store))]
      // With it the kernel turns accept_redirects off, and networks leave it on.
      for (const host of hosts) await host.forward()
      const before = await state()
      const options = { ...blueOptions, tunnels, hosts: [alpha, beta] }
      const blue = await networks.create('blue', options)
      const web = await alpha.container('web', { network: blue })
      const two = await state()
      await blue.addHost(gamma)
      t.strictSame(blue.partOf(gamma), { subnet, gateway: '10.42.0.4' })
      const queue = await gamma.container('queue', { network: blue })
      await expect(web).toPing(queue)
      await t.rejects(blue.removeHost(gamma), { code: 'TNET_NETWORK_IN_USE' })
      await blue.disconnect(queue)
      await blue.removeHost(gamma)
      t.strictSame(await state(), two)
      await blue.disconnect(web)
      await blue.delete()
      t.strictSame(await state(), before)
    },
  )
}

t.test('two VLANs of one wire do not see each other', async t => {
  await using w = await blueNetwork()
  const { networks, alpha, beta, web, db } = w
  const green = await networks.create('green', {
    driver: 'vlan',
    id: 43,
    subnet: '10.43.0.0/24',
    hosts: [alpha, beta],
  })
  const cache = await beta.container('cache', { network: green })
  const shop = await alpha.container('shop', { network: green })
  await using onCache = await cache.capture('eth0')
  await using onWire = await beta.capture('eth0')
  await expect(web).toPing(db)
  t.strictSame(onCache.packets().map(String), [])
  // An address of the other's subnet does not help: nobody there hears the question.
  const eth0 = await web.link('eth0')
  await eth0.addAddress('10.43.0.200/24')
  await expect(web, { windowMs: 100 }).not.toPing(cache)
  await expect(onWire).toSee({ vlan: 42, protocol: 'arp', destination: cache })
  t.strictSame(onCache.packets().map(String), [])
  await expect(shop).toPing(cache)
  await expect(onWire).toSee({ vlan: 43, icmp: 'echo request', destination: cache })
  await remove(green, cache, shop)
})

t.test('what leaves the network has the address of its host', async () => {
  await using w = await blueNetwork()
  const { outside, beta, web, db } = w
  await using whoami = await outside.serve(80, request => request.peer)
  await using site = await db.serve(80, request => request.peer)
  await expect(db).toCurl(whoami, { body: '192.0.2.2' })
  await expect(web).toCurl(site, { body: '10.42.0.3' })
  await w.blue.disconnect(db)
  await w.blue.connect(db, { publish: ['8080:80'] })
  await expect(outside).toCurl('http://192.0.2.2:8080/', { body: '192.0.2.9' })
  await expect(beta).toPing(db)
})

t.test('IPv6 has the same Ethernet', async () => {
  await using w = await blueNetwork({ ipv6: '2001:db8:42::/64' })
  // Nobody answers for an address until the kernel's worker has joined its multicast group.
  await expect(w.web).eventually.toPing('2001:db8:42::3')
})

t.test('what cannot be is refused, and leaves nothing', async t => {
  await using w = await threeHosts()
  const { networks, store, alpha, beta } = w
  const hosts = [alpha, beta]
  const before = [await stateOf(...hosts), await keptIn(store)]
  const cases: readonly [string, object, object][] = [
    ['no id', { id: undefined }, { message: /which VLAN\?/, facts: { option: 'id' } }],
    ['id 0', { id: 0 }, { message: /0 is not a VLAN identifier/, hint: /from 1 to 4094/ }],
    ['id 4095', { id: 4095 }, { message: /4095 is not a VLAN identifier/ }],
    ['half an id', { id: 4.5 }, { message: /4.5 is not a VLAN identifier/ }],
    ['an id that is text', { id: '42' }, { message: /"id" is a number, not "42"/ }],
    ['another option', { vni: 42 }, { message: /there is no option "vni"/ }],
    ['an MTU of no link', { mtu: 67 }, { message: /"mtu" is from 68/ }],
    [
      'an MTU that the underlay does not take',
      { mtu: 1501 },
      { message: 'network "blue": "mtu" is 1501, and eth0 of "alpha" takes 1500 bytes' },
    ],
    ['another maker', { tunnels: 'hardware' }, { message: /"tunnels" is not "hardware"/ }],
    ['a gateway', { gateway: '10.42.0.1' }, { message: /each host has a gateway of its own/ }],
    ['no hosts', { hosts: [] }, { code: 'TNET_NETWORK_HOSTS' }],
  ]
  for (const [what, options, error] of cases) {
    const made = networks.create('blue', { ...blueOptions, hosts, ...options })
    await t.rejects(made, { name: 'UsageError', code: 'TNET_NETWORK_OPTION', ...error }, what)
  }
  t.strictSame([await stateOf(...hosts), await keptIn(store)], before)
})

t.test('an identifier is for one network of a host, until that is deleted', async t => {
  await using w = await threeHosts()
  const { networks, alpha, beta, gamma } = w
  const blue = await networks.create('blue', { ...blueOptions, hosts: [alpha] })
  const again = { driver: 'vlan', id: 42, subnet: '10.43.0.0/24' }
  await t.rejects(networks.create('green', { ...again, hosts: [beta, alpha] }), {
    code: 'TNET_NETWORK_ID_TAKEN',
    message: '"alpha" has VLAN identifier 42 already: "blue"',
  })
  const green = await networks.create('green', { ...again, hosts: [beta, gamma] })
  await blue.delete()
  await green.addHost(alpha)
  await green.delete()
})

t.test('a link in the way is told, and nothing stays', async t => {
  await using w = await threeHosts()
  const { networks, store, alpha, beta } = w
  await beta.addBridge('eth0.42')
  const before = [await stateOf(alpha, beta), await keptIn(store)]
  await t.rejects(networks.create('blue', { ...blueOptions, hosts: [alpha, beta] }), {
    name: 'KernelError',
    code: /^TNET_LINK_(EXISTS|BUSY)$/,
  })
  t.strictSame([await stateOf(alpha, beta), await keptIn(store)], before)
  await (await networks.create('blue', { ...blueOptions, hosts: [alpha] })).delete()
})

t.test('hosts behind a router are refused: a tag does not pass it', async t => {
  await using w = await threeHosts()
  const { lab, networks, alpha, gamma } = w
  await gamma.forward()
  const lan = await lab.segment('lan')
  await lan.join(gamma, '198.51.100.1/24')
  const far = await lan.join('far', '198.51.100.2/24')
  await far.addRoute({ to: 'default', via: '198.51.100.1' })
  await alpha.addRoute({ to: '198.51.100.0/24', via: '192.0.2.3' })
  const error = { code: 'TNET_HOSTS_NOT_ADJACENT', hint: /the first router/ }
  await t.rejects(networks.create('blue', { ...blueOptions, hosts: [alpha, far] }), error)
  const blue = await networks.create('blue', { ...blueOptions, hosts: [alpha] })
  await t.rejects(blue.addHost(far), error)
  await blue.delete()
})

t.test('the kernel is not asked for what it does not have', { skip: kernel.available }, async t => {
  await using w = await threeHosts()
  const options = { ...blueOptions, hosts: [w.alpha, w.beta], tunnels: { beta: 'kernel' } }
  await t.rejects(w.networks.create('blue', options), {
    name: 'EnvironmentError',
    code: 'TNET_FEATURE_MISSING',
    message: 'this kernel has no vlan device for "beta"',
  })
})

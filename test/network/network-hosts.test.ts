import t from 'tap'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'
import type { Netns } from '../../src/kernel/netns.ts'
import { registerDriver } from '../../src/network/driver-registry.ts'
import type { NetworkDriver } from '../../src/network/network-driver.ts'
import type { HostPart, Network } from '../../src/network/network.ts'
import { Networks } from '../../src/network/networks.ts'
import { fakeHost } from './fake-hosts.ts'

const [alpha, beta, gamma] = ['alpha', 'beta', 'gamma'].map(label => fakeHost({ label })) as [
  Netns,
  Netns,
  Netns,
]

/** One whose hosts come and go, each with a block; it fails when it is told to. */
class SpanningDriver implements NetworkDriver {
  readonly name: string = 'spanning'
  readonly calls: string[] = []
  failAt = ''

  async #call(what: string, host?: Netns): Promise<void> {
    this.calls.push(host === undefined ? what : `${what} ${host.label}`)
    // As long as a driver takes: others have their chance to come in between.
    await Promise.resolve()
    if (this.failAt === what) throw new Error(`${what} failed`)
  }
  plan() {
    return { addressing: { prefix: 24, hasGateways: true, skipFirst: true } }
  }
  create() {
    return this.#call('create')
  }
  delete() {
    return this.#call('delete')
  }
  addHost(_network: Network, { host }: HostPart) {
    return this.#call('addHost', host)
  }
  removeHost(_network: Network, { host }: HostPart) {
    return this.#call('removeHost', host)
  }
  async connect(...[, endpoint]: Parameters<NetworkDriver['connect']>) {
    return endpoint
  }
  async disconnect() {}
}

/** Refuses to keep a network's record. */
class FailingStore extends MemoryStore {
  isFull = false
  override commit(change: Parameters<MemoryStore['commit']>[0]): Promise<boolean> {
    const isNetwork = [...(change.put?.keys() ?? [])].some(key => key.startsWith('networks/'))
    return this.isFull && isNetwork ? Promise.reject(new Error('disk full')) : super.commit(change)
  }
}

async function blue(t: { teardown(work: () => void): unknown }) {
  const driver = new SpanningDriver()
  t.teardown(registerDriver(driver))
  const store = new FailingStore()
  const networks = new Networks(store)
  const options = { driver: 'spanning', hosts: [alpha, beta], subnet: '10.244.0.0/16' }
  const network = await networks.create('blue', options)
  const kept = async () => Object.fromEntries((await store.list('')).map(e => [e.key, e.value]))
  const hosts = () => network.hosts.map(({ label }) => label).join()
  return { driver, store, networks, network, kept, hosts }
}

t.test('a host that joins gets its part, and all who look see it', async t => {
  const { networks, network, store } = await blue(t)
  await networks.addHost('blue', gamma)
  t.match(network.parts[2], { host: gamma, subnet: '10.244.3.0/24', gateway: '10.244.3.1' })
  const [record] = await new Networks(store).list()
  t.same(record?.hosts, ['alpha', 'beta', 'gamma'])
  t.match(record?.parts[2], { host: 'gamma', subnet: '10.244.3.0/24' })
  await networks.removeHost('blue', beta)
  t.same((await networks.list())[0]?.hosts, ['alpha', 'gamma'])
  await networks.addHost('blue', beta)
  t.match(network.parts[2], { host: beta, subnet: '10.244.2.0/24' }, 'the lowest part is free')
})

t.test('one that cannot join leaves no trace', async t => {
  const { driver, networks, kept, hosts, store } = await blue(t)
  const before = await kept()
  driver.failAt = 'addHost'
  await t.rejects(networks.addHost('blue', gamma), { message: 'addHost failed' })
  t.same([await kept(), hosts()], [before, 'alpha,beta'])
  driver.failAt = ''
  store.isFull = true
  await t.rejects(networks.addHost('blue', gamma), { message: 'disk full' })
  t.equal(driver.calls.at(-1), 'removeHost gamma', 'what the driver did is undone')
  t.same([await kept(), hosts()], [before, 'alpha,beta'])
})

t.test('a host whose part somebody uses stays, and the driver is not asked', async t => {
  const { driver, networks, kept, hosts } = await blue(t)
  await networks.blocks.allocate('blue', { host: 'beta', owner: 'by hand' })
  const before = await kept()
  await t.rejects(networks.removeHost('blue', beta), { code: 'TNET_BLOCK_IN_USE' })
  t.same([await kept(), hosts()], [before, 'alpha,beta'])
  t.notOk(driver.calls.includes('removeHost beta'))
})

t.test('one that the driver cannot remove is still a host of it', async t => {
  const { driver, networks, hosts } = await blue(t)
  driver.failAt = 'removeHost'
  await t.rejects(networks.removeHost('blue', alpha), { message: 'removeHost failed' })
  t.equal(hosts(), 'alpha,beta', 'in its place')
  driver.failAt = ''
  await networks.removeHost('blue', alpha)
  t.equal(hosts(), 'beta')
})

t.test('nor does a host leave while a container is on it, or is coming', async t => {
  const { networks } = await blue(t)
  const place = { host: beta, container: fakeHost({ label: 'db' }) }
  const connecting = networks.connect('blue', place)
  const refused = {
    code: 'TNET_NETWORK_IN_USE',
    message: 'network "blue" has endpoints on "beta": "db"',
    hint: 'disconnect these containers first',
  }
  await t.rejects(networks.removeHost('blue', beta), refused)
  await connecting
  await t.rejects(networks.removeHost('blue', beta), refused)
  await networks.disconnect('blue', place.container)
  await networks.removeHost('blue', beta)
  const late = networks.connect('blue', place)
  await t.rejects(late, {
    code: 'TNET_NETWORK_HOSTS',
    message: '"db" is on "beta", where network "blue" is not',
  })
})

t.test('who joins and leaves takes turns', async t => {
  const { driver, networks, hosts } = await blue(t)
  driver.calls.length = 0
  const outcomes = await Promise.allSettled([
    networks.addHost('blue', gamma),
    networks.addHost('blue', gamma),
    networks.removeHost('blue', gamma),
    networks.addHost('blue', gamma),
    networks.delete('blue'),
    networks.addHost('blue', gamma),
  ])
  t.same(driver.calls, ['addHost gamma', 'removeHost gamma', 'addHost gamma', 'delete'])
  const codes = outcomes.map(one => (one.status === 'rejected' ? one.reason.code : 'done'))
  const [twice, gone] = ['TNET_NETWORK_HOSTS', 'TNET_NETWORK_UNKNOWN']
  t.same(codes, ['done', twice, 'done', 'done', 'done', gone])
  t.equal(hosts(), 'alpha,beta,gamma')
})

t.test('a driver whose hosts stay as they are says so', async t => {
  class Fixed extends SpanningDriver {
    override readonly name = 'fixed'
  }
  const driver: NetworkDriver = new Fixed()
  Object.assign(driver, { addHost: undefined, removeHost: undefined })
  t.teardown(registerDriver(driver))
  const networks = new Networks(new MemoryStore())
  await networks.create('red', { driver: 'fixed', hosts: [alpha], subnet: '10.245.0.0/16' })
  const refused = {
    code: 'TNET_NETWORK_HOSTS',
    message: 'the hosts of network "red" stay as they are: its driver is "fixed"',
  }
  await t.rejects(networks.addHost('red', beta), refused)
  await t.rejects(networks.removeHost('red', alpha), refused)
})

t.test('a host is named once, and subnets are IPv4', async t => {
  const { networks, kept } = await blue(t)
  const before = await kept()
  const create = (options: object) =>
    networks.create('red', { driver: 'spanning', hosts: [alpha, beta], ...options })
  await t.rejects(create({ hosts: [alpha, beta, alpha] }), {
    code: 'TNET_NETWORK_HOSTS',
    message: 'network "red" is on "alpha" already',
    hint: 'name each host once',
  })
  await t.rejects(create({ subnet: '2001:db8::/48' }), { code: 'TNET_NETWORK_FAMILY' })
  await t.rejects(networks.addHost('red', alpha), { code: 'TNET_NETWORK_UNKNOWN' })
  t.same(await kept(), before)
})

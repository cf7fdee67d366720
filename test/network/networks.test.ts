import t from 'tap'
import { CleanupError, KernelError, UsageError } from '../../src/errors.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'
import type { Store } from '../../src/ipam/store/store.ts'
import type { Netns } from '../../src/kernel/netns.ts'
import { registerDriver } from '../../src/network/driver-registry.ts'
import type { NetworkDriver } from '../../src/network/network-driver.ts'
import type { Place } from '../../src/network/network.ts'
import { Networks } from '../../src/network/networks.ts'

/** A namespace without a kernel: no routes, no links. */
function node(label: string): Netns {
  const get = () => {
    throw new KernelError('none', { code: '', hint: '', operation: 'RTM_GETLINK', errno: 'ENODEV' })
  }
  return { label, name: label, dump: () => [], get } as unknown as Netns
}

const alpha = node('alpha')
const place = (container: string): Place => ({ host: alpha, container: node(container) })

class RecordingDriver implements NetworkDriver {
  readonly name = 'recording'
  readonly calls: string[] = []
  failAt = ''
  failBackAt = ''

  #call(what: string, subject: string): void {
    this.calls.push(`${what} ${subject}`)
    if (this.failAt === what || this.failBackAt === what) throw new Error(`${what} failed`)
  }
  plan() {
    this.#call('plan', '')
    return {}
  }
  async create({ subnet, gateway }: Parameters<NetworkDriver['create']>[0]) {
    this.#call('create', `${subnet} ${gateway}`)
  }
  async delete() {
    this.#call('delete', '')
  }
  async connect(...[, endpoint]: Parameters<NetworkDriver['connect']>) {
    this.#call('connect', `${endpoint.container} ${endpoint.prefix} ${endpoint.gateways.join()}`)
    return endpoint
  }
  async disconnect(...[, endpoint]: Parameters<NetworkDriver['disconnect']>) {
    this.#call('disconnect', endpoint.container)
  }
}

function setUp(test: { teardown(work: () => void): unknown }, store: Store = new MemoryStore()) {
  const driver = new RecordingDriver()
  test.teardown(registerDriver(driver))
  return { driver, store, networks: new Networks(store) }
}

const shop = { driver: 'recording', hosts: [alpha], subnet: '10.244.0.0/16' }

/** Every key in the store but IPAM's index, which stays once it was written. */
async function leftIn(store: Store): Promise<string[]> {
  return (await store.list('')).map(({ key }) => key).filter(key => key !== 'ipam/index')
}

t.test('a driver of the user’s own is called in the documents’ order', async t => {
  const { driver, networks, store } = setUp(t)
  await networks.create('shop', shop)
  const web = place('web')
  await networks.connect('shop', web)
  await networks.disconnect('shop', web.container)
  await networks.delete('shop')
  t.same(driver.calls, [
    'plan ',
    'create 10.244.0.0/16 10.244.0.1',
    'connect web 10.244.0.2/16 10.244.0.1',
    'disconnect web',
    'delete ',
  ])
  t.same(await leftIn(store), [])
})

t.test('networks and endpoints are kept where others with the same store see them', async t => {
  const { networks, store } = setUp(t)
  await networks.create('shop', { ...shop, options: { color: 'blue' } })
  await networks.connect('shop', place('web'), { publish: ['8080:80'] })
  const other = new Networks(store)
  t.match(await other.list(), [
    { name: 'shop', driver: 'recording', subnet: '10.244.0.0/16', hosts: ['alpha'] },
  ])
  t.match(await other.inspect('shop'), {
    options: { color: 'blue' },
    endpoints: [
      {
        container: 'web',
        host: 'alpha',
        device: 'eth0',
        address: '10.244.0.2',
        mac: '02:42:0a:f4:00:02',
        ports: [{ hostPort: 8080, port: 80 }],
      },
    ],
    pool: { free: 65532n },
  })
})

const broken: readonly [failAt: string, also: string][] = [
  ['create', 'the pool is given back'],
  ['plan', 'there was nothing yet'],
]
for (const [failAt, also] of broken) {
  t.test(`when ${failAt} fails nothing of the network stays: ${also}`, async t => {
    const { driver, networks, store } = setUp(t)
    driver.failAt = failAt
    await t.rejects(networks.create('shop', shop), { message: `${failAt} failed` })
    t.same(await leftIn(store), [])
    t.same(await networks.list(), [])
    driver.failAt = ''
    t.equal((await networks.create('shop', shop)).gateway, '10.244.0.1')
  })
}

/** Refuses to keep what is called so. */
class FailingStore extends MemoryStore {
  refuse = ''
  override commit(change: Parameters<MemoryStore['commit']>[0]): Promise<boolean> {
    const keys = [...(change.put?.keys() ?? [])]
    const isRefused = this.refuse !== '' && keys.some(key => key.startsWith(this.refuse))
    return isRefused ? Promise.reject(new Error('disk full')) : super.commit(change)
  }
}

t.test('when the record cannot be kept the devices go again', async t => {
  const store = new FailingStore()
  const { driver, networks } = setUp(t, store)
  store.refuse = 'networks/'
  await t.rejects(networks.create('shop', shop), { message: 'disk full' })
  t.equal(driver.calls.at(-1), 'delete ')
  t.same(await leftIn(store), [])
})

t.test('when connecting fails the address is free again', async t => {
  const store = new FailingStore()
  const { driver, networks } = setUp(t, store)
  await networks.create('shop', shop)
  const before = await leftIn(store)
  driver.failAt = 'connect'
  const web = place('web')
  await t.rejects(networks.connect('shop', web), { message: 'connect failed' })
  t.same(await leftIn(store), before)
  driver.failAt = ''
  store.refuse = 'endpoints/'
  await t.rejects(networks.connect('shop', web), { message: 'disk full' })
  t.equal(driver.calls.at(-1), 'disconnect web')
  t.same(await leftIn(store), before)
  store.refuse = ''
  t.equal((await networks.connect('shop', web)).address, '10.244.0.2')
})

t.test('a failure and then a failing clean-up are both told', async t => {
  const store = new FailingStore()
  const { driver, networks } = setUp(t, store)
  store.refuse = 'networks/'
  driver.failBackAt = 'delete'
  const failure = await networks.create('shop', shop).catch((error: unknown) => error)
  t.ok(failure instanceof CleanupError)
  t.match(failure, { facts: { 'first failure': 'disk full', devices: 'delete failed' } })
})

t.test('a network with endpoints is not deleted, and says who is on it', async t => {
  const { driver, networks } = setUp(t)
  await networks.create('shop', shop)
  for (const name of ['web', 'db']) await networks.connect('shop', place(name))
  const refused = {
    code: 'TNET_NETWORK_IN_USE',
    message: /^network "shop" has endpoints: ("web", "db"|"db", "web")$/,
  }
  await t.rejects(networks.delete('shop'), refused)
  t.notOk(driver.calls.includes('delete '))
})

t.test('nor while one is being connected', async t => {
  const { networks } = setUp(t)
  await networks.create('shop', shop)
  const connecting = networks.connect('shop', place('web'))
  await t.rejects(networks.delete('shop'), { code: 'TNET_NETWORK_IN_USE' })
  await connecting
})

t.test('D5: pools are automatic and never overlap', async t => {
  const { networks } = setUp(t)
  const automatic = { driver: 'recording', hosts: [alpha] }
  t.equal((await networks.create('one', automatic)).subnet, '172.17.0.0/16')
  t.equal((await networks.create('two', automatic)).subnet, '172.18.0.0/16')
  const overlapping = networks.create('three', { ...automatic, subnet: '172.18.4.0/24' })
  await t.rejects(overlapping, { code: 'TNET_POOL_OVERLAP' })
})

t.test('misuse is refused by name, before anything is made', async t => {
  const { driver, networks } = setUp(t)
  await networks.create('shop', shop)
  const web = place('web')
  await networks.connect('shop', web)
  const calls = driver.calls.length
  const refusals: readonly [Promise<unknown>, string][] = [
    [networks.create('shop', shop), 'TNET_NETWORK_EXISTS'],
    [networks.create('', shop), 'TNET_NETWORK_NAME'],
    [networks.create('\ud800', shop), 'TNET_NETWORK_NAME'],
    [networks.create('blue', { ...shop, driver: 'none' }), 'TNET_DRIVER_UNKNOWN'],
    [networks.connect('shop', web), 'TNET_ENDPOINT_EXISTS'],
    [networks.connect('blue', web), 'TNET_NETWORK_UNKNOWN'],
    [networks.connect('shop', { host: node('beta'), container: node('x') }), 'TNET_NETWORK_HOSTS'],
    [networks.connect('shop', place('x'), { publish: ['80:'] }), 'TNET_PORT_INVALID'],
    [networks.connect('shop', place('x'), { address: '10.245.0.1' }), 'TNET_ADDRESS_OUTSIDE'],
    [networks.connect('shop', place('x'), { address: '10.244.0.2' }), 'TNET_ADDRESS_TAKEN'],
    [networks.disconnect('shop', node('x')), 'TNET_ENDPOINT_UNKNOWN'],
    [networks.delete('blue'), 'TNET_NETWORK_UNKNOWN'],
    [networks.inspect('blue'), 'TNET_NETWORK_UNKNOWN'],
  ]
  for (const [refusal, code] of refusals) {
    const error = await refusal.catch((failure: unknown) => failure)
    t.ok(error instanceof UsageError, code)
    t.match(error, { code })
  }
  t.same(driver.calls.slice(calls), [])
})

t.test('two drivers cannot have one name', async t => {
  const { driver } = setUp(t)
  t.throws(() => registerDriver(driver), { code: 'TNET_DRIVER_EXISTS' })
})

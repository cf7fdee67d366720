import t from 'tap'
import { Ipam } from '../../src/ipam/ipam.ts'
import type { CreatePoolOptions } from '../../src/ipam/ipam.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'

async function withPool(options: Partial<CreatePoolOptions> = {}): Promise<Ipam> {
  const ipam = new Ipam(new MemoryStore())
  await ipam.createPool({ name: 'blue', subnet: '10.0.1.0/24', ...options })
  return ipam
}

/** The addresses of the next allocations. */
async function take(ipam: Ipam, count: number, pool = 'blue'): Promise<string[]> {
  const addresses: string[] = []
  for (let n = 0; n < count; n++) addresses.push((await ipam.allocate(pool)).address)
  return addresses
}

t.test('D3: the lowest free address is next', async t => {
  const ipam = await withPool()
  t.same(await take(ipam, 3), ['10.0.1.2', '10.0.1.3', '10.0.1.4'])
  await ipam.release('blue', '10.0.1.3')
  t.same(await take(ipam, 2), ['10.0.1.3', '10.0.1.5'])
})

t.test('C1: in turn, a freed address rests until the range wraps', async t => {
  const ipam = await withPool({ policy: 'round-robin', range: '10.0.1.1-10.0.1.6' })
  t.same(await take(ipam, 3), ['10.0.1.2', '10.0.1.3', '10.0.1.4'])
  await ipam.release('blue', '10.0.1.3')
  t.same(await take(ipam, 3), ['10.0.1.5', '10.0.1.6', '10.0.1.3'])
  await t.rejects(ipam.allocate('blue'), { code: 'TNET_POOL_EXHAUSTED', message: /"blue"/ })
})

t.test('C1: in turn, a requested address moves the turn', async t => {
  const ipam = await withPool({ policy: 'round-robin' })
  await ipam.allocate('blue', { address: '10.0.1.50' })
  t.same(await take(ipam, 1), ['10.0.1.51'])
  await ipam.reserve('blue', '10.0.1.90')
  t.same(await take(ipam, 1), ['10.0.1.52'], 'a reserved one does not')
})

t.test('an allocation says what a device needs', async t => {
  const ipam = await withPool()
  t.same(await ipam.allocate('blue', { owner: 'web' }), {
    pool: 'blue',
    address: '10.0.1.2',
    prefix: 24,
    cidr: '10.0.1.2/24',
    gateway: '10.0.1.1',
    owner: 'web',
  })
})

const requests: [address: string, code: string, message: RegExp][] = [
  ['10.0.1.2', 'TNET_ADDRESS_TAKEN', /10\.0\.1\.2 is already allocated in pool "blue"/],
  ['10.0.1.20', 'TNET_ADDRESS_TAKEN', /already reserved/],
  ['10.0.1.1', 'TNET_ADDRESS_RESERVED', /10\.0\.1\.1 is the gateway of pool "blue"/],
  ['10.0.1.0', 'TNET_ADDRESS_RESERVED', /the network address/],
  ['10.0.1.255', 'TNET_ADDRESS_RESERVED', /the broadcast address/],
  ['10.0.1.9', 'TNET_ADDRESS_RESERVED', /the auxiliary address "dns"/],
  ['10.0.2.2', 'TNET_ADDRESS_OUTSIDE', /outside 10\.0\.1\.0\/24/],
  ['2001:db8::2', 'TNET_ADDRESS_FAMILY', /IPv6/],
  ['10.0.1.2/24', 'TNET_ADDRESS_INVALID', /not an IP address/],
  ['$(reboot)', 'TNET_ADDRESS_INVALID', /not an IP address/],
]

t.test('C2, D4: an address that cannot be had is refused', async t => {
  const ipam = await withPool({ auxiliary: { dns: '10.0.1.9' } })
  await ipam.allocate('blue', { owner: 'web' })
  await ipam.reserve('blue', '10.0.1.20')
  const before = await ipam.inspect('blue')
  for (const [address, code, message] of requests) {
    await t.rejects(
      ipam.allocate('blue', { address, owner: 'app' }),
      { name: 'UsageError', code, message },
      address,
    )
    await t.rejects(ipam.reserve('blue', address), { code }, address)
  }
  t.same(await ipam.inspect('blue'), before)
  await t.rejects(ipam.allocate('blue', { address: '10.0.1.2' }), {
    facts: { owner: 'web' },
    name: /./,
  })
})

t.test('a requested address may lie outside the range', async t => {
  const ipam = await withPool({ range: '10.0.1.128/25' })
  const { free } = await ipam.inspect('blue')
  await ipam.allocate('blue', { address: '10.0.1.7' })
  t.equal((await ipam.inspect('blue')).free, free)
})

t.test('C2: an owner has one address a pool', async t => {
  const ipam = await withPool()
  await ipam.createPool({ name: 'green', subnet: '10.0.2.0/24' })
  await ipam.allocate('blue', { owner: 'web' })
  await t.rejects(ipam.allocate('blue', { owner: 'web' }), {
    code: 'TNET_ADDRESS_DUPLICATE',
    message: '"web" already has 10.0.1.2 in pool "blue"',
  })
  await ipam.allocate('green', { owner: 'web' })
  t.same(await ipam.releaseOwner('web'), [
    { pool: 'blue', address: '10.0.1.2' },
    { pool: 'green', address: '10.0.2.2' },
  ])
  t.same(await ipam.releaseOwner('web'), [], 'C4: again is nothing')
  t.equal((await ipam.allocate('blue', { owner: 'web' })).address, '10.0.1.2')
  t.same(await ipam.releaseOwner('web', { pool: 'green' }), [])
})

t.test('C2: a full range names its pool', async t => {
  const ipam = await withPool({ subnet: '192.0.2.0/29' })
  await take(ipam, 5)
  t.equal((await ipam.inspect('blue')).free, 0n)
  await t.rejects(ipam.allocate('blue'), {
    name: 'UsageError',
    code: 'TNET_POOL_EXHAUSTED',
    message: 'pool "blue" has no free address left',
    facts: { subnet: '192.0.2.0/29' },
  })
})

t.test('what is released is what was allocated', async t => {
  const ipam = await withPool()
  await ipam.allocate('blue', { owner: 'web' })
  await t.rejects(ipam.release('blue', '10.0.1.3'), { code: 'TNET_ADDRESS_FREE' })
  t.equal(await ipam.release('blue', '10.0.1.3', { ifAllocated: true }), false)
  await t.rejects(ipam.release('blue', '10.0.1.1'), { code: 'TNET_ADDRESS_RESERVED' })
  await t.rejects(ipam.release('blue', '10.0.2.1'), { code: 'TNET_ADDRESS_OUTSIDE' })
  await t.rejects(ipam.release('green', '10.0.1.2'), { code: 'TNET_POOL_UNKNOWN' })
  await t.rejects(ipam.release('blue', '10.0.1.2', { owner: 'app' }), {
    code: 'TNET_ADDRESS_OWNER',
    facts: { holder: '"web"' },
  })
  t.equal(await ipam.release('blue', '10.0.1.2', { owner: 'web' }), true)
  t.same((await ipam.inspect('blue')).addresses, [])
})

t.test('a reserved address is left out until it is released', async t => {
  const ipam = await withPool()
  await ipam.reserve('blue', '10.0.1.2')
  t.same(await take(ipam, 1), ['10.0.1.3'])
  await ipam.release('blue', '10.0.1.2')
  t.same(await take(ipam, 1), ['10.0.1.2'])
})

t.test('a pool shows who has what, lowest first', async t => {
  const ipam = await withPool()
  for (const address of ['10.0.1.100', '10.0.1.20'])
    await ipam.allocate('blue', { address, owner: address })
  await ipam.reserve('blue', '10.0.1.3')
  t.same((await ipam.inspect('blue')).addresses, [
    { address: '10.0.1.3', kind: 'reserved', owner: undefined },
    { address: '10.0.1.20', kind: 'allocated', owner: '10.0.1.20' },
    { address: '10.0.1.100', kind: 'allocated', owner: '10.0.1.100' },
  ])
  await t.rejects(ipam.inspect('green'), { code: 'TNET_POOL_UNKNOWN', message: /"green"/ })
})

t.test('names and owners are any text', async t => {
  const ipam = new Ipam(new MemoryStore())
  const names = [
    'a b',
    'a/b',
    '$(x)',
    "it's",
    '日本語',
    '__proto__',
    '..',
    '%2F',
    'x'.repeat(300),
    '\n',
  ]
  for (const name of names) {
    await ipam.createPool({ name })
    await ipam.allocate(name, { owner: name })
  }
  t.same((await ipam.list()).map(({ name }) => name).sort(), [...names].sort())
  for (const owner of names) t.match(await ipam.releaseOwner(owner), [{ pool: owner }], owner)
  t.match(await ipam.fsck(), { isClean: true, pools: names.length, addresses: 0 })
  await t.rejects(ipam.allocate('a b', { owner: '' }), { code: 'TNET_POOL_NAME' })
})

t.test('two with one store, one root, hand out nothing twice', async t => {
  const store = new MemoryStore()
  const both = [new Ipam(store), new Ipam(store)]
  await both[0]!.createPool({ name: 'blue', subnet: '10.0.0.0/22' })
  const given = await Promise.all(
    Array.from({ length: 100 }, (_, n) => both[n % 2]!.allocate('blue')),
  )
  t.equal(new Set(given.map(({ address }) => address)).size, 100)
  const other = new Ipam(store, { root: 'hosts/alpha/ipam/' })
  await other.createPool({ name: 'blue', subnet: '10.0.0.0/22' })
  t.equal((await other.allocate('blue')).address, '10.0.0.2', 'another root is another world')
})

t.test('the last address of a /16 costs as many reads as the first', async t => {
  const store = new MemoryStore()
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/16' })
  let reads = 0
  const get = store.get.bind(store)
  store.get = key => ((reads += 1), get(key))
  let most = 0
  let last = ''
  for (let n = 0; n < 65533; n++) {
    reads = 0
    last = (await ipam.allocate('blue')).address
    most = Math.max(most, reads)
  }
  t.equal(last, '10.0.255.254')
  t.ok(most <= 6, `at most ${most} keys are read`)
  await t.rejects(ipam.allocate('blue'), { code: 'TNET_POOL_EXHAUSTED' })
  t.match(await ipam.inspect('blue'), { free: 0n, size: 65536n })
  t.ok((await ipam.fsck()).isClean)
})

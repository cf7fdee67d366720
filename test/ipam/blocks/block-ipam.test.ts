import t from 'tap'
import { findings, tiny, withSpace } from './with-space.ts'
import type { Refusal } from './with-space.ts'

t.setTimeout(600_000)

t.test('F8: each host gets the lowest block that is left, and keeps it', async t => {
  const { ipam } = await withSpace({ skipFirst: true })
  const data = { publicAddress: '192.0.2.1', mac: '02:00:00:00:00:01' }
  t.same(await ipam.claim('shop', 'alpha', { data }), {
    space: 'shop',
    host: 'alpha',
    subnet: '10.244.1.0/24',
    gateway: '10.244.1.1',
    data,
  })
  t.match(await ipam.claim('shop', 'beta'), { subnet: '10.244.2.0/24', data: {} })
  t.match(await ipam.claim('shop', 'alpha'), { subnet: '10.244.1.0/24', data }, 'a restart')
  t.match(await ipam.claim('shop', 'alpha', { data: { publicAddress: '192.0.2.9' } }), {
    subnet: '10.244.1.0/24',
  })
  t.match(await ipam.blocks('shop'), [
    { host: 'alpha', data: { publicAddress: '192.0.2.9', mac: undefined } },
    { host: 'beta', subnet: '10.244.2.0/24' },
  ])
  await ipam.releaseHost('shop', 'alpha')
  t.match(await ipam.claim('shop', 'gamma'), { subnet: '10.244.1.0/24' })
  t.match(await ipam.claim('shop', 'alpha'), { subnet: '10.244.3.0/24', data: {} })
})

t.test('a host may ask for a block by its subnet', async t => {
  const { ipam } = await withSpace({ skipFirst: true })
  t.match(await ipam.claim('shop', 'alpha', { subnet: '10.244.7.0/24' }), { gateway: '10.244.7.1' })
  t.match(await ipam.claim('shop', 'alpha', { subnet: '10.244.7.0/24' }), { host: 'alpha' })
  const refused: [host: string, subnet: string, expected: Refusal][] = [
    ['beta', '10.244.7.0/24', { code: 'TNET_BLOCK_TAKEN', facts: { host: 'alpha' } }],
    ['alpha', '10.244.8.0/24', { code: 'TNET_BLOCK_LIMIT', facts: { limit: '1 block a host' } }],
    ['beta', '10.244.0.0/24', { code: 'TNET_BLOCK_INVALID', hint: /first block is left out/ }],
    ['beta', '10.244.7.0/25', { code: 'TNET_BLOCK_INVALID', hint: /a \/24 of 10\.244\.0\.0\/16/ }],
    ['beta', '10.245.7.0/24', { code: 'TNET_BLOCK_INVALID' }],
    ['beta', '10.244.7.1/24', { code: 'TNET_ADDRESS_HOST_BITS' }],
  ]
  for (const [host, subnet, expected] of refused)
    await t.rejects(ipam.claim('shop', host, { subnet }), expected, subnet)
  t.match(await ipam.blocks('shop'), [{ host: 'alpha' }], 'a refused host has nothing')
  t.equal((await ipam.blocks('shop')).length, 1)
})

t.test('a host without a block left for it is refused', async t => {
  const { ipam } = await withSpace(tiny)
  for (const host of ['a', 'b', 'c', 'd']) await ipam.claim('shop', host)
  await t.rejects(ipam.claim('shop', 'e'), {
    name: 'UsageError',
    code: 'TNET_SPACE_FULL',
    message: 'space "shop" has no block left for host "e"',
    facts: { blocks: '4 of /30, each with a host' },
  })
})

t.test('an allocation says what a device needs', async t => {
  const { ipam } = await withSpace({ skipFirst: true })
  await ipam.claim('shop', 'alpha')
  t.same(await ipam.allocate('shop', { host: 'alpha', owner: 'web' }), {
    pool: 'shop',
    address: '10.244.1.2',
    prefix: 24,
    cidr: '10.244.1.2/24',
    gateway: '10.244.1.1',
    owner: 'web',
    host: 'alpha',
    block: '10.244.1.0/24',
    isBorrowed: false,
  })
  await t.rejects(ipam.allocate('shop', { host: 'beta', owner: 'web' }), {
    code: 'TNET_ADDRESS_DUPLICATE',
    message: '"web" already has 10.244.1.2 in pool "shop"',
  })
  t.match(
    await ipam.allocate('shop', { host: 'beta', owner: 'db' }),
    { block: '10.244.2.0/24' },
    'the first allocation claims',
  )
})

t.test('K1: without gateways a block hands out every address', async t => {
  const { ipam, take } = await withSpace({ blockPrefix: 26, gateways: false })
  t.match(await ipam.claim('shop', 'alpha'), { subnet: '10.244.0.0/26', gateway: undefined })
  const given = await take('alpha', 64)
  t.same([given[0], given[63]], ['10.244.0.0', '10.244.0.63'])
  await t.rejects(take('alpha'), { code: 'TNET_POOL_EXHAUSTED' })
  t.match(await ipam.inspect('shop'), { unclaimed: 1023n, blocks: [{ free: 0n }] })
})

t.test('IPv6: blocks of a /64, and small ones', async t => {
  const { ipam } = await withSpace({ subnet: '2001:db8::/56', skipFirst: true })
  t.match(await ipam.claim('shop', 'alpha'), {
    subnet: '2001:db8:0:1::/64',
    gateway: '2001:db8:0:1::1',
  })
  t.match(await ipam.allocate('shop', { host: 'alpha', owner: 'web' }), {
    cidr: '2001:db8:0:1::2/64',
  })
  const far = '2001:DB8:0:1:FFFF::5'
  t.match(await ipam.allocate('shop', { host: 'alpha', owner: 'app', address: far }), {
    address: '2001:db8:0:1:ffff::5',
  })
  t.equal(await ipam.release('shop', far), true)
  const small = await withSpace({ subnet: '2001:db8::/112', blockPrefix: 122, gateways: false })
  t.same(await small.take('alpha', 2), ['2001:db8::', '2001:db8::1'])
  t.same(await small.take('beta'), ['2001:db8::40'])
})

t.test('what is released is what was allocated', async t => {
  const { ipam } = await withSpace()
  await ipam.createSpace({ name: 'other', subnet: '10.7.0.0/16' })
  await ipam.allocate('shop', { host: 'alpha', owner: 'web' })
  await ipam.allocate('other', { host: 'alpha', owner: 'web' })
  await t.rejects(ipam.release('shop', '10.244.0.3'), { code: 'TNET_ADDRESS_FREE' })
  await t.rejects(ipam.release('shop', '10.244.9.3'), { code: 'TNET_ADDRESS_FREE' })
  t.equal(await ipam.release('shop', '10.244.9.3', { ifAllocated: true }), false)
  await t.rejects(ipam.release('shop', '10.244.0.1'), { code: 'TNET_ADDRESS_RESERVED' })
  await t.rejects(ipam.release('shop', '10.244.0.2', { owner: 'app' }), {
    code: 'TNET_ADDRESS_OWNER',
  })
  t.same(await ipam.releaseOwner('web', { space: 'other' }), [
    { space: 'other', block: '10.7.0.0/24', address: '10.7.0.2' },
  ])
  t.match(await ipam.releaseOwner('web'), [{ space: 'shop', address: '10.244.0.2' }])
  t.same(await ipam.releaseOwner('web'), [], 'again is nothing')
  t.same(await ipam.releaseOwner('nobody'), [])
  t.equal((await ipam.allocate('shop', { host: 'alpha', owner: 'web' })).address, '10.244.0.2')
})

t.test('round-robin: a freed address rests', async t => {
  const { ipam, take } = await withSpace({ policy: 'round-robin' })
  t.same(await take('alpha', 2), ['10.244.0.2', '10.244.0.3'])
  await ipam.release('shop', '10.244.0.2')
  t.same(await take('alpha'), ['10.244.0.4'])
})

t.test('a space is deleted when nobody has an address of it', async t => {
  const { ipam, store } = await withSpace()
  await ipam.allocate('shop', { host: 'alpha', owner: 'web' })
  const before = await ipam.inspect('shop')
  await t.rejects(ipam.deleteSpace('shop'), {
    code: 'TNET_POOL_IN_USE',
    facts: { allocated: '10.244.0.2 (web)' },
  })
  t.same(await ipam.inspect('shop'), before)
  await ipam.releaseOwner('web')
  await ipam.deleteSpace('shop')
  t.match(await store.list(''), [{ key: 'ipam/index' }])
  const calls: Promise<unknown>[] = [
    ipam.deleteSpace('shop'),
    ipam.claim('shop', 'alpha'),
    ipam.renew('shop', 'alpha'),
    ipam.allocate('shop', { host: 'alpha', owner: 'web' }),
    ipam.release('shop', '10.244.0.2'),
    ipam.blocks('shop'),
    ipam.inspect('shop'),
    ipam.releaseExpired('shop'),
  ]
  for (const call of calls) await t.rejects(call, { code: 'TNET_SPACE_UNKNOWN', message: /"shop"/ })
})

t.test('fifty hosts, two thousand blocks: a step costs the same as at the start', async t => {
  const { ipam, store } = await withSpace({ subnet: '10.0.0.0/8', blockPrefix: 26 })
  const counts = { get: 0, list: 0, commit: 0 }
  for (const kind of ['get', 'list', 'commit'] as const) {
    const call = store[kind].bind(store) as (arg: unknown) => never
    store[kind] = (arg: unknown) => ((counts[kind] += 1), call(arg))
  }
  const cost = async (work: () => Promise<unknown>) => {
    Object.assign(counts, { get: 0, list: 0, commit: 0 })
    await work()
    return { ...counts }
  }
  const claims = []
  for (let n = 0; n < 50; n++) claims.push(await cost(() => ipam.claim('shop', `h${n}`)))
  t.same(claims[49], claims[0])
  t.ok(claims[0]!.get <= 4 && claims[0]!.list === 1 && claims[0]!.commit === 1, 'a claim')
  const allocations = []
  for (let n = 0; n < 60; n++)
    allocations.push(await cost(() => ipam.allocate('shop', { host: 'h7', owner: `c${n}` })))
  t.same(allocations[59], allocations[0])
  t.same(allocations[0], { get: 6, list: 0, commit: 1 }, 'an allocation')
})

t.test('fsck agrees with all that was left behind here', async t => {
  t.same(await findings(), [])
})

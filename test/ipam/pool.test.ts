import t from 'tap'
import { Ipam } from '../../src/ipam/ipam.ts'
import type { CreatePoolOptions } from '../../src/ipam/ipam.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'

async function withPool(options: Partial<CreatePoolOptions> = {}): Promise<Ipam> {
  const ipam = new Ipam(new MemoryStore())
  await ipam.createPool({ name: 'blue', subnet: '10.0.1.0/24', ...options })
  return ipam
}

const created: [
  label: string,
  options: Partial<CreatePoolOptions>,
  gateway: string | undefined,
  first: string,
  free: bigint,
][] = [
  ['D1: the gateway is .1', {}, '10.0.1.1', '10.0.1.2', 253n],
  [
    'D1: the gateway is the first of the range',
    { range: '10.0.1.128/25' },
    '10.0.1.128',
    '10.0.1.129',
    126n,
  ],
  ['the range may have any ends', { range: '10.0.1.10-10.0.1.12' }, '10.0.1.10', '10.0.1.11', 2n],
  ['a gateway of one’s own', { gateway: '10.0.1.254' }, '10.0.1.254', '10.0.1.1', 253n],
  [
    'a gateway outside the range',
    { gateway: '10.0.1.9', range: '10.0.1.128/25' },
    '10.0.1.9',
    '10.0.1.128',
    127n,
  ],
  ['no gateway', { gateway: false }, undefined, '10.0.1.1', 254n],
  [
    'D4: auxiliary addresses are left out',
    { auxiliary: { dns: '10.0.1.1', ntp: '10.0.1.3' } },
    '10.0.1.2',
    '10.0.1.4',
    251n,
  ],
  ['a /30', { subnet: '192.0.2.4/30' }, '192.0.2.5', '192.0.2.6', 1n],
  ['D2: a /31 has no network address', { subnet: '192.0.2.4/31' }, '192.0.2.4', '192.0.2.5', 1n],
  ['a /32', { subnet: '192.0.2.4/32', gateway: false }, undefined, '192.0.2.4', 1n],
  [
    'D2: IPv6 keeps the anycast address',
    { subnet: '2001:db8::/120' },
    '2001:db8::1',
    '2001:db8::2',
    254n,
  ],
  ['IPv6 has no broadcast address', { subnet: '2001:db8::/126' }, '2001:db8::1', '2001:db8::2', 2n],
  ['a /127', { subnet: '2001:db8::/127' }, '2001:db8::', '2001:db8::1', 1n],
  ['a /8', { subnet: '10.0.0.0/8' }, '10.0.0.1', '10.0.0.2', (1n << 24n) - 3n],
  ['a /64', { subnet: '2001:db8::/64' }, '2001:db8::1', '2001:db8::2', (1n << 64n) - 2n],
]

t.test('a pool has its gateway, its first address and so many free ones', async t => {
  for (const [label, options, gateway, first, free] of created) {
    const ipam = await withPool(options)
    t.match(await ipam.inspect('blue'), { gateway, free, addresses: [] }, label)
    t.equal((await ipam.allocate('blue')).address, first, label)
    t.equal((await ipam.inspect('blue')).free, free - 1n, label)
    t.ok((await ipam.fsck()).isClean, label)
  }
})

const refused: [options: Partial<CreatePoolOptions>, code: string, message?: RegExp][] = [
  [{ subnet: '10.0.1.7/24' }, 'TNET_ADDRESS_HOST_BITS'],
  [{ subnet: 'nonsense' }, 'TNET_ADDRESS_PREFIX'],
  [{ name: '' }, 'TNET_POOL_NAME'],
  [{ name: '\ud800' }, 'TNET_POOL_NAME'],
  [{ range: '10.0.2.0/25' }, 'TNET_ADDRESS_RANGE'],
  [{ gateway: '10.0.2.1' }, 'TNET_ADDRESS_OUTSIDE'],
  [{ gateway: '2001:db8::1' }, 'TNET_ADDRESS_FAMILY'],
  [{ gateway: '10.0.1.0' }, 'TNET_POOL_GATEWAY', /it is the network address/],
  [{ gateway: '10.0.1.255' }, 'TNET_POOL_GATEWAY', /it is the broadcast address/],
  [{ gateway: '10.0.1.9', auxiliary: { dns: '10.0.1.9' } }, 'TNET_POOL_GATEWAY', /"dns"/],
  [{ range: '10.0.1.0-10.0.1.0' }, 'TNET_POOL_GATEWAY', /no address left/],
  [{ auxiliary: { dns: '10.0.2.9' } }, 'TNET_ADDRESS_OUTSIDE'],
  [{ auxiliary: { dns: '10.0.1.255' } }, 'TNET_POOL_AUXILIARY', /the broadcast address/],
  [{ auxiliary: { a: '10.0.1.9', b: '10.0.1.9' } }, 'TNET_POOL_AUXILIARY', /"b" .* "a"/],
  [{ policy: 'random' as 'round-robin' }, 'TNET_POOL_POLICY'],
]

t.test('a pool that cannot be is refused, and nothing of it stays', async t => {
  const store = new MemoryStore()
  const ipam = new Ipam(store)
  for (const [options, code, message = /./] of refused) {
    const creating = ipam.createPool({ name: 'blue', subnet: '10.0.1.0/24', ...options })
    await t.rejects(
      creating,
      { name: 'UsageError', code, message, hint: /./ },
      JSON.stringify(options),
    )
  }
  t.same(await store.list(''), [])
})

t.test('D5: overlapping pools are refused by both names', async t => {
  const ipam = await withPool({ subnet: '10.0.0.0/16' })
  for (const subnet of ['10.0.0.0/16', '10.0.200.0/24', '0.0.0.0/0']) {
    await t.rejects(ipam.createPool({ name: 'green', subnet }), {
      code: 'TNET_POOL_OVERLAP',
      message: `pool "green" (${subnet}) overlaps pool "blue" (10.0.0.0/16)`,
    })
  }
  await ipam.createPool({ name: 'six', subnet: '::/0' })
  await t.rejects(ipam.createPool({ name: 'blue', subnet: '10.1.0.0/16' }), {
    code: 'TNET_POOL_EXISTS',
  })
})

t.test('D5: automatic pools come in Docker’s order', async t => {
  const ipam = new Ipam(new MemoryStore())
  const subnets: string[] = []
  for (let n = 0; n < 31; n++) subnets.push((await ipam.createPool({ name: `${n}` })).subnet)
  t.same(subnets.slice(0, 2), ['172.17.0.0/16', '172.18.0.0/16'])
  t.same(subnets.slice(14, 17), ['172.31.0.0/16', '192.168.0.0/20', '192.168.16.0/20'])
  t.equal(subnets[30], '192.168.240.0/20')
  await t.rejects(ipam.createPool({ name: 'more' }), { code: 'TNET_POOL_NONE_LEFT' })
  await ipam.deletePool('3')
  t.equal((await ipam.createPool({ name: 'more' })).subnet, '172.20.0.0/16')
})

t.test('D5: automatic pools skip what is used', async t => {
  const ipam = new Ipam(new MemoryStore())
  const used = ['172.17.3.0/24', '172.18.0.0/15', '0.0.0.0/32']
  t.equal((await ipam.createPool({ name: 'blue', used })).subnet, '172.20.0.0/16')
})

t.test('a pool in use is not deleted, an empty one leaves nothing', async t => {
  const store = new MemoryStore()
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/16' })
  await ipam.allocate('blue', { owner: 'web' })
  await ipam.reserve('blue', '10.0.200.1')
  await t.rejects(ipam.deletePool('blue'), {
    code: 'TNET_POOL_IN_USE',
    facts: { allocated: '10.0.0.2 (web)' },
  })
  await ipam.releaseOwner('web')
  await ipam.deletePool('blue')
  t.same(
    (await store.list('')).map(({ key, value }) => [key, value]),
    [['ipam/index', '[]']],
  )
  await t.rejects(ipam.deletePool('blue'), { code: 'TNET_POOL_UNKNOWN' })
})

import t from 'tap'
import type { BlockSpaceOptions } from '../../../src/ipam/blocks/space.ts'
import { findings, tiny, withSpace } from './with-space.ts'
import type { Refusal } from './with-space.ts'

t.setTimeout(600_000)

t.test('K1: own blocks, then a new one, then an address of another host', async t => {
  const { ipam, take } = await withSpace({ ...tiny, blocksPerHost: 2 })
  t.same(await take('alpha', 4), ['192.0.2.0', '192.0.2.1', '192.0.2.2', '192.0.2.3'])
  t.same(await take('beta'), ['192.0.2.4'])
  t.same(await take('alpha', 4), ['192.0.2.8', '192.0.2.9', '192.0.2.10', '192.0.2.11'])
  t.same(await take('alpha', 2), ['192.0.2.5 borrowed', '192.0.2.6 borrowed'], 'two are the limit')
  t.same(await take('gamma'), ['192.0.2.12'])
  t.same(await take('delta'), ['192.0.2.7 borrowed'], 'even a host without any block')
  t.same(await take('beta'), ['192.0.2.13 borrowed'], 'which leaves the lender to borrow')
  await ipam.release('shop', '192.0.2.3')
  t.same(await take('alpha'), ['192.0.2.3'], 'its own ones come first again')
  t.match(await ipam.inspect('shop'), {
    unclaimed: 0n,
    blocks: [
      { host: 'alpha', free: 0n },
      {
        host: 'beta',
        free: 0n,
        addresses: [
          { address: '192.0.2.4', host: 'beta', isBorrowed: false },
          { address: '192.0.2.5', host: 'alpha', isBorrowed: true },
          { address: '192.0.2.6', host: 'alpha', isBorrowed: true },
          { address: '192.0.2.7', host: 'delta', isBorrowed: true },
        ],
      },
      { host: 'alpha' },
      { host: 'gamma', free: 2n },
    ],
  })
})

const closed: [options: Partial<BlockSpaceOptions>, facts: Record<string, string>][] = [
  [
    { strictAffinity: true },
    {
      'own blocks': '1 of /30, all full',
      'new block': 'no: the limit is 1 a host',
      borrowing: 'no: strictAffinity',
    },
  ],
  [
    { blocksPerHost: 20, strictAffinity: true },
    { 'own blocks': '4 of /30, all full', 'new block': 'no: every block has a host' },
  ],
  [{ blocksPerHost: 20 }, { borrowing: 'no: no block of another host has one either' }],
]

t.test('a host that is out of addresses learns which ways were closed', async t => {
  for (const [options, facts] of closed) {
    const { take } = await withSpace({ ...tiny, ...options })
    const whole = options.blocksPerHost === 20 ? 16 : 4
    await take('alpha', whole)
    await t.rejects(take('alpha'), {
      code: 'TNET_POOL_EXHAUSTED',
      message: 'host "alpha" has no free address in space "shop"',
      facts,
    })
  }
})

t.test('strict: an address of another host is refused, also by name', async t => {
  const { ipam } = await withSpace()
  await ipam.claim('shop', 'alpha')
  await ipam.claim('shop', 'beta')
  const ask = (address: string) => ipam.allocate('shop', { host: 'beta', owner: 'db', address })
  const refused: [address: string, expected: Refusal][] = [
    ['10.244.0.9', { code: 'TNET_ADDRESS_AFFINITY', facts: { block: '10.244.0.0/24' } }],
    ['10.244.9.9', { code: 'TNET_BLOCK_LIMIT' }],
    ['10.244.1.1', { code: 'TNET_ADDRESS_RESERVED' }],
    ['10.244.1.255', { code: 'TNET_ADDRESS_RESERVED' }],
    ['10.245.0.1', { code: 'TNET_ADDRESS_OUTSIDE' }],
    ['2001:db8::1', { code: 'TNET_ADDRESS_FAMILY' }],
    ['web', { code: 'TNET_ADDRESS_INVALID' }],
  ]
  const before = await ipam.inspect('shop')
  for (const [address, expected] of refused) await t.rejects(ask(address), expected, address)
  t.same(await ipam.inspect('shop'), before)
  t.match(await ask('10.244.1.9'), { address: '10.244.1.9', isBorrowed: false })
  await t.rejects(ipam.allocate('shop', { host: 'beta', owner: 'app', address: '10.244.1.9' }), {
    code: 'TNET_ADDRESS_TAKEN',
    facts: { owner: 'db' },
  })
})

t.test('an address by name may be borrowed, or bring its block', async t => {
  const { ipam } = await withSpace({ blocksPerHost: 2, skipFirst: true })
  const ask = (host: string, address: string) =>
    ipam.allocate('shop', { host, owner: address, address })
  t.match(await ask('alpha', '10.244.9.9'), { block: '10.244.9.0/24', isBorrowed: false })
  t.match(await ask('beta', '10.244.9.10'), { isBorrowed: true })
  t.match(await ask('beta', '10.244.8.7'), { isBorrowed: false }, 'a new block')
  t.match(await ipam.blocks('shop'), [{ host: 'beta', subnet: '10.244.8.0/24' }, { host: 'alpha' }])
  await t.rejects(ask('alpha', '10.244.0.5'), {
    code: 'TNET_ADDRESS_RESERVED',
    message: /in the first block/,
  })
})

t.test('a host keeps its blocks while an address of them, or of others, is in use', async t => {
  const { ipam, take } = await withSpace({ ...tiny, blocksPerHost: 1, strictAffinity: false })
  for (const host of ['alpha', 'beta', 'gamma', 'delta']) await ipam.claim('shop', host)
  await take('beta')
  t.equal((await take('alpha', 5))[4], '192.0.2.5 borrowed')
  await t.rejects(ipam.releaseHost('shop', 'beta'), {
    code: 'TNET_BLOCK_IN_USE',
    message: 'host "beta" has blocks of space "shop" in use',
    facts: { allocated: '192.0.2.4 (c0), 192.0.2.5 (c5)' },
  })
  await ipam.releaseHost('shop', 'gamma')
  for (const owner of ['c1', 'c2', 'c3', 'c4']) await ipam.releaseOwner(owner)
  await t.rejects(ipam.releaseHost('shop', 'alpha'), {
    code: 'TNET_BLOCK_IN_USE',
    facts: { allocated: '192.0.2.5 (c5)' },
  })
  for (const owner of ['c0', 'c5']) await ipam.releaseOwner(owner)
  for (const host of ['alpha', 'beta', 'beta', 'nobody']) await ipam.releaseHost('shop', host)
  t.match(await ipam.blocks('shop'), [{ host: 'delta' }])
  await t.rejects(ipam.releaseHost('nowhere', 'alpha'), { code: 'TNET_SPACE_UNKNOWN' })
})

t.test('a host that is gone is released with its addresses; what others lent stays', async t => {
  const { ipam, take } = await withSpace({ ...tiny, blocksPerHost: 1, strictAffinity: false })
  await take('alpha', 2)
  for (const host of ['beta', 'gamma', 'delta']) await ipam.claim('shop', host)
  await take('beta', 5)
  t.match(await ipam.inspect('shop'), { blocks: [{ addresses: { length: 3 } }] })
  await ipam.releaseHost('shop', 'alpha', { withAddresses: true })
  t.match(await ipam.inspect('shop'), {
    unclaimed: 1n,
    blocks: [
      { host: undefined, free: 3n, addresses: [{ address: '192.0.2.2', host: 'beta' }] },
      { host: 'beta' },
      { host: 'gamma' },
      { host: 'delta' },
    ],
  })
  t.same(await take('beta'), ['192.0.2.0 borrowed'], 'of nobody')
  t.match(await ipam.claim('shop', 'omega'), { subnet: '192.0.2.0/30' })
  t.same(await take('omega', 2), ['192.0.2.1', '192.0.2.3'])
  await ipam.releaseHost('shop', 'beta', { withAddresses: true })
  t.match(await ipam.inspect('shop'), {
    blocks: [{ addresses: [{ address: '192.0.2.1' }, { address: '192.0.2.3' }] }, {}, {}],
  })
})

t.test('nobody borrows of a block that nobody has', async t => {
  const { ipam, take } = await withSpace({ ...tiny, blocksPerHost: 1, strictAffinity: false })
  for (const host of ['alpha', 'beta', 'gamma', 'delta']) await ipam.claim('shop', host)
  for (const host of ['beta', 'gamma', 'delta']) await take(host, 4)
  t.same(await take('beta'), ['192.0.2.0 borrowed'])
  await ipam.releaseHost('shop', 'alpha', { withAddresses: true })
  await ipam.release('shop', '192.0.2.0')
  t.match(await ipam.inspect('shop'), { unclaimed: 1n, blocks: { length: 3 } })
  await t.rejects(take('beta'), { code: 'TNET_POOL_EXHAUSTED' })
  t.same(await take('omega'), ['192.0.2.0'])
})

t.test('fsck agrees with all that was left behind here', async t => {
  t.same(await findings(), [])
})

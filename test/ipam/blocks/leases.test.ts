import t from 'tap'
import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import type { BlockSpaceOptions } from '../../../src/ipam/blocks/space.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import { heldUp, mortal } from './odd-stores.ts'

t.setTimeout(600_000)

const HOUR = 3_600_000

/** Four blocks of four addresses, hosts a to d with one each, leases of a day, and a clock. */
async function withLeases(options: Partial<BlockSpaceOptions> = {}) {
  const store = new MemoryStore()
  const clock = { now: Date.UTC(2030, 0, 1) }
  const ipam = new BlockIpam(store, { now: () => clock.now })
  const space = { subnet: '192.0.2.0/28', gateways: false, leaseMs: 24 * HOUR }
  await ipam.createSpace({ name: 'shop', ...space, ...options })
  for (const host of ['a', 'b', 'c', 'd']) await ipam.claim('shop', host)
  const take = (host: string, owner: string) => ipam.allocate('shop', { host, owner })
  const addresses = async () =>
    (await ipam.inspect('shop')).blocks.flatMap(({ addresses }) =>
      addresses.map(({ address, host, owner }) => `${address} ${host} ${owner}`),
    )
  const isClean = async () => (await new Ipam(store).fsck()).isClean
  return { ipam, store, clock, take, addresses, isClean }
}

t.test('F8: a lease is for 24 h, to be renewed within the last one', async t => {
  const { ipam, clock } = await withLeases()
  const start = clock.now
  const [block] = await ipam.blocks('shop')
  t.match(block, { expiresAt: start + 24 * HOUR, renewAt: start + 23 * HOUR })
  clock.now += 23.5 * HOUR
  t.match(await ipam.renew('shop', 'a'), { subnet: '192.0.2.0/30', expiresAt: start + 47.5 * HOUR })
  t.match(await ipam.claim('shop', 'b'), { expiresAt: start + 47.5 * HOUR }, 'so does a restart')
  await ipam.createSpace({ name: 'quick', subnet: '10.0.0.0/16', leaseMs: 24_000 })
  t.match(await ipam.claim('quick', 'a'), { renewAt: clock.now + 23_000 })
  await ipam.createSpace({ name: 'ever', subnet: '10.1.0.0/16' })
  t.same(Object.keys(await ipam.claim('ever', 'a')).includes('expiresAt'), false)
})

t.test(
  'a host whose lease ran out has to renew it, and can while nobody needs the room',
  async t => {
    const { ipam, clock, take, addresses } = await withLeases()
    await take('a', 'web')
    clock.now += 24 * HOUR - 1
    await take('a', 'app')
    clock.now += 1
    await t.rejects(take('a', 'db'), {
      name: 'UsageError',
      code: 'TNET_BLOCK_EXPIRED',
      message: 'the lease of host "a" in space "shop" has run out',
      facts: { expired: '2030-01-02T00:00:00.000Z' },
    })
    await ipam.releaseOwner('app')
    await ipam.renew('shop', 'a')
    await take('a', 'db')
    t.same(await addresses(), ['192.0.2.0 a web', '192.0.2.1 a db'])
  },
)

t.test('F8: the block of a lease that ran out goes to who needs it, without addresses', async t => {
  const { ipam, clock, take, addresses, isClean } = await withLeases()
  await take('a', 'web')
  await take('b', 'app')
  clock.now += 12 * HOUR
  await ipam.renew('shop', 'b')
  await t.rejects(ipam.claim('shop', 'e'), { code: 'TNET_SPACE_FULL' }, 'not before it ran out')
  clock.now += 12 * HOUR
  t.match(await ipam.claim('shop', 'e'), { subnet: '192.0.2.0/30', host: 'e' })
  t.same(await addresses(), ['192.0.2.4 b app'])
  const isGone = { code: 'TNET_BLOCK_NONE', hint: /lease ran out/ }
  await t.rejects(ipam.renew('shop', 'a'), isGone)
  await t.rejects(take('a', 'db'), isGone, 'it does not get another block without noticing')
  t.match(await take('e', 'web'), { address: '192.0.2.0' })
  t.match(await ipam.claim('shop', 'a'), { subnet: '192.0.2.8/30' })
  t.ok(await isClean())
})

t.test('a block without a host goes first, whatever ran out', async t => {
  const { ipam, clock } = await withLeases()
  await ipam.releaseHost('shop', 'c')
  clock.now += 48 * HOUR
  t.match(await ipam.claim('shop', 'e'), { subnet: '192.0.2.8/30' })
  t.match(await ipam.blocks('shop'), [{ host: 'a' }, { host: 'b' }, { host: 'e' }, { host: 'd' }])
  t.match(
    await ipam.claim('shop', 'f', { subnet: '192.0.2.4/30' }),
    { host: 'f' },
    'b is in the way',
  )
  t.match(await ipam.blocks('shop'), [{ host: 'a' }, { host: 'f' }, { host: 'e' }, { host: 'd' }])
  t.same(await ipam.releaseExpired('shop'), ['a', 'd'])
  t.match(await ipam.blocks('shop'), [{ host: 'f' }, { host: 'e' }])
})

t.test('what a gone host had borrowed comes back too; what it had lent stays', async t => {
  const { ipam, clock, take, addresses, isClean } = await withLeases({ strictAffinity: false })
  for (const owner of ['1', '2', '3', '4', '5']) await take('a', owner)
  await ipam.releaseOwner('2')
  for (const owner of ['6', '7', '8', '9', '10']) await take('b', owner)
  await ipam.releaseOwner('1')
  t.same(await addresses(), [
    '192.0.2.1 b 9',
    '192.0.2.2 a 3',
    '192.0.2.3 a 4',
    '192.0.2.4 a 5',
    '192.0.2.5 b 6',
    '192.0.2.6 b 7',
    '192.0.2.7 b 8',
    '192.0.2.8 b 10',
  ])
  clock.now += 12 * HOUR
  for (const host of ['b', 'c', 'd']) await ipam.renew('shop', host)
  clock.now += 12 * HOUR
  t.same(await ipam.releaseExpired('shop'), ['a'])
  t.same(await ipam.releaseExpired('shop'), [])
  const left = ['1 b 9', '5 b 6', '6 b 7', '7 b 8', '8 b 10'].map(text => `192.0.2.${text}`)
  t.same(await addresses(), left)
  t.match(await ipam.claim('shop', 'e'), { subnet: '192.0.2.0/30' })
  t.match(await take('e', 'web'), { address: '192.0.2.0' })
  t.ok(await isClean())
})

t.test('the last addresses are those of leases that ran out', async t => {
  const { ipam, clock, take } = await withLeases({ strictAffinity: false })
  for (let n = 0; n < 16; n++) await take('a', `${n}`)
  clock.now += 24 * HOUR
  await ipam.renew('shop', 'b')
  t.match(await take('b', 'web'), { address: '192.0.2.4', isBorrowed: false })
})

t.test('whoever dies while evicting leaves a state that is right, and that others end', async t => {
  for (const isMade of [false, true]) {
    for (let commits = 0; ; commits++) {
      const { store, clock, take, ipam, addresses, isClean } = await withLeases({
        subnet: '10.0.0.0/22',
        gateways: true,
        strictAffinity: false,
      })
      for (let n = 0; n < 70; n++) await take('a', `${n}`)
      await ipam.allocate('shop', { host: 'a', owner: 'x', address: '10.0.1.9' })
      await ipam.allocate('shop', { host: 'b', owner: 'y', address: '10.0.0.99' })
      clock.now += 12 * HOUR
      for (const host of ['b', 'c', 'd']) await ipam.renew('shop', host)
      clock.now += 12 * HOUR
      const dying = new BlockIpam(mortal(store, commits, { isMade }), { now: () => clock.now })
      const done = await dying.claim('shop', 'e').then(
        () => true,
        () => false,
      )
      t.ok(await isClean(), `after ${commits} commits`)
      if (commits > 1 && !done) await t.rejects(ipam.renew('shop', 'a'), 'no way back')
      t.match(await ipam.claim('shop', 'e'), { subnet: '10.0.0.0/24' })
      t.same(await addresses(), ['10.0.0.99 b y'])
      t.ok(await isClean())
      if (done) {
        t.ok(commits > 4, 'it took several steps')
        break
      }
    }
  }
})

t.test('whoever is overtaken while evicting takes nothing from a host that came back', async t => {
  let overtaken = 0
  for (let commits = 0; commits < 12; commits++) {
    const { store, clock, take, ipam, addresses, isClean } = await withLeases()
    for (const owner of ['1', '2', '3']) await take('a', owner)
    clock.now += 24 * HOUR
    const comeBack = async () => {
      overtaken += 1
      await ipam.releaseExpired('shop')
      await ipam.claim('shop', 'a')
      await take('a', 'new')
    }
    const slow = new BlockIpam(heldUp(store, commits, comeBack), { now: () => clock.now })
    await slow.releaseExpired('shop')
    if (overtaken <= commits) break
    t.same(await addresses(), ['192.0.2.0 a new'], `at commit ${commits}`)
    t.match(await ipam.blocks('shop'), [{ host: 'a' }])
    t.ok(await isClean())
  }
  t.ok(overtaken > 4)
})

import t from 'tap'
import { Ipam } from '../../src/ipam/ipam.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'

/** A clock that goes when told to, and a pool of five addresses. */
async function arranged(subnet = '10.0.1.0/29') {
  const clock = { now: 1_000_000 }
  const store = new MemoryStore({ now: () => clock.now })
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet })
  return { clock, store, ipam }
}

t.test('an address is held as long as its lease is renewed', async t => {
  const { clock, store, ipam } = await arranged()
  const lease = await store.lease(1000)
  const { address } = await ipam.allocate('blue', { owner: 'web', lease: lease.id })
  for (let n = 0; n < 5; n++) {
    clock.now += 900
    await lease.renew()
    t.same(await ipam.reclaim(), [])
  }
  t.match(await ipam.inspect('blue'), { addresses: [{ address, owner: 'web', lease: lease.id }] })
  clock.now += 1000
  const gone = { pool: 'blue', address, owner: 'web', lease: lease.id }
  t.same(await ipam.reclaim('blue'), [gone])
  t.same(await ipam.reclaim('blue'), [], 'once')
  t.match(await ipam.inspect('blue'), { addresses: { length: 0 }, free: 5n })
  t.ok((await ipam.fsck()).isClean)
})

t.test('who asks of a full pool gets what dead clients held', async t => {
  const { clock, store, ipam } = await arranged()
  const [short, long] = [await store.lease(1000), await store.lease(5000)]
  for (const lease of [short, short, short, long]) {
    await ipam.allocate('blue', { lease: lease.id })
  }
  await ipam.allocate('blue', { owner: 'stays' })
  await t.rejects(ipam.allocate('blue'), { code: 'TNET_POOL_EXHAUSTED' })
  clock.now += 1000
  t.equal((await ipam.allocate('blue')).address, '10.0.1.2')
  t.equal((await ipam.allocate('blue')).address, '10.0.1.3')
  t.equal((await ipam.allocate('blue')).address, '10.0.1.4')
  await t.rejects(ipam.allocate('blue'), { code: 'TNET_POOL_EXHAUSTED' })
  t.same((await ipam.inspect('blue')).addresses.filter(({ lease }) => lease).length, 1)
})

t.test('an address, and an owner, is free again as soon as the lease has ended', async t => {
  const { store, ipam } = await arranged()
  const lease = await store.lease(1000)
  const held = await ipam.allocate('blue', { owner: 'web', lease: lease.id })
  await t.rejects(ipam.allocate('blue', { owner: 'web' }), { code: 'TNET_ADDRESS_DUPLICATE' })
  await t.rejects(ipam.allocate('blue', { address: held.address }), { code: 'TNET_ADDRESS_TAKEN' })
  await lease.end()
  t.equal((await ipam.allocate('blue', { owner: 'web' })).address, held.address)
  await ipam.release('blue', held.address, { owner: 'web' })

  const other = await store.lease(1000)
  await ipam.allocate('blue', { address: '10.0.1.5', owner: 'app', lease: other.id })
  await other.end()
  t.equal((await ipam.allocate('blue', { address: '10.0.1.5' })).owner, undefined)
  t.same(await ipam.releaseOwner('app'), [])
  t.ok((await ipam.fsck()).isClean)
})

t.test('a lease that has ended gets nothing any more', async t => {
  const { clock, store, ipam } = await arranged()
  const lease = await store.lease(1000)
  await ipam.allocate('blue', { owner: 'web', lease: lease.id })
  clock.now += 1000
  const late = { name: 'DeadlineError', code: 'TNET_LEASE_LOST', message: new RegExp(lease.id) }
  await t.rejects(ipam.allocate('blue', { owner: 'app', lease: lease.id }), late)
  await t.rejects(lease.renew(), late)
  await t.rejects(ipam.allocate('blue', { lease: 'nobody’s' }), { code: 'TNET_LEASE_LOST' })
  await lease.end()
  t.same(await ipam.releaseOwner('app'), [])
  t.equal((await ipam.reclaim()).length, 1)
  t.same((await ipam.fsck()).findings, [])
})

t.test(
  'a lease that comes to an end while its address is taken back costs nobody another',
  async t => {
    const { store, ipam } = await arranged()
    const dead = await store.lease(1000)
    const { address } = await ipam.allocate('blue', { owner: 'web', lease: dead.id })
    await dead.end()
    const live = await store.lease(1000)
    const list = store.list.bind(store)
    store.list = async prefix => {
      const entries = await list(prefix)
      if (prefix !== 'ipam/leases/') return entries
      // After the look-out for dead leases, and before anything is done about them.
      store.list = list
      await ipam.release('blue', address)
      await ipam.allocate('blue', { address, owner: 'new', lease: live.id })
      return entries
    }
    t.same(await ipam.reclaim(), [], 'it is somebody else’s by now')
    t.match(await ipam.inspect('blue'), { addresses: [{ address, owner: 'new' }] })
  },
)

t.test('a pool that is deleted while its dead are buried takes them along', async t => {
  const { store, ipam } = await arranged()
  const lease = await store.lease(1000)
  await ipam.allocate('blue', { lease: lease.id })
  await lease.end()
  const list = store.list.bind(store)
  store.list = async prefix => {
    const entries = await list(prefix)
    if (prefix === 'ipam/leases/') {
      store.list = list
      await ipam.release('blue', '10.0.1.2')
      await ipam.deletePool('blue')
    }
    return entries
  }
  t.same(await ipam.reclaim(), [])
})

t.test('an address whose lease has ended is named, and taken back', async t => {
  const { store, ipam } = await arranged()
  const lease = await store.lease(60_000)
  const { address } = await ipam.allocate('blue', { owner: 'mayfly', lease: lease.id })
  t.ok((await ipam.fsck()).isClean, 'while it lasts, nothing is wrong')
  await lease.end()
  const finding = {
    code: 'TNET_FSCK_LEASE',
    where: 'blue',
    message: `${address} is held under lease ${lease.id}, which has ended`,
  }
  t.match(await ipam.fsck(), { isClean: false, findings: [{ ...finding, isRepaired: false }] })
  t.match(await ipam.fsck({ repair: true }), {
    isClean: true,
    findings: [{ ...finding, isRepaired: true }],
  })
  t.same((await ipam.fsck()).findings, [])
  t.same(await ipam.releaseOwner('mayfly'), [])
})

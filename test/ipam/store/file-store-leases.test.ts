import fs from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import t from 'tap'
import { FileStore } from '../../../src/ipam/store/file-store.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import type { Store } from '../../../src/ipam/store/store.ts'

/** A clock that goes when told to. */
const clock = { now: 1_000_000 }
const options = { fsync: false, now: () => clock.now }

const stores: Record<string, (file: string) => Promise<Store>> = {
  'in memory': async () => new MemoryStore(options),
  'in a file': file => FileStore.open(file, options),
}

const under = (lease: { id: string }, key: string, value = '1') => ({
  put: new Map([[key, value]]),
  leases: new Map([[key, lease.id]]),
})

for (const [label, open] of Object.entries(stores)) {
  t.test(`a lease of a store ${label} runs out by the clock, not before`, async t => {
    await using store = await open(path.join(t.testdir(), 'state'))
    const lease = await store.lease(1000)
    await store.commit(under(lease, 'a'))
    for (let n = 0; n < 5; n++) {
      clock.now += 999
      t.equal((await store.get('a'))?.value, '1')
      await lease.renew()
    }
    clock.now += 999
    t.equal((await store.list('')).length, 1)
    clock.now += 1
    t.equal(await store.get('a'), undefined)
    t.same(await store.list(''), [])
    await t.rejects(lease.renew(), { code: 'TNET_LEASE_LOST' })
    t.ok(await store.commit({ expect: new Map([['a', 0]]), put: new Map([['b', '1']]) }))
    clock.now -= 5000
    t.equal(await store.get('a'), undefined, 'a clock put back does not bring it back')
  })
}

t.test('a lease is kept in the file, whoever opens it', async t => {
  const file = path.join(t.testdir(), 'state')
  await using one = await FileStore.open(file, options)
  await using two = await FileStore.open(file, options)
  const [short, long] = [await one.lease(1000), await one.lease(2000)]
  await one.commit(under(short, 'short'))
  await one.commit(under(long, 'long'))
  await two.commit({ put: new Map([['stays', '1']]) })
  const keys = async (store: Store) => (await store.list('')).map(({ key }) => key)
  t.same(await keys(two), ['long', 'short', 'stays'])
  clock.now += 1000
  t.same(await keys(two), ['long', 'stays'])
  await two.commit({ put: new Map([['stays', '2']]) })
  await long.renew()
  {
    await using three = await FileStore.open(file, options)
    t.same(await keys(three), ['long', 'stays'])
  }
  await long.end()
  t.same(await keys(two), ['stays'])
})

t.test('a lease outlives that the file is written anew', async t => {
  const file = path.join(t.testdir(), 'state')
  await using store = await FileStore.open(file, options)
  const [lease, gone] = [await store.lease(1000), await store.lease(500)]
  await store.commit(under(lease, 'a'))
  await store.commit(under(gone, 'b'))
  clock.now += 500
  const large = 'x'.repeat(70_000)
  for (let n = 0; n < 6; n++) await store.commit({ put: new Map([['large', `${n}${large}`]]) })
  const text = fs.readFileSync(file, 'utf8')
  t.notMatch(text, /^[0-9a-f]{8} .{0,100}"revision":0/, 'it was written anew')
  t.notMatch(text, gone.id, 'what ran out is not in it')
  await using other = await FileStore.open(file, options)
  t.equal((await other.get('a'))?.value, '1')
  t.same(await other.check(), [])
  await lease.renew()
  clock.now += 1000
  t.equal(await other.get('a'), undefined)
})

t.test('a file from before there were leases is opened', async t => {
  const lines = [
    { format: 'tnet-lab store 1', revision: 7, entries: 1 },
    { revision: 3, put: { a: 'old' } },
    { revision: 8, put: { b: 'newer' }, delete: ['a'] },
  ]
  const text = lines.map(line => {
    const json = JSON.stringify(line)
    return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
  })
  const folder = t.testdir({ state: text.join('') })
  await using store = await FileStore.open(path.join(folder, 'state'), options)
  t.same(await store.list(''), [{ key: 'b', value: 'newer', revision: 8 }])
  const lease = await store.lease(1000)
  await store.commit(under(lease, 'a', 'new'))
  t.equal((await store.get('a'))?.value, 'new')
  t.same(await store.check(), [])
})

import '../../sandboxed.ts'
import path from 'node:path'
import t from 'tap'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'
import { FileStore } from '../../../src/ipam/store/file-store.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import type { Store } from '../../../src/ipam/store/store.ts'
import { transact } from '../../../src/ipam/store/transaction.ts'
import { poll } from '../../../src/poll.ts'
import { EtcdServers, needsEtcd } from './etcd-server.ts'

let etcd: EtcdServers | undefined
let prefixes = 0

/** The etcd that all tests here share, each below a prefix of its own. */
async function sharedEtcd(): Promise<string[]> {
  // A shorter election than by default: a lease lasts one and a half at least.
  etcd ??= await EtcdServers.start({
    flags: ['--heartbeat-interval', '20', '--election-timeout', '100'],
  })
  return etcd.endpoints
}

t.teardown(() => etcd?.[Symbol.asyncDispose]())

/** What every store does; a distributed one gets a row here. */
const stores: Record<string, (test: { testdir(): string }) => Promise<Store>> = {
  'in memory': async () => new MemoryStore(),
  'in a file': test => FileStore.open(path.join(test.testdir(), 'state'), { fsync: false }),
  'in etcd': async () =>
    EtcdStore.open({ endpoints: await sharedEtcd(), prefix: `test-${prefixes++}` }),
}

const put = (key: string, value: string) => ({ put: new Map([[key, value]]) })

for (const [label, open] of Object.entries(stores)) {
  t.test(`a store ${label}`, label === 'in etcd' ? needsEtcd : {}, async t => {
    t.test('keeps values with the revision that wrote them', async t => {
      await using store = await open(t)
      t.equal(await store.get('a'), undefined)
      t.ok(await store.commit({ put: new Map([['a', '1']]) }))
      t.ok(await store.commit({ put: new Map([['b', '日本\n語']]) }))
      const [a, b] = [await store.get('a'), await store.get('b')]
      t.match(a, { key: 'a', value: '1', revision: Number })
      t.match(b, { key: 'b', value: '日本\n語', revision: Number })
      t.ok(a!.revision > 0 && b!.revision > a!.revision, 'later is greater')
      t.ok(await store.commit({ expect: new Map([['a', a!.revision]]), ...put('c', '3') }))
      t.same(await store.list(''), [a, b, await store.get('c')], 'a list says the same')
    })

    t.test('lists by prefix, in order', async t => {
      await using store = await open(t)
      const keys = ['networks/b', 'networks/a', 'networks', 'other', '__proto__']
      await store.commit({ put: new Map(keys.map(key => [key, key])) })
      t.same(
        (await store.list('networks/')).map(({ key }) => key),
        ['networks/a', 'networks/b'],
      )
      t.same(
        (await store.list('')).map(({ key }) => key),
        [...keys].sort(),
      )
    })

    t.test('changes nothing when an expectation fails', async t => {
      await using store = await open(t)
      await store.commit({ put: new Map([['a', '1']]) })
      const { revision } = (await store.get('a'))!
      for (const wrong of [{ a: 0 }, { a: revision + 1 }, { b: revision }, { a: revision, b: 1 }]) {
        const expect = new Map(Object.entries(wrong))
        t.notOk(await store.commit({ expect, ...put('c', '1') }))
        t.notOk(await store.commit({ expect }))
      }
      t.equal(await store.get('c'), undefined)
      t.ok(await store.commit({ expect: new Map(Object.entries({ a: revision, b: 0 })) }))
      t.equal((await store.get('a'))?.revision, revision, 'comparing alone is no change')
    })

    t.test('expects of a whole prefix that nothing was put there since', async t => {
      await using store = await open(t)
      await store.commit({ put: new Map(['p/1', 'p/2', 'q'].map(key => [key, 'old'])) })
      const { revision } = (await store.get('p/1'))!
      const expectPrefixes = new Map([['p/', revision]])
      await store.commit(put('q', 'new'))
      await store.commit({ delete: new Set(['p/1']) })
      t.ok(await store.commit({ expectPrefixes, ...put('r', '1') }), 'others, and deletions')
      await store.commit(put('p/3', 'new'))
      t.notOk(await store.commit({ expectPrefixes, ...put('r', '2') }), 'a key that is new')
      await store.commit({ delete: new Set(['p/3']), ...put('p/2', 'new') })
      t.notOk(await store.commit({ expectPrefixes }), 'a key that was changed')
      t.equal((await store.get('r'))?.value, '1')
    })

    t.test('deletes keys and prefixes before it puts', async t => {
      await using store = await open(t)
      await store.commit({ put: new Map(['p/1', 'p/2', 'q', 'r'].map(key => [key, 'old'])) })
      await store.commit({
        put: new Map([['p/2', 'new']]),
        delete: new Set(['q']),
        deletePrefixes: new Set(['p/']),
      })
      t.same(
        (await store.list('')).map(({ key, value }) => `${key} ${value}`),
        ['p/2 new', 'r old'],
      )
    })

    t.test('puts below a prefix that it deletes, at either end too', async t => {
      await using store = await open(t)
      const old = ['p/', 'p/0', 'p/1', 'p/1/x', 'p/2', 'p/é', 'p0'].map(
        key => [key, 'old'] as const,
      )
      await store.commit({ put: new Map(old) })
      await store.commit({
        put: new Map(['p/', 'p/1', 'p/é'].map(key => [key, 'new'])),
        delete: new Set(['p/', 'p/2']),
        deletePrefixes: new Set(['p/', 'p/1']),
      })
      t.same(
        (await store.list('')).map(({ key, value }) => `${key} ${value}`),
        ['p/ new', 'p/1 new', 'p/é new', 'p0 old'],
      )
    })

    t.test('lets many add to one number', async t => {
      await using store = await open(t)
      const add = (subject: string) =>
        transact(store, subject, async tx => {
          const count = Number((await tx.get('count')) ?? 0)
          await new Promise(setImmediate)
          tx.put('count', String(count + 1))
        })
      // Different subjects do not take turns, so that commits do fail.
      await Promise.all(Array.from({ length: 30 }, (_, n) => add(`subject ${n % 3}`)))
      t.equal((await store.get('count'))?.value, '30')
    })

    t.test('is left alone by a transaction that throws', async t => {
      await using store = await open(t)
      const failing = transact(store, 'a', async tx => {
        tx.put('a', '1')
        throw new Error('no')
      })
      await t.rejects(failing, { message: 'no' })
      t.same(await store.list(''), [])
      await transact(store, 'a', async tx => tx.put('a', '2'))
      t.equal((await store.get('a'))?.value, '2', 'the next has its turn')
    })

    t.test('tells a transaction what it wrote itself', async t => {
      await using store = await open(t)
      await store.commit({ put: new Map([['a', '1']]) })
      await transact(store, 'a', async tx => {
        tx.delete('a')
        t.equal(await tx.get('a'), undefined)
        tx.put('a', '2')
        t.equal(await tx.get('a'), '2')
      })
      t.equal((await store.get('a'))?.value, '2')
    })

    t.test('keeps a transaction from what was listed and added to', async t => {
      await using store = await open(t)
      let lists = 0
      const names = await transact(store, 'p', async tx => {
        const names = (await tx.list('p/', { isFinal: true })).map(({ key }) => key)
        if (lists++ === 0) await store.commit(put('p/1', 'x'))
        tx.put('count', String(names.length))
        return names
      })
      t.same(names, ['p/1'])
      t.equal((await store.get('count'))?.value, '1')
    })

    t.test('deletes what is under a lease that ends', async t => {
      await using store = await open(t)
      const lease = await store.lease(60_000)
      const other = await store.lease(60_000)
      t.not(lease.id, other.id)
      const leases = new Map([
        ['a', lease.id],
        ['b', lease.id],
        ['c', other.id],
      ])
      await store.commit({ leases, put: new Map(['a', 'b', 'c', 'd'].map(key => [key, '1'])) })
      await store.commit(put('b', 'stays: put again without'))
      await lease.renew()
      t.equal((await store.list('')).length, 4)
      await lease.end()
      t.same(
        (await store.list('')).map(({ key }) => key),
        ['b', 'c', 'd'],
      )
      t.ok(await store.commit({ expect: new Map([['a', 0]]) }))
      await lease.end()
      await t.rejects(lease.renew(), { name: 'DeadlineError', code: 'TNET_LEASE_LOST' })
    })

    t.test('deletes what is under a lease that nobody renews', async t => {
      await using store = await open(t)
      const lease = await store.lease(1000)
      await store.commit({ leases: new Map([['a', lease.id]]), ...put('a', '1') })
      const { revision } = (await store.get('a'))!
      const isGone = async () => ((await store.get('a')) === undefined ? true : undefined)
      t.ok(await poll(isGone, { timeoutMs: 10_000 }))
      t.same(await store.list(''), [])
      t.notOk(await store.commit({ expect: new Map([['a', revision]]), ...put('b', '1') }))
      t.ok(await store.commit({ expect: new Map([['a', 0]]), ...put('a', 'anew') }))
      await t.rejects(lease.renew(), { code: 'TNET_LEASE_LOST' })
      t.equal((await store.get('a'))?.value, 'anew')
    })

    t.test('changes nothing under a lease that has ended', async t => {
      await using store = await open(t)
      const lease = await store.lease(60_000)
      await lease.end()
      const change = { leases: new Map([['a', lease.id]]), ...put('a', '1') }
      await t.rejects(store.commit(change), { code: 'TNET_LEASE_LOST' })
      t.notOk(await store.commit({ expect: new Map([['x', 7]]), ...change }))
      t.equal(await store.get('a'), undefined)
      const writing = transact(store, 'b', async tx => {
        tx.put('b', '1')
        tx.put('a', '1', { lease: lease.id })
      })
      await t.rejects(writing, { code: 'TNET_LEASE_LOST' })
      t.same(await store.list(''), [])
      await t.rejects(store.lease(0), { name: 'UsageError', code: 'TNET_LEASE_TIME' })
    })
  })
}

t.test('a transaction does not ask a store that fails whether what it read is so', async t => {
  await using store = new MemoryStore()
  let asked = 0
  const fail = async () => {
    asked += 1
    throw new Error('gone')
  }
  Object.assign(store, { get: fail, commit: fail })
  await t.rejects(
    transact(store, 'a', tx => tx.get('a')),
    { message: 'gone' },
  )
  t.equal(asked, 1)
})

t.test('a failure that comes of reading two moments is not believed', async t => {
  await using store = new MemoryStore()
  let runs = 0
  const result = await transact(store, 'a', async tx => {
    const a = await tx.get('a')
    runs += 1
    if (runs === 1) await store.commit({ put: new Map(Object.entries({ a: '1', b: '1' })) })
    if ((await tx.get('b')) !== a) throw new Error('a and b differ')
    return a
  })
  t.equal(result, '1')
  t.equal(runs, 2)
})

t.test('a transaction that always loses gives up and says so', async t => {
  await using store = new MemoryStore()
  store.commit = async () => false
  const losing = transact(store, 'ipam/pools/blue', async tx => tx.put('a', '1'))
  await t.rejects(losing, { code: 'TNET_STORE_CONTENDED', message: /ipam\/pools\/blue/ })
})

import path from 'node:path'
import t from 'tap'
import { FileStore } from '../../../src/ipam/store/file-store.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import type { Store } from '../../../src/ipam/store/store.ts'
import { transact } from '../../../src/ipam/store/transaction.ts'

/** What every store does; a distributed one gets a row here. */
const stores: Record<string, (test: { testdir(): string }) => Promise<Store>> = {
  'in memory': async () => new MemoryStore(),
  'in a file': test => FileStore.open(path.join(test.testdir(), 'state'), { fsync: false }),
}

for (const [label, open] of Object.entries(stores)) {
  t.test(`a store ${label}`, async t => {
    t.test('keeps values with the revision that wrote them', async t => {
      await using store = await open(t)
      t.equal(await store.get('a'), undefined)
      t.ok(await store.commit({ put: new Map([['a', '1']]) }))
      t.ok(await store.commit({ put: new Map([['b', '日本\n語']]) }))
      t.same(await store.get('a'), { key: 'a', value: '1', revision: 1 })
      t.same(await store.get('b'), { key: 'b', value: '日本\n語', revision: 2 })
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
      for (const expect of [new Map([['a', 0]]), new Map([['a', 2]]), new Map([['b', 1]])]) {
        t.notOk(await store.commit({ expect, put: new Map([['c', '1']]) }))
      }
      t.equal(await store.get('c'), undefined)
      t.ok(await store.commit({ expect: new Map(Object.entries({ a: 1, b: 0 })) }))
      t.equal((await store.get('a'))?.revision, 1, 'comparing alone is no change')
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
  })
}

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

import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { FileStore } from '../../../src/ipam/store/file-store.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import type { Store } from '../../../src/ipam/store/store.ts'
import { lives, unexpected } from './life.ts'
import { randomOf, unhurried } from './odd-stores.ts'

t.setTimeout(600_000)

/** How clients come by their stores, which are one; those of a file have it open each for itself. */
const kinds: [label: string, seeds: number[], open: (folder: string, seed: number) => Opens][] = [
  [
    'in memory',
    [1, 2, 3, 4, 5, 6],
    (_folder, seed) => {
      const memory = new MemoryStore()
      return async n => unhurried(memory, randomOf(seed * 10 + n))
    },
  ],
  ['in a file', [7], folder => () => FileStore.open(path.join(folder, 'ipam'))],
]

type Opens = (n: number) => Promise<Store>

for (const [label, seeds, openIn] of kinds) {
  t.test(`${label}: hosts that claim at once get a block each`, async t => {
    const stores = await Promise.all([1, 2, 3, 4].map(openIn(t.testdir(), 0)))
    const clients = stores.map(store => new BlockIpam(store))
    await clients[0]!.createSpace({ name: 'shop', subnet: '10.244.0.0/16', skipFirst: true })
    const claimed = await Promise.all(
      Array.from({ length: 50 }, (_, n) => clients[n % 4]!.claim('shop', `h${n}`)),
    )
    t.equal(new Set(claimed.map(({ subnet }) => subnet)).size, 50)
    t.match(await clients[3]!.inspect('shop'), { unclaimed: 205n })
    const same = await Promise.all(clients.map(client => client.claim('shop', 'again')))
    t.equal(new Set(same.map(({ subnet }) => subnet)).size, 1, 'one host is one, wherever it asks')
    const twice = await Promise.allSettled(
      clients.map((client, n) => client.allocate('shop', { host: `h${n}`, owner: 'web' })),
    )
    t.equal(twice.filter(({ status }) => status === 'fulfilled').length, 1, 'so is an owner')
    t.ok((await new Ipam(stores[0]!).fsck()).isClean)
    await Promise.all(stores.map(store => store.close()))
  })

  t.test(`${label}: nobody has what another has, whoever comes, goes and expires`, async t => {
    for (const seed of seeds) {
      const stores = await Promise.all([1, 2, 3, 4].map(openIn(t.testdir(), seed)))
      const { log, findings, holders } = await lives(stores, seed)
      t.same(findings, [], `seed ${seed}`)
      t.equal(new Set(holders.map(({ address }) => address)).size, holders.length)
      t.equal(new Set(holders.map(({ owner }) => owner)).size, holders.length)
      t.same(unexpected(log), [])
      t.ok(log.filter(line => line.startsWith('got')).length > 40)
      t.ok(log.some(line => line.startsWith('lost')))
      await Promise.all(stores.map(store => store.close()))
    }
  })
}

t.test('a file that many wrote holds what they say', async t => {
  const folder = t.testdir()
  const file = path.join(folder, 'ipam')
  {
    await using store = await FileStore.open(file)
    const ipam = new BlockIpam(store)
    await ipam.createSpace({ name: 'shop', subnet: '10.244.0.0/16' })
    await ipam.claim('shop', 'alpha', { data: { vtep: '192.0.2.1' } })
    await ipam.allocate('shop', { host: 'alpha', owner: 'web' })
  }
  t.ok(fs.readdirSync(folder).length > 0)
  await using store = await FileStore.open(file)
  t.match(await new BlockIpam(store).inspect('shop'), {
    blocks: [{ host: 'alpha', data: { vtep: '192.0.2.1' }, addresses: [{ owner: 'web' }] }],
  })
})

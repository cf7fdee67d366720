import t from 'tap'
import { Ipam } from '../../src/ipam/ipam.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'
import { client } from './client.ts'

/** Two clients; `meanwhile` happens once, right before the first one's next change is made. */
async function arranged() {
  const store = new MemoryStore()
  const first = client(store)
  const [one, two] = [new Ipam(first), new Ipam(client(store))]
  await one.createPool({ name: 'blue', subnet: '10.0.0.0/24' })
  const commit = first.commit.bind(first)
  const meanwhile = (work: () => Promise<unknown>) => {
    first.commit = async change => {
      first.commit = commit
      await work()
      return commit(change)
    }
  }
  return { store, one, two, meanwhile }
}

t.test('a pool is not deleted from under who allocates in the meantime', async t => {
  const { one, two, meanwhile } = await arranged()
  meanwhile(() => two.allocate('blue', { owner: 'web' }))
  await t.rejects(one.deletePool('blue'), {
    code: 'TNET_POOL_IN_USE',
    facts: { allocated: '10.0.0.2 (web)' },
  })
  t.same((await one.fsck()).findings, [])
})

t.test('who releases in the meantime does not keep a pool from being deleted', async t => {
  const { store, one, two, meanwhile } = await arranged()
  await two.reserve('blue', '10.0.0.9')
  meanwhile(() => two.release('blue', '10.0.0.9'))
  await one.deletePool('blue')
  t.match(await store.list(''), [{ key: 'ipam/index', value: '[]' }])
})

t.test('an address is of the pool that there is, not of the one that there was', async t => {
  const { one, two, meanwhile } = await arranged()
  meanwhile(() => two.deletePool('blue'))
  await t.rejects(one.allocate('blue'), { code: 'TNET_POOL_UNKNOWN' })
  await two.createPool({ name: 'blue', subnet: '10.0.0.0/24' })
  meanwhile(async () => {
    await two.deletePool('blue')
    await two.createPool({ name: 'blue', subnet: '10.9.0.0/24' })
  })
  t.equal((await one.allocate('blue')).address, '10.9.0.2')
  t.same((await one.fsck()).findings, [])
})

t.test('neighbours may be taken and given back while another one is', async t => {
  const { one, two, meanwhile } = await arranged()
  await one.allocate('blue', { owner: 'a' })
  meanwhile(async () => {
    await two.allocate('blue', { owner: 'b' })
    await two.release('blue', '10.0.0.2')
  })
  t.equal((await one.allocate('blue', { owner: 'c' })).address, '10.0.0.2')
  meanwhile(() => two.allocate('blue', { address: '10.0.0.200' }))
  t.equal((await one.allocate('blue')).address, '10.0.0.4', 'no neighbour, no other attempt')
  t.same((await one.fsck()).findings, [])
})

t.test('who releases twice at once is told so once', async t => {
  const { one, two, meanwhile } = await arranged()
  const { address } = await one.allocate('blue')
  meanwhile(() => two.release('blue', address))
  await t.rejects(one.release('blue', address), { code: 'TNET_ADDRESS_FREE' })
  t.same((await one.fsck()).findings, [])
})

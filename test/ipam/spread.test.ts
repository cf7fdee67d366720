import t from 'tap'
import { Ipam } from '../../src/ipam/ipam.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'
import type { Policy } from '../../src/ipam/pool.ts'

/** Two clients of one store; `overtaken` is how often the first one loses its next change. */
async function arranged(subnet: string, policy: Policy = 'lowest-free') {
  const store = new MemoryStore()
  const race = { overtaken: 0 }
  const commit = store.commit.bind(store)
  store.commit = async change => {
    const isWriting = (change.put?.size ?? 0) > 0
    if (!isWriting || race.overtaken === 0) return commit(change)
    race.overtaken -= 1
    return false
  }
  const [one, two] = [new Ipam(store), new Ipam(store)]
  await one.createPool({ name: 'blue', subnet, policy })
  const take = async (ipam: Ipam) => (await ipam.allocate('blue')).address
  const losing = async (times: number) => {
    race.overtaken = times
    return take(one)
  }
  return { one, two, take, losing }
}

/** Where an IPv4 address of 10.0.0.0/8 is in it. */
const place = (address: string) => {
  const [, second, third, fourth] = address.split('.').map(Number)
  return second! * 65536 + third! * 256 + fourth!
}

t.test('who loses once tries the lowest again, who loses twice goes elsewhere', async t => {
  const { two, take, losing } = await arranged('10.0.0.0/15')
  t.equal(await losing(1), '10.0.0.2')
  const elsewhere = await losing(2)
  t.not(elsewhere, '10.0.0.3')
  t.equal(await take(two), '10.0.0.3', 'the other one goes on as it did')
  const next = await losing(0)
  t.equal(place(next), place(elsewhere) + 1, 'it goes on from there')
})

t.test('when things are calm, the lowest is next again', async t => {
  const { one, take, losing } = await arranged('10.0.0.0/15')
  const elsewhere = place(await losing(2))
  const taken = await Promise.all(Array.from({ length: 63 }, () => take(one)))
  t.ok(taken.every(address => place(address) > elsewhere))
  t.equal(await take(one), '10.0.0.2')
  t.ok((await one.fsck()).isClean)
})

t.test('a small pool gives out its lowest however often one loses', async t => {
  const { losing } = await arranged('10.0.0.0/24')
  for (let n = 0; n < 20; n++) t.equal(await losing(n % 5), `10.0.0.${n + 2}`)
})

t.test('in turn, who loses goes further on, and never back', async t => {
  const { one, two, take, losing } = await arranged('10.0.0.0/16', 'round-robin')
  t.equal(await take(one), '10.0.0.2')
  await one.release('blue', '10.0.0.2')
  let latest = 2
  for (let n = 0; n < 10; n++) {
    const address = await losing(3)
    t.ok(place(address) > latest, `${address} is past ${latest}`)
    latest = place(address)
  }
  t.equal(place(await take(two)), latest + 1, 'and the other one goes on from there')
})

t.test('the last address is found from wherever one begins', async t => {
  const { one, losing } = await arranged('10.0.0.0/22')
  const given = new Set<string>()
  for (let n = 0; n < 1021; n++) given.add(await losing(n % 7 === 0 ? 2 : 0))
  t.equal(given.size, 1021)
  t.match(await one.list(), [{ free: 0n }])
  await t.rejects(losing(2), { code: 'TNET_POOL_EXHAUSTED' })
  t.ok((await one.fsck()).isClean)
})

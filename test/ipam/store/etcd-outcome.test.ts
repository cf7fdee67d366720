// Once, as an ordinary user: an etcd and its clients are nobody's privilege.
import '../../sandboxed.ts'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'
import { transact } from '../../../src/ipam/store/transaction.ts'
import { poll } from '../../../src/poll.ts'
import { EtcdServers, needsEtcd } from './etcd-server.ts'
import { LossyRelay } from './lossy-relay.ts'

const put = (key: string, value: string) => ({ put: new Map([[key, value]]) })

let etcd: EtcdServers
let prefixes = 0
if (needsEtcd.skip === undefined) {
  etcd = await EtcdServers.start()
  t.teardown(() => etcd[Symbol.asyncDispose]())
}

/** A store behind a relay, and one that looks at the same keys by the straight way. */
async function arranged({ timeoutMs = 3000 } = {}) {
  const [endpoint = ''] = etcd.endpoints
  const prefix = `outcome-${prefixes++}`
  const relay = await LossyRelay.to(endpoint)
  const store = await EtcdStore.open({ endpoints: relay.endpoint, prefix, timeoutMs })
  const direct = await EtcdStore.open({ endpoints: endpoint, prefix })
  // So that the session has its lease.
  await store.commit(put('warm', 'up'))
  return {
    relay,
    store,
    direct,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]()
      await store.close()
      await direct.close()
    },
  }
}

t.test('a change whose answer was lost is made, once, and said to be', needsEtcd, async t => {
  await using a = await arranged()
  let runs = 0
  await transact(a.store, 'count', async tx => {
    runs += 1
    const count = Number((await tx.get('count')) ?? 0)
    if (runs === 1) a.relay.lose('answers')
    tx.put('count', String(count + 1))
  })
  t.equal(runs, 1)
  t.equal((await a.direct.get('count'))?.value, '1')
  const { revision } = (await a.direct.get('count'))!
  t.ok(await a.store.commit({ expect: new Map([['count', revision]]), ...put('next', '1') }))
})

t.test(
  'a change that arrives when nobody waits for it any more is not made',
  needsEtcd,
  async t => {
    await using a = await arranged()
    a.relay.lose('requests')
    // The first attempt is held on its way; another one, by another connection, is made.
    const { revision } = (await a.direct.get('warm'))!
    const expect = new Map([['warm', revision]])
    t.ok(await a.store.commit({ expect, ...put('a', 'first') }))
    t.ok(await a.direct.commit({ delete: new Set(['a']) }))
    t.ok(a.relay.deliver() > 0)
    // What arrives in its own time has arrived by when this has.
    await a.direct.commit(put('later', '1'))
    const isThere = async () => (await a.direct.get('a')) ?? undefined
    t.equal(await poll(isThere, { timeoutMs: 500 }), undefined)
  },
)

t.test(
  'a change of which nothing is known says so, in time, and is not tried again',
  needsEtcd,
  async t => {
    await using a = await arranged({ timeoutMs: 1500 })
    a.relay.lose('answers', { later: true })
    let runs = 0
    const began = performance.now()
    const writing = transact(a.store, 'a', async tx => {
      runs += 1
      tx.put('a', '1')
    })
    await t.rejects(writing, {
      name: 'DeadlineError',
      code: 'TNET_STORE_UNKNOWN_OUTCOME',
      message: /127\.0\.0\.1:\d+ did not say whether/,
      hint: /./,
    })
    t.ok(performance.now() - began < 10_000, 'the deadline is one for all attempts')
    t.equal(runs, 1)
    t.equal((await a.direct.get('a'))?.value, '1', 'this time it was made')
    a.relay.lose('nothing')
    t.notOk(await a.store.commit({ expect: new Map([['a', 0]]), ...put('b', '1') }))
    t.ok(await a.store.commit(put('b', '1')), 'and things go on')
  },
)

t.test('a change of which nobody has heard was not made, and that is said', needsEtcd, async t => {
  await using a = await arranged({ timeoutMs: 1500 })
  a.relay.lose('requests', { later: true })
  await t.rejects(a.store.commit(put('a', '1')), { code: 'TNET_STORE_UNKNOWN_OUTCOME' })
  await t.rejects(a.store.get('a'), { name: 'DeadlineError', code: 'TNET_STORE_TIMEOUT' })
  await a.relay[Symbol.asyncDispose]()
  await t.rejects(a.store.commit(put('a', '1')), {
    name: 'EnvironmentError',
    code: 'TNET_STORE_UNREACHABLE',
  })
  t.equal(await a.direct.get('a'), undefined)
})

t.test(
  'connections that break at any moment cost no address and give none twice',
  needsEtcd,
  async t => {
    await using a = await arranged({ timeoutMs: 20_000 })
    const ipam = new Ipam(a.store)
    await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/20' })
    const stop = new AbortController()
    let cuts = 0
    const cutting = (async () => {
      while (!stop.signal.aborted) {
        // By what comes by, not by time: a slow machine would never get a word through.
        const until = a.relay.seen + 1 + Math.random() * 30
        while (a.relay.seen < until && !stop.signal.aborted) await setTimeout(1)
        // Half of the time the request got there, and half of the time it did not.
        a.relay.lose(Math.random() < 0.5 ? 'answers' : 'requests')
        await setTimeout(Math.random() * 5)
        a.relay.cut()
        cuts += 1
      }
    })()
    const held = new Set<string>()
    try {
      for (let n = 0; n < 150; n++) {
        const { address } = await ipam.allocate('blue', { owner: `o${n}` })
        if (held.has(address)) t.fail(`${address} was given twice`)
        held.add(address)
        if (n % 3 !== 0) continue
        await ipam.release('blue', address)
        held.delete(address)
      }
    } finally {
      stop.abort()
      await cutting
    }
    t.ok(cuts > 20, `${cuts} times`)
    const { addresses } = await new Ipam(a.direct).inspect('blue')
    t.same(new Set(addresses.map(({ address }) => address)), held)
    t.same((await new Ipam(a.direct).fsck()).findings, [])
  },
)

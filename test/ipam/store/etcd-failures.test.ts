// Once, as an ordinary user: an etcd and its clients are nobody's privilege.
import '../../sandboxed.ts'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { Etcd3 } from 'etcd3'
import t from 'tap'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { EtcdCluster } from '../../../src/ipam/store/etcd/etcd-cluster.ts'
import { readSettings } from '../../../src/ipam/store/etcd/etcd-options.ts'
import { listRange } from '../../../src/ipam/store/etcd/etcd-range.ts'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'
import { poll } from '../../../src/poll.ts'
import { EtcdServers, etcdctl, needsEtcd } from './etcd-server.ts'

t.setTimeout(600_000)

const put = (key: string, value: string) => ({ put: new Map([[key, value]]) })

/** What a promise is rejected with, and after how many milliseconds. */
async function failureOf(work: () => Promise<unknown>): Promise<[code: unknown, ms: number]> {
  const began = performance.now()
  try {
    await work()
    return [undefined, 0]
  } catch (error) {
    return [(error as { code?: unknown }).code, performance.now() - began]
  }
}

t.test('nobody there, or somebody who says nothing', async t => {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const silent = net.createServer(socket => t.teardown(() => socket.destroy()))
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => silent.close())
  const { port } = silent.address() as net.AddressInfo
  const nobody = ['http://127.0.0.1:9', 'http://127.0.0.1:10']
  const began = performance.now()
  await t.rejects(EtcdStore.open({ endpoints: nobody, timeoutMs: 60_000 }), {
    name: 'EnvironmentError',
    code: 'TNET_STORE_UNREACHABLE',
    message: /could not reach etcd at .*127\.0\.0\.1:(9|10)/,
    facts: Object.fromEntries(nobody.map(endpoint => [endpoint, /connect E/])),
  })
  t.ok(performance.now() - began < 30_000, 'refused at once: nothing to wait for')
  await t.rejects(EtcdStore.open({ endpoints: `http://127.0.0.1:${port}`, timeoutMs: 300 }), {
    name: 'DeadlineError',
    code: 'TNET_STORE_TIMEOUT',
    message: `etcd at http://127.0.0.1:${port} did not answer within 300 ms`,
  })
  await t.rejects(EtcdStore.open({ endpoints: 'http://etcd.invalid', timeoutMs: 2000 }), {
    code: /TNET_STORE_(UNREACHABLE|TIMEOUT)/,
  })
})

t.test('keys of somebody else are refused, and left alone', needsEtcd, async t => {
  await using etcd = await EtcdServers.start()
  const [endpoint = ''] = etcd.endpoints
  etcdctl(endpoint, 'put', 'theirs/config', 'hello')
  etcdctl(endpoint, 'put', 'newer/.format', 'tnet-lab store 9')
  const all = etcdctl(endpoint, 'get', '--prefix', '')
  for (const [prefix, found] of [
    ['theirs/', /no theirs\/\.format/],
    ['newer', /tnet-lab store 9/],
  ] as const) {
    await t.rejects(EtcdStore.open({ endpoints: endpoint, prefix }), {
      name: 'EnvironmentError',
      code: 'TNET_STORE_FORMAT',
      facts: { found },
      hint: /another prefix/,
    })
  }
  t.equal(etcdctl(endpoint, 'get', '--prefix', ''), all, 'nothing was written')

  await using store = await EtcdStore.open({ endpoints: endpoint, prefix: 'ours' })
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/24' })
  await ipam.allocate('blue', { owner: 'web' })
  t.ok((await ipam.fsck()).isClean)
  using raw = closing(new Etcd3({ hosts: endpoint }))
  const odd = Buffer.concat([Buffer.from('ours/ipam/addresses/blue/'), Buffer.from([0xff, 0xfe])])
  for (const key of [Buffer.from('ours/ipam/strange'), Buffer.from('ours/.odd'), odd]) {
    await raw.etcd.kv.put({ key, value: Buffer.from([0xff, 0x00]) })
  }
  const before = etcdctl(endpoint, 'get', '--prefix', 'ours/ipam')
  const { findings, isClean } = await ipam.fsck({ repair: true })
  t.notOk(isClean)
  t.same(findings.map(({ code, where, isRepaired }) => `${code} ${where} ${isRepaired}`).sort(), [
    'TNET_FSCK_FOREIGN ipam/strange false',
    'TNET_FSCK_FOREIGN ours/.odd false',
    'TNET_FSCK_FOREIGN ours/ipam/addresses/blue/%C3%BF%C3%BE false',
    'TNET_FSCK_FOREIGN ours/ipam/strange false',
  ])
  t.equal(etcdctl(endpoint, 'get', '--prefix', 'ours/ipam'), before, 'all of it is still there')
  t.match(await ipam.inspect('blue'), { addresses: [{ owner: 'web' }], free: 252n })

  await store.commit(put('ipam/pools/blue', '{'))
  await t.rejects(ipam.allocate('blue'), { code: 'TNET_POOL_DAMAGED', hint: /fsck/ })
})

function closing(etcd: Etcd3) {
  return { etcd, [Symbol.dispose]: () => etcd.close() }
}

t.test('a list is of one moment, though etcd forgets that moment', needsEtcd, async t => {
  await using etcd = await EtcdServers.start()
  const [endpoint = ''] = etcd.endpoints
  using raw = closing(new Etcd3({ hosts: endpoint }))
  for (let n = 0; n < 25; n++) await raw.etcd.put(`p/${n + 10}`).value('x')
  const cluster = await EtcdCluster.load(readSettings({ endpoints: endpoint, timeoutMs: 5000 }))
  t.teardown(() => cluster.close())

  /** Changes a key after each page, and lets etcd forget what was before, so often. */
  const forgetting = (times: number): Pick<EtcdCluster, 'call' | 'deadline'> => ({
    deadline: () => cluster.deadline(),
    call: async (request, deadline) => {
      const answer = await cluster.call(request, deadline)
      const { header } = await raw.etcd.kv.put({
        key: Buffer.from('p/10'),
        value: Buffer.from('changed'),
      })
      if (times-- > 0) await raw.etcd.kv.compact({ revision: header.revision, physical: true })
      return answer
    },
  })
  const list = async (times: number) =>
    (await listRange(forgetting(times), Buffer.from('p/'), 10)).map(({ key }) => `${key}`)
  const keys = Array.from({ length: 25 }, (_, n) => `p/${n + 10}`)
  t.same(await list(0), keys)
  t.same(await list(1), keys, 'begun anew')
  await t.rejects(list(Infinity), {
    name: 'EnvironmentError',
    code: 'TNET_STORE_COMPACTED',
    facts: { etcd: /compacted/ },
  })
  t.same(await list(0), keys)
})

t.test('a long list is whole', needsEtcd, async t => {
  await using etcd = await EtcdServers.start()
  await using store = await EtcdStore.open({ endpoints: etcd.endpoints })
  for (let n = 0; n < 2050; n += 50) {
    const keys = Array.from({ length: 50 }, (_, k) => `p/${String(n + k).padStart(4, '0')}`)
    await store.commit({ put: new Map(keys.map(key => [key, 'x'.repeat(2000)])) })
  }
  const found = await store.list('p/')
  t.equal(found.length, 2050)
  t.same(
    found.map(({ key }) => key).sort(),
    found.map(({ key }) => key),
  )
  const many = new Map(Array.from({ length: 200 }, (_, n) => [`q/${n}`, 'x']))
  await t.rejects(store.commit({ put: many }), {
    name: 'UsageError',
    code: 'TNET_STORE_CHANGE_SIZE',
  })
  await t.rejects(store.commit(put('big', 'x'.repeat(2 << 20))), { code: 'TNET_STORE_CHANGE_SIZE' })
  t.same(await store.list('q/'), [])
  await store.commit({ deletePrefixes: new Set(['p/']) })
  t.same(await store.list(''), [])
})

t.test('a member that dies or hangs is not missed; two of three are', needsEtcd, async t => {
  await using etcd = await EtcdServers.start({
    members: 3,
    flags: ['--heartbeat-interval', '50', '--election-timeout', '500'],
  })
  const stores = await Promise.all(
    [1, 2, 3].map(() => EtcdStore.open({ endpoints: etcd.endpoints, timeoutMs: 5000 })),
  )
  t.teardown(() => Promise.all(stores.map(store => store.close())))
  const each = async (round: string) => {
    for (const [n, store] of stores.entries()) {
      if (!(await store.commit(put(`${n}`, round)))) t.fail('nobody else writes there')
      t.equal((await stores[0]!.get(`${n}`))?.value, round)
    }
  }
  await each('three')
  for (const n of [0, 1, 2]) {
    etcd.signal(n, 'SIGSTOP')
    await each(`all but ${n}, which hangs`)
    etcd.signal(n, 'SIGCONT')
    await etcd.ready(n)
  }
  await etcd.kill(0)
  await each('two')
  await etcd.kill(1)
  const noQuorum = async () => {
    const [code, ms] = await failureOf(() => stores[2]!.get('0'))
    t.ok(ms < 40_000)
    return code === 'TNET_STORE_NO_QUORUM' ? true : undefined
  }
  t.ok(await poll(noQuorum, { timeoutMs: 60_000 }))
  const [code, ms] = await failureOf(() => stores[2]!.commit(put('0', 'one')))
  t.equal(code, 'TNET_STORE_NO_QUORUM', 'and nothing was changed')
  t.ok(ms < 40_000, 'in time')
  etcd.run(1)
  await etcd.ready(1)
  t.equal((await stores[1]!.get('0'))?.value, 'two')
  await each('two again')
})

t.test('a client that slept longer than its session lasts just goes on', needsEtcd, async t => {
  await using etcd = await EtcdServers.start()
  const [endpoint = ''] = etcd.endpoints
  await using store = await EtcdStore.open({ endpoints: endpoint })
  await store.commit(put('a', '1'))
  const revoke = () => {
    const leases = etcdctl(endpoint, 'lease', 'list').match(/^[0-9a-f]{16}$/gm) ?? []
    for (const lease of leases) etcdctl(endpoint, 'lease', 'revoke', lease)
    return leases.length
  }
  t.equal(revoke(), 1)
  t.ok(await store.commit(put('a', '2')))
  t.equal(revoke(), 1)
  const { revision } = (await store.get('a'))!
  t.notOk(await store.commit({ expect: new Map([['a', revision - 1]]), ...put('a', '3') }))
  t.ok(await store.commit({ expect: new Map([['a', revision]]), ...put('a', '3') }))
  await store.close()
  t.equal(revoke(), 0, 'a store that is closed leaves none')
  const closed = { name: 'UsageError', code: 'TNET_STORE_CLOSED' }
  await t.rejects(store.get('a'), closed)
  await t.rejects(store.commit(put('a', '4')), closed)
  await store.close()
  t.notMatch(etcdctl(endpoint, 'get', '--prefix', '--keys-only', ''), /clients/)
})

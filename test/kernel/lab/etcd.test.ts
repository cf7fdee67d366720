import '../../sandboxed.ts'
import t from 'tap'
import type { Store } from '../../../src/ipam/store/store.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Program } from '../../../src/lab/program.ts'
import { poll } from '../../../src/poll.ts'
import { needsEtcd } from '../../ipam/store/etcd-server.ts'

t.setTimeout(600_000)

interface World extends AsyncDisposable {
  alpha: Host
  keeper: Host
}

/**
 *     alpha 192.0.2.1 ── wan ── keeper 192.0.2.10
 */
async function world(): Promise<World> {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const keeper = await wan.join('keeper', '192.0.2.10/24')
  return { alpha, keeper, [Symbol.asyncDispose]: () => lab.close() }
}

/** Starts etcd, with what it kept before. */
function startEtcd(keeper: Host): Promise<Program> {
  const urls = ['listen', 'advertise'].flatMap(what => {
    return [`--${what}-client-urls`, 'http://192.0.2.10:2379']
  })
  const ready = { ready: { port: 2379 }, readyTimeoutMs: 20_000 }
  return keeper.spawn('etcd', ['--data-dir', '/run/etcd', ...urls], ready)
}

const unreachable = (endpoint: string, etcd: string | RegExp) => ({
  name: 'EnvironmentError',
  code: 'TNET_STORE_UNREACHABLE',
  message: `could not reach etcd at ${endpoint}`,
  facts: { etcd },
  hint: /etcd runs and listens there/,
})

for (const [what, endpoint, said] of [
  ['nothing listens', 'http://192.0.2.10:2379', 'connect ECONNREFUSED 192.0.2.10:2379'],
  ['nothing listens, by name', 'http://keeper:2379', 'connect ECONNREFUSED 192.0.2.10:2379'],
  ['nothing listens, with TLS', 'https://192.0.2.10:443', 'connect ECONNREFUSED 192.0.2.10:443'],
  ['HTTP’s own port', 'http://192.0.2.10:80', 'connect ECONNREFUSED 192.0.2.10:80'],
  ['a route says no', 'http://198.51.100.1:2379', 'connect EHOSTUNREACH 198.51.100.1:2379'],
  ['no route', 'http://[2001:db8::1]:2379', 'connect ENETUNREACH [2001:db8::1]:2379'],
] as const) {
  t.test(`${what}: the error has the kernel’s word and the address`, async t => {
    await using w = await world()
    await w.alpha.addRoute({ to: '198.51.100.0/24', type: 'unreachable' })
    await t.rejects(w.alpha.etcd(endpoint), unreachable(endpoint, said))
  })
}

t.test('of several, each has its own', async t => {
  await using w = await world()
  await w.alpha.addRoute({ to: '198.51.100.0/24', type: 'unreachable' })
  await t.rejects(w.alpha.etcd(['http://192.0.2.10', 'http://198.51.100.1:9']), {
    name: 'EnvironmentError',
    code: 'TNET_STORE_UNREACHABLE',
    facts: {
      'http://192.0.2.10:2379': 'connect ECONNREFUSED 192.0.2.10:2379',
      'http://198.51.100.1:9': 'connect EHOSTUNREACH 198.51.100.1:9',
    },
  })
})

t.test('whoever is reached and hangs up is not said to have refused', async t => {
  await using w = await world()
  const endpoint = 'http://192.0.2.10:2379'
  await using _rude = await w.keeper.serveTcp(2379, socket => socket.destroy())
  await t.rejects(w.alpha.etcd(endpoint), unreachable(endpoint, /^(?!connect )./))
})

for (const endpoint of ['etcd', 'http://nobody:2379', 'http://192.0.2.10/v3', 'unix:/run/etcd']) {
  t.test(`${endpoint} is no place that a node could reach`, async t => {
    await using w = await world()
    const error = { name: 'UsageError', code: 'TNET_STORE_ENDPOINT', hint: /http:\/\/192\.0\.2\./ }
    await t.rejects(w.alpha.etcd(endpoint), error)
  })
}

/** Every way to use a store, and a lease that it gave. */
async function calls(store: Store): Promise<Record<string, () => Promise<unknown>>> {
  const lease = await store.lease(60_000)
  return {
    get: () => store.get('a'),
    list: () => store.list(''),
    recall: async () => store.recall?.('b', false),
    commit: () => store.commit({ put: new Map([['a', '2']]) }),
    lease: () => store.lease(60_000),
    check: () => store.check(),
    renew: () => lease.renew(),
    end: () => lease.end(),
  }
}

t.test('an etcd that ends is told of by every call, until it is back', needsEtcd, async t => {
  await using w = await world()
  const endpoint = 'http://192.0.2.10:2379'
  const etcd = await startEtcd(w.keeper)
  await using store = await w.alpha.etcd(endpoint, { timeoutMs: 3000 })
  await store.commit({ put: new Map([['a', '1']]) })
  const all = await calls(store)
  await etcd.stop()
  // The end of a connection, first of all, is no refusal.
  const refused = unreachable(endpoint, 'connect ECONNREFUSED 192.0.2.10:2379')
  const isRefused = async () => {
    const failure: unknown = await store.get('a').catch((error: unknown) => error)
    return (failure as { code?: string }).code === refused.code ? true : undefined
  }
  t.ok(await poll(isRefused, { timeoutMs: 20_000 }))
  const failing = Object.entries(all).map(([name, call]) => t.rejects(call(), refused, name))
  await Promise.all(failing)
  await using _again = await startEtcd(w.keeper)
  const first = await poll(() => store.get('a').catch(() => undefined), { timeoutMs: 20_000 })
  t.match(first, { value: '1' })
  for (const [name, call] of Object.entries(all)) await t.resolves(call(), name)
})

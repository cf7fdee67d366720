import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import type { Outcome } from '../../../src/expect/node/to-reach.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('TCP connects, UDP is answered', async t => {
  await using w = await world()
  const told = results()
  await using tcp = await w.app.serveTcp(5432)
  await using udp = await w.app.serveUdp(53)
  await expect(w.web).toReach(tcp)
  await expect(w.web).toReach(udp)
  await expect(w.web).toReach({ node: w.app, port: 53, protocol: 'udp' }, { payload: 'x' })
  await expect(w.web).toReach({ address: '10.0.1.3', port: 5432 }, { source: '10.0.1.2' })
  await expect(w.app).toReach(tcp)
  await expect(w.web, { windowMs: 50 }).not.toReach({ node: w.app, port: 5433 })
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: web reaches TCP port 5432 of app (10.0.1.3)',
      'passed: web reaches UDP port 53 of app (10.0.1.3)',
      'passed: web reaches UDP port 53 of app (10.0.1.3)',
      'passed: web reaches TCP port 5432 of 10.0.1.3',
      'passed: app reaches TCP port 5432 of app (10.0.1.3)',
      'passed: web does not reach TCP port 5433 of app (10.0.1.3)',
    ],
  )
})

const rejects = (words: string) => `-j REJECT --reject-with ${words}`.split(' ')
/** R6: what a firewall or a route does, and how it ends for the one who asks. */
const rules: readonly [what: string, rule: readonly string[], outcome: Outcome][] = [
  ['a port that is closed', [], 'refused'],
  ['a rule that drops', ['-j', 'DROP'], 'timed out'],
  ['a rule that resets', ['-p', 'tcp', ...rejects('tcp-reset')], 'refused'],
  ['net unreachable', rejects('icmp-net-unreachable'), 'unreachable: net'],
  ['host unreachable', rejects('icmp-host-unreachable'), 'unreachable: host'],
  ['port unreachable', rejects('icmp-port-unreachable'), 'unreachable: port'],
  ['prohibited', rejects('icmp-admin-prohibited'), 'unreachable: admin'],
]

for (const [what, rule, outcome] of rules) {
  t.test(`${what} ends as "${outcome}"`, async t => {
    await using w = await world()
    if (rule.length > 0) await w.app.$`iptables -A INPUT ${rule}`
    const port = { node: w.app, port: 80 }
    const told = results()
    await expect(w.web).toReach(port, { outcome })
    t.match(told, [{ title: `web gets "${outcome}" from TCP port 80 of app (10.0.1.3)` }])
    const other = outcome === 'refused' ? 'timed out' : 'refused'
    await expect(w.web, { windowMs: 20 }).not.toReach(port, { outcome: other, timeoutMs: 100 })
    t.equal(await codeOf(expect(w.web).not.toReach(port, { outcome })), 'TNET_EXPECTATION')
  })
}

t.test('routes and neighbours end as what they are', async () => {
  await using w = await world()
  const at = (address: string) => ({ address, port: 80 })
  await expect(w.web).toReach(at('10.0.1.77'), { outcome: 'no neighbour' })
  await expect(w.outside).toReach(at('198.51.100.1'), { outcome: 'no route' })
  await w.web.addRoute({ to: '203.0.113.0/24', type: 'unreachable' })
  await expect(w.web).toReach(at('203.0.113.1'), { outcome: 'unreachable: host' })
})

t.test('a failure tells the outcome, who said so, and why', async t => {
  await using w = await world()
  t.equal(
    await failure(expect(w.web).toReach({ node: w.app, port: 80 })),
    `ExpectationError TNET_EXPECTATION: expected that web reaches TCP port 80 of app (10.0.1.3)
  expected connected
  received refused, says 10.0.1.3
  why      nothing on app itself listens on TCP port 80
  command  ip netns exec web nc -vz -w 1 10.0.1.3 80
  hint     see what does: ip netns exec app ss -Hlntup`,
  )
  await using _app = await w.app.serveTcp(80)
  t.equal(
    await failure(expect(w.web).toReach({ node: w.app, port: 80 }, { outcome: 'timed out' })),
    `ExpectationError TNET_EXPECTATION: expected that web gets "timed out" from TCP port 80 of app (10.0.1.3)
  expected timed out
  received connected
  command  ip netns exec web nc -vz -w 1 10.0.1.3 80
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  t.match(
    await failure(expect(w.web).not.toReach({ node: w.app, port: 80 })),
    'expected anything but "connected" for 300 ms\n  received connected',
  )
})

t.test('eventually waits until somebody listens', async t => {
  await using w = await world()
  const told = results()
  const expectation = expect(w.web).eventually.toReach({ node: w.app, port: 80 })
  await using _app = await w.app.serveTcp(80)
  await expectation
  t.match(told, [{ status: 'passed' }])
})

t.test('what can be no expectation is refused, with not as well', async t => {
  await using w = await world()
  const port = { node: w.app, port: 80 }
  const cases: readonly [what: string, target: unknown, options: object, code: string][] = [
    ['an outcome that is none', port, { outcome: 'dropped' }, 'TNET_OPTION_INVALID'],
    ['TCP that is answered', port, { outcome: 'answered' }, 'TNET_OPTION_INVALID'],
    [
      'UDP that connects',
      { ...port, protocol: 'udp' },
      { outcome: 'connected' },
      'TNET_OPTION_INVALID',
    ],
    ['another protocol', { ...port, protocol: 'sctp' }, {}, 'TNET_TARGET_INVALID'],
    ['a name', { address: 'app', port: 80 }, {}, 'TNET_TARGET_INVALID'],
    ['a node alone', w.app, {}, 'TNET_TARGET_INVALID'],
    ['no port', { node: w.app }, {}, 'TNET_TARGET_INVALID'],
    ['nothing', null, {}, 'TNET_TARGET_INVALID'],
    ['a source that is not its own', port, { source: '198.51.100.1' }, 'TNET_ADDRESS_MISSING'],
  ]
  for (const [what, target, options, code] of cases) {
    t.equal(await codeOf(expect(w.web).toReach(target as never, options)), code, what)
    t.equal(await codeOf(expect(w.web).not.toReach(target as never, options)), code, `not: ${what}`)
  }
})

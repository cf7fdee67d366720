import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import type { Target } from '../../../src/expect/target.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { poll } from '../../../src/poll.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('a node pings a node, an address, a name, a bridge and itself', async t => {
  await using w = await world()
  const told = results()
  const { web, app } = w
  await expect(web).toPing(app)
  await expect(web).toPing('10.0.1.1', { count: 2 })
  await expect(web).toPing('app', { payload: 1400, fragment: false, ttl: 1 })
  await expect(web).toPing(web, { source: '10.0.1.2' })
  await expect(web).toPing(app, { source: await web.link('eth0') })
  t.same(
    told.map(({ title, status, attempts }) => [title, status, attempts]),
    [
      ['web pings app (10.0.1.3)', 'passed', 1],
      ['web pings 10.0.1.1', 'passed', 1],
      ['web pings app with 1400 bytes unfragmented with TTL 1', 'passed', 1],
      ['web pings web (10.0.1.2) from 10.0.1.2', 'passed', 1],
      ['web pings app (10.0.1.3) from eth0', 'passed', 1],
    ],
  )
})

t.test('a node of which nothing comes back', async t => {
  await using w = await world()
  const told = results()
  await expect(w.web).not.toPing('10.0.1.77')
  t.match(told, [{ title: 'web does not ping 10.0.1.77', status: 'passed' }])
  t.equal(
    await failure(expect(w.web).toPing('10.0.1.77', { timeoutMs: 200 })),
    `ExpectationError TNET_EXPECTATION: expected that web pings 10.0.1.77
  expected an echo reply
  received no echo reply within 200 ms
  why      10.0.1.77 does not answer ARP from web (eth0)
  command  ip netns exec web ping -n -c 1 -W 0.2 10.0.1.77
  hint     is its link up, and on the same wire? ip -n web neigh`,
  )
})

t.test('not fails for a single reply, and says which', async t => {
  await using w = await world()
  t.equal(
    await failure(expect(w.web).not.toPing(w.app, { count: 2 })),
    `ExpectationError TNET_EXPECTATION: expected that web does not ping app (10.0.1.3)
  expected no echo reply for 300 ms
  received 2 echo replies from 10.0.1.3 in N ms each
  command  ip netns exec web ping -n -c 2 -i 0.01 -W 0.3 10.0.1.3
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  // Every other request gets lost: some replies are too many for not, and too few without it.
  await w.app.$`iptables -A INPUT -p icmp -m statistic --mode nth --every 2 --packet 0 -j DROP`
  t.match(
    await failure(expect(w.web).toPing(w.app, { count: 4, timeoutMs: 200 })),
    /received 2 of 4 echo replies within 200 ms/,
  )
  t.equal(await codeOf(expect(w.web).not.toPing(w.app, { count: 4 })), 'TNET_EXPECTATION')
})

t.test('a packet that is larger than the link is told apart from silence', async t => {
  await using w = await world()
  await expect(w.web).toPing(w.app, { payload: 1472, fragment: false })
  await expect(w.web).not.toPing(w.app, { payload: 1473, fragment: false })
  t.match(
    await failure(expect(w.web).toPing(w.app, { payload: 1473, fragment: false, timeoutMs: 100 })),
    /received too long for its own link or path: MTU 1500; no echo reply within 100 ms/,
  )
})

t.test("routes that end packets are the sender's own, and told so", async t => {
  await using w = await world()
  const types = ['unreachable', 'blackhole', 'prohibit'] as const
  for (const [i, type] of types.entries()) {
    const to = `203.0.113.${i}`
    await w.web.addRoute({ to, type })
    await expect(w.web, { windowMs: 20 }).not.toPing(to)
    const article = type === 'unreachable' ? 'an' : 'a'
    t.match(
      await failure(expect(w.web).toPing(to)),
      `received nothing was sent: ${article} ${type} route to ${to}`,
    )
  }
  t.match(await failure(expect(w.outside).toPing(w.web)), 'outside has no route to 10.0.1.2')
})

t.test('eventually tells every attempt', async t => {
  await using w = await world()
  const eth0 = await w.app.link('eth0')
  await eth0.down()
  const down = await failure(expect(w.web, { deadlineMs: 700 }).eventually.toPing(w.app))
  t.match(down, 'expected that web pings app (10.0.1.3) within 700 ms')
  t.match(down, 'attempts N × no echo reply within 300 ms (WHEN)')

  const told = results()
  const expectation = expect(w.web).eventually.toPing(w.app)
  await poll(() => (w.lab.actions > 0 ? true : undefined))
  await eth0.up()
  await expectation
  t.match(told, [{ title: 'web pings app (10.0.1.3) within 5000 ms', status: 'passed' }])
  await eth0.down()
  await expect(w.web).eventually.not.toPing(w.app)
})

t.test('an expectation of IPv6 reads the same', async () => {
  await using w = await world()
  for (const [node, address] of [
    [w.web, '2001:db8::2/64'],
    [w.app, '2001:db8::3/64'],
  ] as const) {
    await (await node.link('eth0')).addAddress(address)
  }
  await expect(w.web).toPing('2001:db8::3', { payload: 1000, fragment: false })
  await expect(w.web).not.toPing('2001:db8::77')
  await expect(w.web, { windowMs: 20 }).not.toPing('2001:db8:1::1')
})

t.test('what says nothing about the network passes neither as it is nor with not', async t => {
  await using w = await world()
  await using other = new Lab()
  const stranger = await other.host('stranger')
  const bare = await w.lab.host('bare')
  const { web, app } = w
  const cases: readonly [what: string, target: unknown, options: object, code: string][] = [
    ['a name that nobody has', 'nobody', {}, 'TNET_NAME_UNKNOWN'],
    ['a broadcast address', '10.0.1.255', {}, 'TNET_PING_BROADCAST'],
    ["a source that is not the node's", app, { source: '198.51.100.1' }, 'TNET_PING_SOURCE'],
    ['a link that is not there', app, { source: 'eth9' }, 'TNET_PING_SOURCE'],
    ['an option of ping', app, { source: '-f' }, 'TNET_OPTION_INVALID'],
    ['an address that is none', '10.0.1.300', {}, 'TNET_ADDRESS_INVALID'],
    ['an option as a name', '-h', {}, 'TNET_ADDRESS_INVALID'],
    ['a node of another lab', stranger, {}, 'TNET_TARGET_FOREIGN'],
    ['a node without address', bare, {}, 'TNET_ADDRESS_NONE'],
    ['a bridge', w.blue, {}, 'TNET_TARGET_INVALID'],
    ['nothing', undefined, {}, 'TNET_TARGET_INVALID'],
    ['a negative count', app, { count: -1 }, 'TNET_OPTION_INVALID'],
    ['a payload that no packet holds', app, { payload: 65508 }, 'TNET_OPTION_INVALID'],
    ['a typo', app, { cuont: 1 }, 'TNET_OPTION_UNKNOWN'],
  ]
  for (const [what, target, options, code] of cases) {
    t.equal(await codeOf(expect(web).toPing(target as Target, options)), code, what)
    t.equal(await codeOf(expect(web).not.toPing(target as Target, options)), code, `not: ${what}`)
  }
  // @ts-expect-error a typo does not compile either
  t.equal(await codeOf(expect(web).toPing(app, { timeout: 1 })), 'TNET_OPTION_UNKNOWN')
  // @ts-expect-error a promise is no node
  t.throws(() => expect(w.lab.host('late')), { code: 'TNET_EXPECT_SUBJECT' })
})

t.test('without ping nothing passes', async t => {
  await using w = await world()
  const told = results()
  const path = process.env['PATH']
  t.teardown(() => (process.env['PATH'] = path))
  process.env['PATH'] = '/nowhere'
  t.equal(await codeOf(expect(w.web).not.toPing(w.app)), 'TNET_TOOL_MISSING')
  t.match(told, [{ title: 'web does not ping app (10.0.1.3)', status: 'failed' }])
})

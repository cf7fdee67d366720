import '../../sandboxed.ts'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import { currentExpectation } from '../../../src/expect/result.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Node } from '../../../src/lab/node.ts'
import { poll } from '../../../src/poll.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('all, none, a rule, and a table', async t => {
  await using w = await world()
  const told = results()
  const { web, app, alpha, outside } = w
  await expectMatrix([web, app, alpha], 'all')
  await expectMatrix([web, outside], 'none', { windowMs: 50 })
  const behind = (node: Node) => node === web || node === app
  const rule = (from: Node, to: Node) => behind(from) === behind(to)
  await expectMatrix([web, app, outside], rule, { windowMs: 50 })
  await expectMatrix([web, app, outside], { web: ['app'], app: [web], outside: [] })
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: web, app and alpha all ping each other',
      'passed: web and outside do not ping each other',
      'passed: web, app and outside ping each other in 2 of 6 pairs',
      'passed: web, app and outside ping each other in 2 of 6 pairs',
    ],
  )
})

t.test('a failure is a table of what differs', async t => {
  await using w = await world()
  const { web, app, alpha, outside } = w
  await outside.addRoute({ to: '10.0.1.0/24', via: '192.0.2.1' })
  await app.$`iptables -A INPUT -s 10.0.1.2 -j REJECT --reject-with icmp-admin-prohibited`
  await app.$`iptables -A INPUT -s 192.0.2.0/24 -j DROP`
  await alpha.forward()
  const table = { web: ['app', 'alpha'], app: [], alpha: ['app', 'web'], outside: ['alpha'] }
  t.equal(
    await failure(expectMatrix([web, app, alpha, outside], table, { timeoutMs: 200 })),
    `ExpectationError TNET_EXPECTATION: expected that web, app, alpha and outside ping each other in 5 of 12 pairs
  expected every pair as said
  received 5 of 12 pairs differ
           from \\ to  web  app  alpha  outside
           web          -    A      +        !
           app          .    -      !        .
           alpha        +    +      -        !
           outside      !    .      +        -
           + answered, as expected
           . not answered, as expected
           ! answered, and should not
           A unreachable: admin, and should answer
  differ   web to app (10.0.1.3): unreachable: admin, says 10.0.1.3
           web to outside (192.0.2.9): answered
           app to alpha (10.0.1.1): answered
           alpha to outside (192.0.2.9): answered
           outside to web (10.0.1.2): answered
  command  ip netns exec web ping -n -c 1 -W 1 10.0.1.3
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
})

t.test('ports instead of pings', async t => {
  await using w = await world()
  const { web, app, alpha } = w
  await using _app = await app.serveTcp(80)
  await using _dns = await app.serveUdp(53)
  const table = { web: ['app'], app: [], alpha: ['app'] }
  await expectMatrix([web, app, alpha], table, { port: 80, windowMs: 50 })
  await expectMatrix([web, app, alpha], table, { port: 53, protocol: 'udp', windowMs: 50 })
  const text = await failure(expectMatrix([web, app, alpha], 'all', { port: 80 }))
  t.match(text, 'expected that web, app and alpha all reach TCP port 80 of each other')
  t.match(text, 'app to web (10.0.1.2): refused')
  t.match(text, 'command  ip netns exec web nc -vz -w 1 10.0.1.1 80')
})

t.test('who has no way at once is asked again when the window is over', async t => {
  await using w = await world()
  const { web, outside } = w
  await web.deleteRoute({ to: 'default', via: '10.0.1.1' })
  await outside.addRoute({ to: '10.0.1.0/24', type: 'unreachable' })
  await w.alpha.forward()
  const told = results()
  const silent = codeOf(expectMatrix([web, outside], 'none', { windowMs: 400 }))
  // The title is known when the first packets are sent.
  await poll(() => (currentExpectation()?.title === 'expectMatrix' ? undefined : true))
  await web.addRoute({ to: 'default', via: '10.0.1.1' })
  await outside.replaceRoute({ to: '10.0.1.0/24', via: '192.0.2.1' })
  t.equal(await silent, 'TNET_EXPECTATION')
  t.ok((told[0]?.durationMs ?? 0) >= 400)
})

t.test('with a deadline it looks until all is as said', async t => {
  await using w = await world()
  const eth0 = await w.app.link('eth0')
  await eth0.down()
  const expectation = expectMatrix([w.web, w.app], 'all', { deadlineMs: 5000, timeoutMs: 50 })
  await eth0.up()
  await expectation
  await eth0.down()
  const late = await failure(
    expectMatrix([w.web, w.app], 'all', { deadlineMs: 200, timeoutMs: 50 }),
  )
  t.match(late, 'all ping each other within 200 ms')
  t.match(late, /attempts N × \d of 2 pairs differ/)
})

t.test('ninety pairs at once, with names that are long and the same', async t => {
  await using lab = new Lab()
  const nodes: Node[] = []
  const hosts = [await lab.host('alpha'), await lab.host('beta')]
  for (const host of hosts) {
    const blue = await host.bridge('blue', '10.0.1.1/24')
    for (let i = 0; i < 5; i++) nodes.push(await blue.container(`the shop ${i}`))
  }
  const isNear = (from: Node, to: Node) => nodes.indexOf(from) < 5 === nodes.indexOf(to) < 5
  await expectMatrix(nodes.slice(0, 5), 'all')
  const text = await failure(expectMatrix(nodes, isNear, { windowMs: 20 }))
  // Both halves have the same addresses, so each reaches its own.
  t.match(text, 'expected that the shop 0, the shop 1, the shop 2 and 7 more ping each other')
  t.match(text, /… \d+ more/)
})

t.test('what can be no expectation is refused', async t => {
  await using w = await world()
  await using other = new Lab()
  const stranger = await other.host('stranger')
  const bare = await w.lab.host('bare')
  const { web, app } = w
  const invalid = 'TNET_MATRIX_INVALID'
  const cases: readonly [what: string, nodes: unknown, expected: unknown, code: string][] = [
    ['one node', [web], 'all', invalid],
    ['no list', web, 'all', invalid],
    ['no nodes', ['web', 'app'], 'all', invalid],
    ['twice the same', [web, web], 'all', invalid],
    ['another lab', [web, stranger], 'all', 'TNET_TARGET_FOREIGN'],
    ['no address', [web, bare], 'none', 'TNET_ADDRESS_NONE'],
    ['another word', [web, app], 'some', invalid],
    ['nothing', [web, app], undefined, invalid],
    ['a promise', [web, app], async () => true, invalid],
    ['a row for nobody', [web, app], { web: [], app: [], db: [] }, invalid],
    ['nobody in a row', [web, app], { web: ['db'], app: [] }, invalid],
    ['no row for somebody', [web, app], { web: ['app'] }, invalid],
  ]
  for (const [what, nodes, expected, code] of cases) {
    t.equal(await codeOf(expectMatrix(nodes as Node[], expected as 'all')), code, what)
  }
  t.equal(await codeOf(expectMatrix([web, app], 'all', { port: 0 })), 'TNET_OPTION_INVALID')
})

import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import type { NodeExpectation } from '../../../src/expect/node-expectation.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('routes', async t => {
  await using w = await world()
  const told = results()
  const { web } = w
  const eth0 = await web.link('eth0')
  await web.addRoute({ to: '198.51.100.0/24', via: '10.0.1.3', metric: 7, src: '10.0.1.2' })
  await web.addRoute({ to: '203.0.113.9', type: 'blackhole', table: 100 })
  await expect(web).toHaveRoute('default')
  await expect(web).toHaveRoute('default', { via: '10.0.1.1', dev: eth0 })
  await expect(web).toHaveRoute('198.51.100.0/24', { metric: 7, src: '10.0.1.2', dev: 'eth0' })
  await expect(web).toHaveRoute('203.0.113.9', { type: 'blackhole', table: 100 })
  const soon = expect(web, { windowMs: 20 })
  await soon.not.toHaveRoute('203.0.113.9')
  await soon.not.toHaveRoute('default', { via: '10.0.1.3' })
  await soon.not.toHaveRoute('default', { family: 6 })
  await soon.not.toHaveRoute('198.51.100.0/24', { metric: 8 })
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: web has a route default',
      'passed: web has a route default via 10.0.1.1 dev eth0',
      'passed: web has a route 198.51.100.0/24 dev eth0 src 10.0.1.2 metric 7',
      'passed: web has a route blackhole 203.0.113.9 table 100',
      'passed: web has no route 203.0.113.9',
      'passed: web has no route default via 10.0.1.3',
      'passed: web has no route default',
      'passed: web has no route 198.51.100.0/24 metric 8',
    ],
  )
  t.equal(
    await failure(expect(web).toHaveRoute('198.51.100.0/24', { via: '10.0.1.1' })),
    `ExpectationError TNET_EXPECTATION: expected that web has a route 198.51.100.0/24 via 10.0.1.1
  expected 198.51.100.0/24 via 10.0.1.1
  received 198.51.100.0/24 via 10.0.1.3 dev eth0 src 10.0.1.2 metric 7
  command  ip -n web route show table 254
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  t.match(
    await failure(expect(web).toHaveRoute('203.0.113.0/24')),
    'received default via 10.0.1.1 dev eth0\n           10.0.1.0/24 dev eth0 src 10.0.1.2',
  )
  await (await web.link('eth0')).addAddress('2001:db8::2/64')
  await expect(web).toHaveRoute('2001:db8:0::/64', { dev: eth0 })
})

t.test('addresses', async t => {
  await using w = await world()
  await expect(w.alpha).toHaveAddress('192.0.2.1/24', { dev: 'eth0' })
  await expect(w.alpha).toHaveAddress('10.0.1.1', { dev: w.blue })
  const soon = expect(w.alpha, { windowMs: 20 })
  await soon.not.toHaveAddress('192.0.2.1/25')
  await soon.not.toHaveAddress('192.0.2.1', { dev: 'blue' })
  t.equal(
    await failure(expect(w.web).toHaveAddress('10.0.1.3/24')),
    `ExpectationError TNET_EXPECTATION: expected that web has address 10.0.1.3/24
  expected 10.0.1.3/24
  received 10.0.1.2/24 on eth0
  command  ip -n web addr
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  const eth0 = await w.web.link('eth0')
  const expectation = expect(w.web).eventually.toHaveAddress('2001:db8::2/64')
  await eth0.addAddress('2001:db8::2/64')
  await expectation
  await expect(w.web).toHaveAddress('2001:DB8:0::2')
})

t.test('neighbours', async t => {
  await using w = await world()
  await expect(w.web).toPing(w.app)
  await expect(w.web).not.toPing('10.0.1.77')
  const { mac } = await (await w.app.link('eth0')).info()
  await expect(w.web).toHaveNeighbour(w.app)
  await expect(w.web).toHaveNeighbour(w.app, { mac: mac.toUpperCase(), dev: 'eth0' })
  await expect(w.web).toHaveNeighbour('10.0.1.77', { state: ['incomplete', 'failed'] })
  const soon = expect(w.web, { windowMs: 20 })
  await soon.not.toHaveNeighbour('10.0.1.77')
  await soon.not.toHaveNeighbour(w.app, { state: 'permanent' })
  t.equal(
    (await failure(expect(w.web).toHaveNeighbour(w.app, { mac: '02:00:00:00:00:01' }))).replace(
      / lladdr .*/,
      ' lladdr MAC STATE',
    ),
    `ExpectationError TNET_EXPECTATION: expected that web has neighbour app (10.0.1.3) at 02:00:00:00:00:01
  expected app (10.0.1.3) at 02:00:00:00:00:01
  received 10.0.1.3 dev eth0 lladdr MAC STATE
  command  ip -n web neigh
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
})

t.test('links', async t => {
  await using w = await world()
  const web = await w.alpha.link('web')
  await expect(w.alpha).toHaveLink('blue', { up: true, kind: 'bridge', mtu: 1500 })
  await expect(w.alpha).toHaveLink(web, { master: w.blue, carrier: true, kind: 'veth' })
  await expect(w.alpha, { windowMs: 20 }).not.toHaveLink('blue', { master: 'blue' })
  await expect(w.alpha, { windowMs: 20 }).not.toHaveLink('blue9')
  await (await w.web.link('eth0')).down()
  t.equal(
    await failure(expect(w.alpha).toHaveLink('web', { up: true, carrier: true, master: 'red' })),
    `ExpectationError TNET_EXPECTATION: expected that alpha has link web: up, carrier, master red
  expected web: up, carrier, master red
  received web: up, not carrier, master blue
  command  ip -n alpha -d link show dev web
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  t.match(
    await failure(expect(w.web).toHaveLink('eth9')),
    'received no link eth9; there are lo, eth0',
  )
})

t.test('names', async t => {
  await using w = await world()
  const told = results()
  await expect(w.web).toResolve('app', w.app)
  await expect(w.web).toResolve('app', '10.0.1.3')
  await expect(w.web).toResolve('localhost')
  const soon = expect(w.web, { windowMs: 20 })
  await soon.not.toResolve('nobody')
  await soon.not.toResolve('app', w.web)
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: web resolves "app" to app (10.0.1.3)',
      'passed: web resolves "app" to 10.0.1.3',
      'passed: web resolves "localhost"',
      'passed: web does not resolve "nobody"',
      'passed: web does not resolve "app" to web (10.0.1.2)',
    ],
  )
  t.equal(
    await failure(expect(w.web).toResolve('app', '10.0.1.9')),
    `ExpectationError TNET_EXPECTATION: expected that web resolves "app" to 10.0.1.9
  expected 10.0.1.9
  received 10.0.1.3
  command  ip netns exec web getent ahosts app
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  t.match(await failure(expect(w.web).toResolve('nobody')), 'received an unknown name')
})

t.test('what can be no expectation is refused, with not as well', async t => {
  await using w = await world()
  type Ask = (expectation: NodeExpectation) => Promise<void>
  const { web } = w
  const cases: readonly [what: string, ask: Ask, code: string][] = [
    ['host bits', e => e.toHaveRoute('10.0.1.5/24'), 'TNET_ROUTE_INVALID'],
    ['no prefix', e => e.toHaveRoute('everywhere'), 'TNET_ADDRESS_INVALID'],
    ['an object', e => e.toHaveRoute({ to: 'default' } as never), 'TNET_ROUTE_INVALID'],
    ['a gateway', e => e.toHaveRoute('default', { via: 'alpha' }), 'TNET_OPTION_INVALID'],
    ['a typo', e => e.toHaveRoute('default', { vai: 1 } as never), 'TNET_OPTION_UNKNOWN'],
    ['an address', e => e.toHaveAddress('10.0.1.300/24'), 'TNET_ADDRESS_INVALID'],
    ['a length', e => e.toHaveAddress('10.0.1.3/33'), 'TNET_ADDRESS_INVALID'],
    ['a neighbour', e => e.toHaveNeighbour('app'), 'TNET_ADDRESS_INVALID'],
    ['a MAC', e => e.toHaveNeighbour(w.app, { mac: '02:42' }), 'TNET_OPTION_INVALID'],
    ['a state', e => e.toHaveNeighbour(w.app, { state: 'up' as never }), 'TNET_OPTION_INVALID'],
    ['an MTU', e => e.toHaveLink('eth0', { mtu: '1500' as never }), 'TNET_OPTION_INVALID'],
    ['no link', e => e.toHaveLink(undefined as never), 'TNET_OPTION_INVALID'],
    ['an option as a name', e => e.toResolve('-V'), 'TNET_NAME_INVALID'],
    ['no name', e => e.toResolve(''), 'TNET_NAME_INVALID'],
    ['no address', e => e.toResolve('app', 'web'), 'TNET_ADDRESS_INVALID'],
  ]
  for (const [what, ask, code] of cases) {
    t.equal(await codeOf(ask(expect(web))), code, what)
    t.equal(await codeOf(ask(expect(web).not)), code, `not: ${what}`)
  }
})

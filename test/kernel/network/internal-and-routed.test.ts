import '../../sandboxed.ts'
import t from 'tap'
import { ask, askBlocked, pings, whoami } from './probes.ts'
import { rulesOf, twoNetworks } from './topology.ts'

t.setTimeout(600_000)

const protocols = ['tcp', 'udp'] as const

t.test('D10: a container of an internal network has no way out, and is told at once', async t => {
  await using w = await twoNetworks({ internal: true })
  await using _outside = await whoami(w.outside, 80)
  await using _server = await whoami(w.c2, 80)
  t.same(
    (await w.c1.routes()).filter(({ to }) => to === 'default'),
    [],
  )
  for (const protocol of protocols) {
    t.equal(await ask(w.c1, '192.0.2.9', { port: 80, protocol }), 'ENETUNREACH')
    t.equal(await ask(w.c1, '172.18.0.3', { port: 80, protocol }), '172.18.0.2', 'a neighbour is')
  }
  t.ok(await pings(w.c1, '172.18.0.1'), 'the gateway answers')
})

t.test('D10: no NAT is made for it, and packets of other subnets are dropped', async t => {
  await using w = await twoNetworks({ internal: true })
  await using _outside = await whoami(w.outside, 80)
  await using _server = await whoami(w.c1, 80)
  const nat = (await rulesOf(w.alpha)).split('\n').filter(line => /MASQUERADE|DNAT/.test(line))
  t.same(
    nat.filter(line => line.includes('br-blue')),
    [],
  )
  t.ok(nat.some(line => line.includes('br-green')))
  await w.c1.addRoute({ to: 'default', via: '172.18.0.1' })
  for (const protocol of protocols) {
    t.equal(await askBlocked(w.c1, '192.0.2.9', { port: 80, protocol }), 'ETIMEDOUT', 'out')
    t.equal(await askBlocked(w.c3, '172.18.0.2', { port: 80, protocol }), 'ETIMEDOUT', 'in')
    t.equal(await ask(w.c3, '192.0.2.9', { port: 80, protocol }), '192.0.2.1', 'others may')
  }
})

t.test('D10: it publishes nothing, and says so', async t => {
  await using w = await twoNetworks({ internal: true })
  const publishing = w.alpha.container('c4', { network: w.blue, publish: ['80:80'] })
  await t.rejects(publishing, { code: 'TNET_NETWORK_INTERNAL' })
  t.equal((await w.alpha.container('c4', { network: w.blue })).label, 'c4', 'the name is free')
})

t.test('D11: a routed network is reached by its own addresses, on published ports', async t => {
  await using w = await twoNetworks({ mode: 'routed' })
  await using _server = await whoami(w.c1, 80)
  await using _other = await whoami(w.c1, 81)
  for (const protocol of protocols) {
    t.equal(await ask(w.outside, '172.18.0.2', { port: 80, protocol }), '192.0.2.9')
    t.equal(await askBlocked(w.outside, '172.18.0.2', { port: 81, protocol }), 'ETIMEDOUT')
    t.equal(await ask(w.outside, '192.0.2.1', { port: 8080, protocol }), 'ECONNREFUSED', 'no DNAT')
  }
  t.ok(await pings(w.outside, '172.18.0.2'), 'ICMP is let in')
})

t.test('D11: it is not masqueraded, and NAT reaches it, but it does not reach NAT', async t => {
  await using w = await twoNetworks({ mode: 'routed' })
  await using _outside = await whoami(w.outside, 80)
  await using _routed = await whoami(w.c1, 80)
  await using _nat = await whoami(w.c3, 80)
  for (const protocol of protocols) {
    t.equal(await ask(w.c1, '192.0.2.9', { port: 80, protocol }), '172.18.0.2')
    t.equal(await ask(w.c3, '172.18.0.2', { port: 80, protocol }), '172.18.0.1', 'NAT to routed')
    t.equal(await askBlocked(w.c1, '172.19.0.2', { port: 80, protocol }), 'ETIMEDOUT')
  }
})

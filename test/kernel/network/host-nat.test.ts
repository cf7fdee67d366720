import '../../sandboxed.ts'
import t from 'tap'
import type { Service } from '../../../src/lab/service.ts'
import { ask, askBlocked, whoami } from './probes.ts'
import { ruleLines, rulesOf, world } from './topology.ts'

t.setTimeout(600_000)

/**
 *     app 10.0.1.2 ─┐
 *     web 10.0.1.3 ─┴─ blue .1 ─ alpha 192.0.2.1 ── wan ── outside 192.0.2.9
 *
 * Nobody outside knows a way to 10.0.1.0/24.
 */
async function blueBridge() {
  const shells: string[] = []
  const w = await world(shell => shells.push(...shell.split('\n')))
  const blue = await w.alpha.bridge('blue', '10.0.1.1/24')
  const app = await blue.container('app')
  const web = await blue.container('web')
  return { ...w, blue, app, web, shells }
}

t.test('masquerade lends containers the host’s address, and forwards', async t => {
  await using w = await blueBridge()
  await using _server = await whoami(w.outside, 80)
  t.equal(await askBlocked(w.app, '192.0.2.9', { port: 80 }), 'ETIMEDOUT')
  const before = await ruleLines(w.alpha)
  const rule = await w.alpha.masquerade(w.blue, 'eth0')
  t.equal(await ask(w.app, '192.0.2.9', { port: 80 }), '192.0.2.1')
  t.equal(await ask(w.app, '192.0.2.9', { port: 80, protocol: 'udp' }), '192.0.2.1')
  t.ok(
    w.shells.includes(
      'ip netns exec alpha iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE',
    ),
  )
  await rule.remove()
  await rule.remove()
  t.same(await ruleLines(w.alpha), before)
  t.equal(await askBlocked(w.app, '192.0.2.9', { port: 80 }), 'ETIMEDOUT')
})

t.test('snat lends a fixed address: the host’s own, or another one', async t => {
  await using w = await blueBridge()
  const lan = await w.lab.segment('lan')
  await lan.join(w.alpha, '198.51.100.1/24')
  const far = await lan.join('far', '198.51.100.9/24')
  await using _far = await whoami(far, 80)
  await using _outside = await whoami(w.outside, 80)
  await w.alpha.snat(w.blue, lan)
  await (await w.alpha.link('eth0')).addAddress('192.0.2.77/24')
  await w.alpha.snat('10.0.1.0/24', await w.alpha.link('eth0'), '192.0.2.77')
  t.equal(await ask(w.app, '198.51.100.9', { port: 80 }), '198.51.100.1')
  t.equal(await ask(w.app, '192.0.2.9', { port: 80 }), '192.0.2.77')
  await t.rejects(w.alpha.snat(w.blue, 'eth0'), { code: 'TNET_LAB_MISUSE' })
})

for (const protocol of ['tcp', 'udp'] as const) {
  t.test(`publish leads a ${protocol} port to a server, from everywhere`, async t => {
    await using w = await blueBridge()
    await using _server = await whoami(w.web, 80)
    const before = await ruleLines(w.alpha)
    const site: Service = { node: w.web, port: 80, protocol }
    // As on a Docker host, where nothing passes that no rule lets pass.
    await w.alpha.$`iptables -P FORWARD DROP`
    const published = await w.alpha.publish(8080, site)
    const { node, address, port, url } = published
    t.same({ node: node.label, address, port }, { node: 'alpha', address: '192.0.2.1', port: 8080 })
    t.equal(url, protocol === 'tcp' ? 'http://192.0.2.1:8080/' : 'udp://192.0.2.1:8080')
    const asking = (from: typeof w.web | typeof w.outside, to: string) =>
      ask(from, to, { port: 8080, protocol })
    t.equal(await asking(w.outside, '192.0.2.1'), '192.0.2.9')
    t.equal(await asking(w.alpha, '127.0.0.1'), '10.0.1.1')
    t.equal(await asking(w.alpha, '192.0.2.1'), '10.0.1.1')
    t.equal(await asking(w.web, '192.0.2.1'), '10.0.1.1')
    await t.rejects(w.alpha.publish(8080, site), { code: 'TNET_PORT_TAKEN' })
    await published.unpublish()
    t.equal(await asking(w.outside, '192.0.2.1'), 'ECONNREFUSED')
    await w.alpha.$`iptables -P FORWARD ACCEPT`
    t.same(await ruleLines(w.alpha), before)
    await using again = await w.alpha.publish(0, site)
    t.ok(again.port >= 32768)
  })
}

t.test('publish on one address, and beside networks', async t => {
  await using w = await blueBridge()
  await using _server = await whoami(w.web, 80)
  const network = await w.lab.network('shop', { hosts: [w.alpha], subnet: '172.18.0.0/16' })
  const before = await rulesOf(w.alpha)
  const site: Service = { node: w.web, port: 80, protocol: 'tcp', address: '10.0.1.3' }
  const published = await w.alpha.publish(8080, site, { address: '192.0.2.1' })
  t.equal(await ask(w.outside, '192.0.2.1', { port: 8080 }), '192.0.2.9')
  t.equal(await ask(w.alpha, '127.0.0.1', { port: 8080 }), 'ECONNREFUSED')
  const c1 = w.alpha.container('c1', { network, publish: ['8080:80'] })
  await t.rejects(c1, { code: 'TNET_PORT_TAKEN', facts: { taken: /leads to "web"/ } })
  await published.unpublish()
  t.equal(await rulesOf(w.alpha), before)
})

t.test('publish refuses what it cannot reach', async t => {
  await using w = await blueBridge()
  const far: Service = { node: w.outside, port: 80, protocol: 'tcp', address: '203.0.113.1' }
  await t.rejects(w.alpha.publish(8080, far), { code: 'TNET_PUBLISH_UNREACHABLE' })
  const site: Service = { node: w.web, port: 80, protocol: 'tcp' }
  await t.rejects(w.alpha.publish(70000, site), { code: 'TNET_PORT_INVALID' })
  t.same(await ruleLines(w.alpha), [])
})

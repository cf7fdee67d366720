import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Segment } from '../../../src/lab/segment.ts'

t.setTimeout(600_000)

interface World extends AsyncDisposable {
  lab: Lab
  wan: Segment
  lan: Segment
  alpha: Host
  beta: Host
  gamma: Host
}

/**
 *     alpha .1 ─┐                ┌─ eth1 .1 alpha
 *     beta  .2 ─┼─ wan      lan ─┤
 *     gamma .3 ─┘                └─ eth1 .2 beta
 *     192.0.2.0/24          198.51.100.0/24
 */
async function world(): Promise<World> {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const lan = await lab.segment('lan')
  await lan.join(alpha, '198.51.100.1/24')
  await lan.join(beta, '198.51.100.2/24')
  return { lab, wan, lan, alpha, beta, gamma, [Symbol.asyncDispose]: () => lab.close() }
}

/** What a link that is taken down on the host itself loses. */
async function kept(host: Host): Promise<unknown> {
  const { addresses, routes } = await host.snapshot()
  return [addresses, routes]
}

t.test('a pulled cable cuts off one host, and it comes back as it was', async t => {
  await using w = await world()
  const { wan, alpha, beta, gamma } = w
  await beta.addRoute({ to: '203.0.113.0/24', via: '192.0.2.9' })
  const before = await kept(beta)
  await expectMatrix([alpha, beta, gamma], 'all')
  await wan.unplug(beta)
  await expect(alpha).not.toPing('192.0.2.2')
  await expect(beta).not.toPing('192.0.2.3')
  await expect(alpha).toPing('192.0.2.3')
  await expect(beta).toHaveLink('eth0', { up: true, carrier: false })
  await expect(alpha).toHaveLink('eth0', { up: true, carrier: true })
  t.same(await kept(beta), before, 'it keeps its addresses and routes')
  await wan.plug(beta)
  await expect(beta).toHaveLink('eth0', { up: true, carrier: true })
  await expectMatrix([alpha, beta, gamma], 'all')
  t.same(await kept(beta), before)
})

t.test('a link that the host takes down itself loses its routes: another thing', async t => {
  await using w = await world()
  await w.beta.addRoute({ to: '203.0.113.0/24', via: '192.0.2.9' })
  const before = await kept(w.beta)
  const eth0 = await w.beta.link('eth0')
  await eth0.down()
  await eth0.up()
  t.notSame(await kept(w.beta), before)
})

t.test('on another segment the host is still there', async () => {
  await using w = await world()
  const { wan, lan, alpha, beta } = w
  await wan.unplug(beta)
  await expect(alpha).toPing('198.51.100.2')
  await lan.unplug(beta)
  await expect(alpha).not.toPing('198.51.100.2')
  await wan.plug(beta)
  await expect(alpha).toPing('192.0.2.2')
  await expect(alpha).not.toPing('198.51.100.2')
})

t.test('a host with two links to a segment loses both, and gets both back', async () => {
  await using w = await world()
  const { wan, alpha, beta } = w
  await wan.join(beta, '203.0.113.2/24')
  await alpha.addRoute({ to: '203.0.113.0/24', dev: 'eth0' })
  await beta.addRoute({ to: '192.0.2.1/32', dev: 'eth2' })
  await expect(alpha).toPing('203.0.113.2')
  await wan.unplug(beta)
  for (const device of ['eth0', 'eth2']) await expect(beta).toHaveLink(device, { carrier: false })
  await expect(beta).toHaveLink('eth1', { carrier: true })
  await wan.plug(beta)
  for (const device of ['eth0', 'eth2']) await expect(beta).toHaveLink(device, { carrier: true })
  await expect(alpha).toPing('203.0.113.2')
})

t.test('pulled twice, or put back twice, is as good as once', async () => {
  await using w = await world()
  const { wan, alpha, beta } = w
  await wan.plug(beta)
  await expect(alpha).toPing('192.0.2.2')
  await wan.unplug(beta)
  await wan.unplug(beta)
  await expect(alpha).not.toPing('192.0.2.2')
  await wan.plug(beta)
  await expect(alpha).toPing('192.0.2.2')
})

for (const verb of ['unplug', 'plug'] as const) {
  t.test(`${verb}: a host that is not on the segment has no cable there`, async t => {
    await using w = await world()
    await t.rejects(w.lan[verb](w.gamma), {
      name: 'UsageError',
      code: 'TNET_LAB_MISUSE',
      message: '"gamma" is not on "lan"',
      hint: 'join it: lan.join(…)',
    })
    await w.lan.join(w.gamma, '198.51.100.3/24')
    await t.resolves(w.lan[verb](w.gamma))
  })
}

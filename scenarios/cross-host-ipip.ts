/**
 *  web .2 ─┐
 *  app .3 ─┴ 10.244.1.1 alpha 192.0.2.1 ─┐
 *                                       wan ─ router ─ lan ─ 198.51.100.3 gamma 10.244.3.1 ─┐
 *  db  .2 ── 10.244.2.1 beta  192.0.2.2 ─┘                                       queue .2 ──┘
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario('IPIP, the smallest tunnel there is', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const lan = await lab.segment('lan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await lan.join('gamma', '198.51.100.3/24')
  const router = await wan.join('router', '192.0.2.254/24')
  await lan.join(router, '198.51.100.254/24')
  await router.forward()
  for (const host of [alpha, beta]) await host.addRoute({ to: 'default', via: '192.0.2.254' })
  await gamma.addRoute({ to: 'default', via: '198.51.100.254' })

  const ipip = { driver: 'ipip', subnet: '10.244.0.0/16', hosts: [alpha, beta, gamma] }
  const blue = await lab.network('blue', ipip)
  const web = await alpha.container('web', { network: blue })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  const queue = await gamma.container('queue', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('one device a host; each route says who is to take the packet out again', async () => {
    await expect(alpha).toHaveLink('flannel.ipip', { mtu: 1480 })
    await expect(alpha).toHaveAddress('10.244.1.0/32', { dev: 'flannel.ipip' })
    await expect(alpha).toHaveRoute('10.244.2.0/24', { via: '192.0.2.2', dev: 'flannel.ipip' })
    await expect(alpha).toHaveRoute('10.244.3.0/24', { via: '198.51.100.3', dev: 'flannel.ipip' })
  })

  await step('containers reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('queue')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.244.1.2' })
    await expect(queue).toCurl('http://10.244.1.2/', { body: 'web saw 10.244.3.2' })
  })

  await step('on the wire it is IP in IP, protocol 4, from host to host', async () => {
    await using wire = await beta.capture('eth0')
    await using between = await router.capture()
    await expect(web).toPing(db)
    await expect(web).toPing(queue)
    await expect(wire).toSee(
      'IP 192.0.2.1 > 192.0.2.2: IP 10.244.1.2 > 10.244.2.2: ICMP echo request',
    )
    await expect(between).toSee(
      'IP 198.51.100.3 > 192.0.2.1: IP 10.244.3.2 > 10.244.1.2: ICMP echo reply',
    )
    await expect(between).not.toSee(/^IP 10\.244\./)
  })

  await step('20 bytes of each packet are the tunnel’s', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1480 })
    await expect(web).toPing(db, { payload: 1452, fragment: false })
    await expect(web).not.toPing(db, { payload: 1453, fragment: false })
  })

  await step('it carries IP alone: no name of a network, so one network a host', async () => {
    const second = lab.network('red', { ...ipip, subnet: '10.245.0.0/16' })
    await assert.rejects(second, { code: 'TNET_NETWORK_ID_TAKEN' })
  })

  await step('without its cable beta is cut off, and comes back', async () => {
    await wan.unplug(beta)
    await expect(web).not.toPing(db)
    await expect(web).toPing(app)
    await expect(web).toPing(queue)
    await wan.plug(beta)
    await expect(web).toPing(db)
  })

  await step('with directRouting the tunnel is for hosts behind a router alone', async () => {
    for (const container of [web, app, db, queue]) await blue.disconnect(container)
    await blue.delete()
    await expect(alpha).not.toHaveLink('flannel.ipip')
    const green = await lab.network('green', { ...ipip, directRouting: true })
    for (const container of [web, db, queue]) await green.connect(container)
    await expect(alpha).toHaveRoute('10.244.2.0/24', { via: '192.0.2.2', dev: 'eth0' })
    await expect(alpha).toHaveRoute('10.244.3.0/24', { via: '198.51.100.3', dev: 'flannel.ipip' })
    await using wire = await alpha.capture('eth0')
    await expect(web).toPing(db)
    await expect(web).toPing(queue)
    await expect(wire).toSee(/^IP 10\.244\.1\.2 > 10\.244\.2\.2: ICMP echo request/)
    await expect(wire).toSee('IP 192.0.2.1 > 198.51.100.3: IP 10.244.1.2 > 10.244.3.2: ICMP')
  })
})

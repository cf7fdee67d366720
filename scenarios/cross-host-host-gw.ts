/**
 *  web   .2 ─┐
 *  app   .3 ─┴ 10.244.1.1 ─ alpha 192.0.2.1 ─┐
 *  db    .2 ── 10.244.2.1 ─ beta  192.0.2.2 ─┼─ wan ─ 192.0.2.9 outside
 *  queue .2 ── 10.244.3.1 ─ gamma 192.0.2.3 ─┘
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('host-gw: hosts are each other’s gateways', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const hosts = [alpha, beta, gamma]

  const blue = await lab.network('blue', { driver: 'host-gw', subnet: '10.244.0.0/16', hosts })
  const web = await alpha.container('web', { network: blue })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  const queue = await gamma.container('queue', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('a route a host is all there is: its containers are behind its address', async () => {
    await expect(alpha).toHaveRoute('10.244.2.0/24', { via: '192.0.2.2', dev: 'eth0' })
    await expect(alpha).toHaveRoute('10.244.3.0/24', { via: '192.0.2.3', dev: 'eth0' })
    await expect(beta).toHaveRoute('10.244.1.0/24', { via: '192.0.2.1', dev: 'eth0' })
  })

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('queue')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.244.1.2' })
    await expect(queue).toCurl('http://10.244.1.2/', { body: 'web saw 10.244.3.2' })
  })

  await step('on the wire are the containers’ own addresses, and no other header', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web).toPing(db)
    await expect(wire).toSee(/^IP 10\.244\.1\.2 > 10\.244\.2\.2: ICMP echo request/)
    await expect(wire).toSee(/^IP 10\.244\.2\.2 > 10\.244\.1\.2: ICMP echo reply/)
    await expect(wire).not.toSee(/^IP 192\.0\.2\./)
  })

  await step('so nothing is taken from the packets: 1500 bytes pass whole', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1500 })
    await expect(web).toPing(db, { payload: 1472, fragment: false })
    await expect(web).not.toPing(db, { payload: 1473, fragment: false })
  })

  await step('outside knows no such route, and sees the hosts’ addresses alone', async () => {
    await using whoami = await outside.serve(80, request => request.peer)
    await expect(outside).not.toPing(db)
    await expect(db).toCurl(whoami, { body: '192.0.2.2' })
  })

  await step('without its route one host is out of reach, and nobody else', async () => {
    const route = { to: '10.244.2.0/24', via: '192.0.2.2' }
    await alpha.deleteRoute(route)
    await expect(web).not.toPing(db)
    await expect(web).toPing(queue)
    await alpha.addRoute(route)
    await expect(web).toPing(db)
  })

  await step('without its cable beta is cut off, and comes back', async () => {
    await wan.unplug(beta)
    await expect(web).not.toPing(db)
    await expect(web).toPing(app)
    await expect(web).toPing(queue)
    await wan.plug(beta)
    await expect(web).toPing(db)
  })

  await step('a link that is taken down on the host takes its routes along', async () => {
    const eth0 = await beta.link('eth0')
    await eth0.down()
    await eth0.up()
    await expect(beta).not.toHaveRoute('10.244.1.0/24')
    await expect(web).not.toPing(db)
    await beta.addRoute({ to: '10.244.1.0/24', via: '192.0.2.1' })
    await expect(web).toPing(db)
    await expect(queue).not.toPing(db)
  })
})

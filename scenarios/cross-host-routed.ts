/**
 *  web .0 ══ cali164-web ─┐                                          ┌─ cali164-db ══ db .4
 *  app .1 ══ cali164-app ─┴─ alpha ─────────── wan ─────────── beta ─┘
 *                        192.0.2.1     │     192.0.2.2
 *                                    gamma 192.0.2.3
 *
 *  10.244.0.0/28 in blocks of four: .0 to .3 alpha's, .4 to .7 beta's, .8 to .11 gamma's, .12 to .15
 *  nobody's yet
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario("routes for every container, Calico's way", async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const routed = { driver: 'routed', hosts: [alpha, beta, gamma], blockPrefix: 30 }
  const blue = await lab.network('blue', { ...routed, subnet: '10.244.0.0/28' })
  const web = await alpha.container('web', { network: blue })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('a container is alone on its link, and sends everything to 169.254.1.1', async () => {
    await expect(web).toHaveAddress('10.244.0.0/32', { dev: 'eth0' })
    await expect(app).toHaveAddress('10.244.0.1/32', { dev: 'eth0' })
    await expect(web).toHaveRoute('169.254.1.1/32', { dev: 'eth0' })
    await expect(web).toHaveRoute('default', { via: '169.254.1.1' })
  })

  await step(
    'nobody has that address: the host answers for it, with a MAC of no card',
    async () => {
      await expect(alpha).not.toHaveAddress('169.254.1.1')
      await expect(web).toPing(app)
      await expect(web).toHaveNeighbour('169.254.1.1', { mac: 'ee:ee:ee:ee:ee:ee' })
      await expect(web).not.toHaveNeighbour(app)
    },
  )

  await step('no bridge: a route for each container, and for each other host’s block', async () => {
    assert.deepEqual(
      (await alpha.links()).filter(({ kind }) => kind === 'bridge'),
      [],
    )
    await expect(alpha).toHaveRoute('10.244.0.0/32', { dev: 'cali164-web' })
    await expect(alpha).toHaveRoute('10.244.0.4/30', { via: '192.0.2.2', dev: 'eth0' })
    await expect(beta).toHaveRoute('10.244.0.0/30', { via: '192.0.2.1', dev: 'eth0' })
  })

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('web')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.244.0.0' })
    await expect(db).toCurl('http://10.244.0.0/', { body: 'web saw 10.244.0.4' })
  })

  await step('on the wire are their own addresses; 1500 bytes pass whole', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web).toPing(db, { payload: 1472, fragment: false })
    await expect(web).not.toPing(db, { payload: 1473, fragment: false })
    await expect(wire).toSee(/^IP 10\.244\.0\.0 > 10\.244\.0\.4: ICMP echo request/)
    await expect(wire).not.toSee(/^IP 192\.0\.2\./)
  })

  await step('what is for nobody in the block ends in its blackhole', async () => {
    await expect(beta).toHaveRoute('10.244.0.4/30', { type: 'blackhole' })
    await using wire = await beta.capture('eth0')
    await expect(web).not.toPing('10.244.0.7')
    await expect(wire).toSee('IP 10.244.0.0 > 10.244.0.7: ICMP echo request', { count: 1 })
  })

  await step('without it, a default route would send it round in a ring', async () => {
    await beta.deleteRoute({ to: '10.244.0.4/30', type: 'blackhole' })
    await beta.addRoute({ to: 'default', via: '192.0.2.1' })
    await using wire = await beta.capture('eth0')
    await expect(web).not.toPing('10.244.0.7')
    const request = 'IP 10.244.0.0 > 10.244.0.7: ICMP echo request'
    await expect(wire).eventually.toSee(request, { count: { atLeast: 50 } })
    await beta.deleteRoute({ to: 'default', via: '192.0.2.1' })
    await beta.addRoute({ to: '10.244.0.4/30', type: 'blackhole' })
  })

  const crowd = (...names: string[]) =>
    Promise.all(names.map(name => alpha.container(name, { network: blue })))

  await step('a host whose block is full takes another, and then borrows', async () => {
    await crowd('c2', 'c3')
    const cache = await alpha.container('cache', { network: blue })
    await expect(cache).toHaveAddress('10.244.0.12/32')
    await expect(beta).toHaveRoute('10.244.0.12/30', { via: '192.0.2.1' })
    await crowd('c13', 'c14', 'c15')
    const guest = await alpha.container('guest', { network: blue })
    await expect(guest).toHaveAddress('10.244.0.5/32')
    await expect(beta).toHaveRoute('10.244.0.5/32', { via: '192.0.2.1' })
    await expect(guest).toPing(db)
    await blue.disconnect(guest)
    await expect(beta).not.toHaveRoute('10.244.0.5/32')
  })

  await step('with strictAffinity nobody borrows: an address stays with its block', async () => {
    const subnet = '10.245.0.0/28'
    const red = await lab.network('red', { ...routed, subnet, strictAffinity: true })
    const wish = { network: red, address: '10.245.0.5' }
    await assert.rejects(alpha.container('r5', wish), { code: 'TNET_ADDRESS_AFFINITY' })
    const r5 = await beta.container('r5', wish)
    await expect(r5).toHaveAddress('10.245.0.5/32')
  })

  await step('without its cable beta is cut off, and comes back', async () => {
    await wan.unplug(beta)
    await expect(web).not.toPing(db)
    await expect(web).toPing(app)
    await expect(web).toPing(gamma)
    await wan.plug(beta)
    await expect(web).toPing(db)
  })
})

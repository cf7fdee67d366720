/**
 *  web   .2 ─┐
 *  app   .3 ─┴ docker0 172.17.0.1/16 ─ alpha 192.0.2.1 ─┐
 *                                                      wan
 *  db    .2 ─┬ docker0 172.17.0.1/16 ─ beta  192.0.2.2 ─┘
 *  queue .3 ─┤
 *  cache .4 ─┘
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('without an overlay, only a published port leads across', async context => {
  const { lab, step } = context
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')

  // Two machines with Docker, as each comes: neither knows of the other.
  const onAlpha = await alpha.bridge('docker0', '172.17.0.1/16')
  const onBeta = await beta.bridge('docker0', '172.17.0.1/16')
  await alpha.masquerade(onAlpha, wan)
  await beta.masquerade(onBeta, wan)
  const web = await onAlpha.container('web')
  const app = await onAlpha.container('app')
  const db = await onBeta.container('db')
  const queue = await onBeta.container('queue')
  const cache = await onBeta.container('cache')
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('each bridge by itself works', async () => {
    await expect(app).toCurl('http://web/', { body: 'web saw 172.17.0.3' })
    await expect(queue).toCurl('http://db/', { body: 'db saw 172.17.0.3' })
    await expect(app).toPing('192.0.2.2')
  })

  await step('a container on the other host: its address leads nowhere', async () => {
    await using wire = await beta.capture('eth0')
    await expect(app).not.toPing(cache)
    await expect(app).toHaveNeighbour(cache, { state: ['incomplete', 'failed'] })
    await expect(wire).not.toSee('172.17.')
  })

  await step('or to somebody else: both hosts have given the same address', async () => {
    await expect(db).toHaveAddress('172.17.0.2/16')
    await expect(app).toCurl('http://172.17.0.2/', { body: 'web saw 172.17.0.3' })
    await expect(app).toCurl('http://db/', { body: 'web saw 172.17.0.3' })
  })

  await step('a route does not help: to app, 172.17.0.0/16 is its own Ethernet', async () => {
    await alpha.addRoute({ to: '172.17.0.4/32', via: '192.0.2.2' })
    await expect(alpha).toPing(cache)
    await expect(app).not.toPing(cache)
    await alpha.deleteRoute({ to: '172.17.0.4/32', via: '192.0.2.2' })
  })

  await step('a port of beta leads to db, for containers of alpha too', async () => {
    await expect(app).toReach({ address: '192.0.2.2', port: 8080 }, { outcome: 'refused' })
    const published = await beta.publish(8080, onDb)
    await using wire = await beta.capture('eth0')
    await expect(app).toCurl(published, { body: 'db saw 192.0.2.1' })
    await expect(wire).toSee(/^IP 192\.0\.2\.1\.\d+ > 192\.0\.2\.2\.8080: Flags \[S\]/)
    await expect(wire).not.toSee('172.17.')
  })

  await step('that port, and nothing else', async () => {
    await expect(app).toReach({ address: '192.0.2.2', port: 80 }, { outcome: 'refused' })
    await expect(app).not.toPing(cache)
  })

  await step('without its cable beta is cut off, and comes back', async () => {
    await wan.unplug(beta)
    await expect(app).not.toCurl('http://192.0.2.2:8080/')
    await expect(app).toPing(web)
    await wan.plug(beta)
    await expect(app).toCurl('http://192.0.2.2:8080/', { body: 'db saw 192.0.2.1' })
  })
})

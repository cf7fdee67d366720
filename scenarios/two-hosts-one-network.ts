/**
 *  web .2 ─┐                                          ┌─ db .130
 *  app .3 ─┴─ blue .1 ─ alpha ──── wan ──── beta ─ blue .129
 *                       192.0.2.1   │   192.0.2.2
 *                                outside 192.0.2.9        blue: 10.0.1.0/24, VXLAN 42
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('two hosts share one container network', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const outside = await wan.join('outside', '192.0.2.9/24')

  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const app = await blue.container('app')

  await step('containers on one bridge reach each other', async () => {
    await expect(web).toPing(app)
    await expect(app).toPing(web)
  })

  await step('MASQUERADE lends them the address of their host', async () => {
    await using whoami = await outside.serve(80, request => request.peer)
    await expect(app).not.toPing(outside)
    await alpha.masquerade(blue, wan)
    await expect(app).toCurl(whoami, { body: alpha.addressOn(wan) })
  })

  await step('a published port leads to its container', async () => {
    await using site = await web.serve(80, () => 'hello from web')
    const published = await alpha.publish(8080, site)
    await expect(outside).toCurl(published, { body: 'hello from web' })
  })

  await step('VXLAN carries the bridge to another host, 50 bytes at a time', async () => {
    const annex = await beta.bridge('blue', '10.0.1.129/24')
    const db = await annex.container('db')
    await lab.vxlan(42, { over: wan, between: [blue, annex] })
    await expect(web).toPing(db, { payload: 1422, fragment: false })
    await expect(web).not.toPing(db, { payload: 1423, fragment: false })
  })
})

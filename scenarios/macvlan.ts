/**
 *    web .64   app .65        db .66
 *        └── eth0 ┘             └ eth0
 *            alpha               beta
 *              .1                 .2
 *               └────── lan ──────┘         192.0.2.0/24
 *                        │
 *                      .254
 *                      router
 *                  203.0.113.1 ── internet ── 203.0.113.9 outside
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario('macvlan, containers on the wire itself', async ({ lab, step }) => {
  const wire = await lab.segment('lan')
  const alpha = await wire.join('alpha', '192.0.2.1/24')
  const beta = await wire.join('beta', '192.0.2.2/24')
  const router = await wire.join('router', '192.0.2.254/24')
  await router.forward()
  const internet = await lab.segment('internet')
  await internet.join(router, '203.0.113.1/24')
  const outside = await internet.join('outside', '203.0.113.9/24')
  await outside.addRoute({ to: '192.0.2.0/24', via: '203.0.113.1' })

  const lan = await lab.network('lan', {
    driver: 'macvlan',
    hosts: [alpha, beta],
    gateway: '192.0.2.254',
    range: '192.0.2.64/26',
  })
  const web = await alpha.container('web', { network: lan })
  const app = await alpha.container('app', { network: lan })
  const db = await beta.container('db', { network: lan })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('the network’s subnet is the wire’s, and there is nothing on the hosts', async () => {
    assert.equal(lan.subnet, '192.0.2.0/24')
    await expect(web).toHaveAddress('192.0.2.64/24')
    await expect(web).toHaveRoute('default', { via: '192.0.2.254', dev: 'eth0' })
    await expect(alpha).not.toHaveLink('br-lan')
    await expect(alpha).not.toHaveLink('web')
  })

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('web')
    await expect(web).toPing(app)
    await expect(web).toCurl('http://db/', { body: 'db saw 192.0.2.64' })
    await expect(db).toCurl('http://192.0.2.64/', { body: 'web saw 192.0.2.66' })
  })

  await step('on the wire are their own MACs and addresses, and no other header', async () => {
    await using atBeta = await beta.capture('eth0')
    await expect(web).toPing(db)
    await expect(atBeta).toSee(/^IP 192\.0\.2\.64 > 192\.0\.2\.66: ICMP echo request/)
    await expect(atBeta).toSee(/^IP 192\.0\.2\.66 > 192\.0\.2\.64: ICMP echo reply/)
    await expect(atBeta).not.toSee({ source: alpha })
    await expect(db).toHaveNeighbour(web, { mac: '02:42:c0:00:02:40' })
    await expect(web).toHaveNeighbour(db, { mac: '02:42:c0:00:02:42' })
  })

  await step('so nothing is taken from the packets: 1500 bytes pass whole', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1500 })
    await expect(web).toPing(db, { payload: 1472, fragment: false })
    await expect(web).not.toPing(db, { payload: 1473, fragment: false })
  })

  await step('to all others they are machines on the wire: no NAT, and no ports', async () => {
    await using whoami = await outside.serve(80, request => request.peer)
    await expect(web).toCurl(whoami, { body: '192.0.2.64' })
    await expect(outside).toCurl('http://192.0.2.66/', { body: 'db saw 203.0.113.9' })
    await assert.rejects(alpha.container('shop', { network: lan, publish: ['8080:80'] }), {
      code: 'TNET_NETWORK_PORTS',
    })
  })

  await step('a host and its own containers never reach each other', async () => {
    await expect(alpha).not.toPing(web)
    await expect(web).not.toPing(alpha)
    await expect(alpha).toPing(db)
    await expect(beta).toPing(web)
    await expect(beta).not.toPing(db)
  })

  await step('but by a macvlan device of its own the host is one of them', async () => {
    const shim = await alpha.addLink({
      type: 'macvlan',
      name: 'shim',
      parent: 'eth0',
      mode: 'bridge',
    })
    await shim.addAddress('192.0.2.250/32')
    await shim.up()
    await alpha.addRoute({ to: '192.0.2.64/26', dev: shim })
    await expect(alpha).toCurl('http://192.0.2.64/', { body: 'web saw 192.0.2.250' })
    await expect(web).toPing('192.0.2.250')
    await shim.delete()
    await expect(alpha).not.toPing(web)
  })

  await step('private: not even containers of one host reach each other', async () => {
    const quiet = await lab.network('quiet', {
      driver: 'macvlan',
      mode: 'private',
      subnet: '198.51.100.0/24',
      hosts: [alpha, beta],
    })
    const one = await alpha.container('one', { network: quiet })
    const two = await alpha.container('two', { network: quiet })
    const far = await beta.container('far', { network: quiet })
    await expect(one).not.toPing(two)
    await expect(one).toPing(far)
    await expect(far).toPing(two)
  })

  await step('without its link alpha’s containers are cut off, and come back', async () => {
    const eth0 = await alpha.link('eth0')
    await eth0.down()
    await expect(web).not.toPing(db)
    await expect(db).toPing(router)
    await eth0.up()
    await expect(web).eventually.toPing(db)
    await expect(web).eventually.toPing(app)
  })

  await step('a macvlan has its link’s carrier: without the cable there is none', async () => {
    await wire.unplug(alpha)
    await expect(web).not.toPing(db)
    await expect(db).toPing(router)
    await expect(web).eventually.not.toPing(app)
    await wire.plug(alpha)
    await expect(web).eventually.toPing(db)
    await expect(web).eventually.toPing(app)
  })
})

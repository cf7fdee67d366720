/**
 *    web .4             db .5             queue .6
 *      │                  │                  │
 *  br-blue .1         br-blue .2         br-blue .3      10.0.1.0/24
 *      │                  │                  │
 *  vxlan.42 ~~~~~~~~~ vxlan.42 ~~~~~~~~~ vxlan.42        VNI 42
 *      │                  │                  │
 *    alpha              beta               gamma
 *  192.0.2.1 ── wan ─ 192.0.2.2 ── wan ─ 192.0.2.3
 *
 *  On the same hosts are red, VNI 43, and green, VNI 44, whose broadcasts the underlay copies.
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario('VXLAN, one Ethernet over three hosts', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const flat = { driver: 'vxlan', flat: true, hosts: [alpha, beta, gamma] } as const
  const blue = await lab.network('blue', { ...flat, subnet: '10.0.1.0/24', vni: 42 })
  const web = await alpha.container('web', { network: blue })
  const db = await beta.container('db', { network: blue })
  const queue = await gamma.container('queue', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)
  const fdb = async () => (await alpha.$`bridge fdb show dev vxlan.42`).stdout

  await step('one subnet for all; each host has a gateway on it', async () => {
    assert.deepEqual(blue.partOf(beta), { subnet: '10.0.1.0/24', gateway: '10.0.1.2' })
    await expect(web).toHaveAddress('10.0.1.4/24')
    await expect(db).toHaveAddress('10.0.1.5/24')
    await expect(db).toHaveRoute('default', { via: '10.0.1.2' })
  })

  await step(
    'what is for everybody goes to each other host by an FDB entry of its own',
    async () => {
      assert.match(await fdb(), /^00:00:00:00:00:00 dst 192\.0\.2\.2 self permanent/m)
      assert.match(await fdb(), /^00:00:00:00:00:00 dst 192\.0\.2\.3 self permanent/m)
      await using onAlpha = await alpha.capture('eth0')
      await using onGamma = await gamma.capture('eth0')
      await expect(web).toPing(db)
      const request = 'vni 42\nARP, Request who-has 10.0.1.5 tell 10.0.1.4'
      await expect(onAlpha).eventually.toSee(request, { count: 2 })
      await expect(onGamma).eventually.toSee(request)
      await expect(onGamma).not.toSee('ICMP')
    },
  )

  await step('from the answer it has learned where db is', async () => {
    assert.match(await fdb(), /^02:42:0a:00:01:05 dst 192\.0\.2\.2 self/m)
    assert.doesNotMatch(await fdb(), /02:42:0a:00:01:06/) // queue has not said anything yet
    await expect(queue).toPing(web)
    assert.match(await fdb(), /^02:42:0a:00:01:06 dst 192\.0\.2\.3 self/m)
  })

  await step('containers reach each other, by address and by name', async () => {
    await expect(db).toPing('web')
    await expect(db).toPing(queue)
    await expect(web).toCurl('http://db/', { body: 'db saw 10.0.1.4' })
    await expect(queue).toCurl('http://10.0.1.4/', { body: 'web saw 10.0.1.6' })
  })

  await step('50 bytes of each packet are the tunnel’s', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1450 })
    await expect(web).toPing(db, { payload: 1422, fragment: false })
    await expect(web).not.toPing(db, { payload: 1423, fragment: false })
  })

  await step('another VNI is another Ethernet, on the same hosts', async () => {
    const red = await lab.network('red', { ...flat, subnet: '10.0.2.0/24', vni: 43 })
    const web2 = await alpha.container('web2', { network: red })
    const db2 = await beta.container('db2', { network: red })
    await (await web2.link('eth0')).addAddress('10.0.1.77/24')
    await (await db2.link('eth0')).addAddress('10.0.1.88/24')
    await using wire = await beta.capture('eth0')
    await expect(web2).toPing('10.0.1.88')
    await expect(wire).toSee(/vni 43\nIP 10\.0\.1\.77 > 10\.0\.1\.88: ICMP echo request/)
    await expect(web).not.toPing('10.0.1.88')
    await expect(web).not.toPing('10.0.2.5')
    await expect(web).not.toPing('10.0.1.77')
    await expect(wire).toSee('vni 42\nARP, Request who-has 10.0.1.88 tell 10.0.1.4')
    await expect(wire).not.toSee('vni 43\nARP, Request who-has 10.0.1.88 tell 10.0.1.4')
  })

  await step('with a multicast group, one copy is enough for all hosts', async () => {
    const subnet = '10.0.3.0/24'
    const green = await lab.network('green', { ...flat, subnet, vni: 44, flood: 'multicast' })
    const web3 = await alpha.container('web3', { network: green })
    const db3 = await beta.container('db3', { network: green })
    const { stdout } = await alpha.$`bridge fdb show dev vxlan.44`
    assert.match(stdout, /^00:00:00:00:00:00 dst 239\.1\.0\.44 via eth0 self permanent/m)
    await using onAlpha = await alpha.capture('eth0')
    await using onGamma = await gamma.capture('eth0')
    await expect(web3).toPing(db3)
    const request =
      /IP 192\.0\.2\.1\.\d+ > 239\.1\.0\.44\.4789: .*vni 44\nARP, Request who-has 10\.0\.3\.5 /
    await expect(onAlpha).toSee(request, { count: 1 })
    await expect(onGamma).eventually.toSee(request)
    await expect(onAlpha).toSee(
      /> 192\.0\.2\.2\.4789: .*vni 44\nIP 10\.0\.3\.4 > 10\.0\.3\.5: ICMP/,
    )
    await expect(web3).toPing(db3, { payload: 1422, fragment: false })
  })

  await step('without its VXLAN device gamma is cut off from blue, and comes back', async () => {
    const device = await gamma.link('vxlan.42')
    await device.down()
    await expect(web).not.toPing(queue)
    await expect(web).toPing(db)
    await expect(gamma).toPing(alpha)
    await device.up()
    await expect(web).toPing(queue)
  })
})

/**
 *  web .2 ─┐                                                          ┌─ db .2
 *  app .3 ─┴─ 10.244.1.1 ─ alpha ────────── wan ────────── beta ─ 10.244.2.1
 *                        192.0.2.1           │           192.0.2.2
 *                        flannel.1 ~~~~~ VXLAN 1 ~~~~~~~ flannel.1
 *                                      outside 192.0.2.9
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario("VXLAN, Flannel's way", async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const outside = await wan.join('outside', '192.0.2.9/24')

  const blue = await lab.network('blue', {
    driver: 'vxlan',
    subnet: '10.244.0.0/16',
    hosts: [alpha, beta],
  })
  const web = await alpha.container('web', { network: blue, publish: ['8080:80'] })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('each host has a part of the subnet', async () => {
    assert.deepEqual(blue.partOf(alpha), { subnet: '10.244.1.0/24', gateway: '10.244.1.1' })
    await expect(web).toHaveAddress('10.244.1.2/24')
    await expect(db).toHaveAddress('10.244.2.2/24')
  })

  await step('three entries lead to the other host: route, neighbour, FDB', async () => {
    await expect(alpha).toHaveRoute('10.244.2.0/24', { via: '10.244.2.0', dev: 'flannel.1' })
    await expect(alpha).toHaveNeighbour('10.244.2.0', { dev: 'flannel.1', state: 'permanent' })
    const { stdout } = await alpha.$`bridge fdb show dev flannel.1`
    assert.match(stdout, /^02:42:0a:f4:02:00 dst 192\.0\.2\.2 self permanent\s*$/)
  })

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('web')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.244.1.2' })
    await expect(db).toCurl('http://10.244.1.2/', { body: 'web saw 10.244.2.2' })
  })

  await step('on the wire it is UDP between the hosts, VNI 1', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web).toPing(db)
    await expect(wire).toSee(
      /IP 192\.0\.2\.1\.\d+ > 192\.0\.2\.2\.8472: .*vni 1\n?.*IP 10\.244\.1\.2 > 10\.244\.2\.2: ICMP echo request/s,
    )
  })

  await step('50 bytes of each packet are the tunnel’s', async () => {
    await expect(web).toHaveLink('eth0', { mtu: 1450 })
    await expect(web).toPing(db, { payload: 1422, fragment: false })
    await expect(web).not.toPing(db, { payload: 1423, fragment: false })
  })

  await step('MASQUERADE is for what leaves the network', async () => {
    await using whoami = await outside.serve(80, request => request.peer)
    await expect(app).toCurl(whoami, { body: '192.0.2.1' })
    await expect(outside).toCurl('http://192.0.2.1:8080/', { body: 'web saw 192.0.2.9' })
    await expect(db).toCurl('http://192.0.2.1:8080/', { body: 'web saw 192.0.2.2' })
  })

  await step('without its FDB entry one host is out of reach, and nobody else', async () => {
    const entry = { mac: '02:42:0a:f4:02:00', dst: '192.0.2.2' }
    const vxlan = await alpha.link('flannel.1')
    await vxlan.deleteFdb(entry)
    await expect(web).not.toPing(db)
    await expect(web).toPing(app)
    await vxlan.addFdb(entry)
    await expect(web).toPing(db)
  })

  await step('without its cable beta is cut off, and comes back', async () => {
    await wan.unplug(beta)
    await expect(web).not.toPing(db)
    await expect(web).toPing(app)
    await expect(web).toPing(outside)
    await wan.plug(beta)
    await expect(web).toPing(db)
  })

  await step('a host may join while the network runs, and leave', async () => {
    const gamma = await wan.join('gamma', '192.0.2.3/24')
    await blue.addHost(gamma)
    const queue = await gamma.container('queue', { network: blue })
    await expect(queue).toHaveAddress('10.244.3.2/24')
    await expect(queue).toPing(web)
    await expect(db).toPing(queue)
    await blue.disconnect(queue)
    await blue.removeHost(gamma)
    await expect(alpha).not.toHaveRoute('10.244.3.0/24')
    await expect(gamma).not.toHaveLink('flannel.1')
    await expect(web).toPing(db)
  })
})

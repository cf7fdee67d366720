/**
 *  web .3    shop .3             db .5    cache .4
 *  app .4      │                   │        │
 *     │        │                   │        │
 *  br-blue  br-green            br-blue  br-green      10.42.0.0/24, 10.43.0.0/24
 *     │        │                   │        │
 *  eth0.42  eth0.43             eth0.42  eth0.43
 *     └── eth0 ┘                   └── eth0 ┘          tagged 42, tagged 43, untagged
 *         alpha ───────── wan ───────── beta
 *       192.0.2.1          │          192.0.2.2
 *                 outside 192.0.2.9
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario('VLANs, two networks on one wire', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const hosts = [alpha, beta]

  const blue = await lab.network('blue', { driver: 'vlan', id: 42, subnet: '10.42.0.0/24', hosts })
  const web = await alpha.container('web', { network: blue })
  const app = await alpha.container('app', { network: blue })
  const db = await beta.container('db', { network: blue })
  const green = await lab.network('green', {
    driver: 'vlan',
    id: 43,
    subnet: '10.43.0.0/24',
    hosts,
  })
  const shop = await alpha.container('shop', { network: green })
  const cache = await beta.container('cache', { network: green })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('one subnet for all hosts; each has a gateway on it', async () => {
    assert.deepEqual(blue.partOf(alpha), { subnet: '10.42.0.0/24', gateway: '10.42.0.1' })
    assert.deepEqual(blue.partOf(beta), { subnet: '10.42.0.0/24', gateway: '10.42.0.2' })
    await expect(alpha).toHaveLink('eth0.42', { up: true, master: 'br-blue' })
    await expect(web).toHaveAddress('10.42.0.3/24')
    await expect(db).toHaveAddress('10.42.0.5/24')
  })

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('web')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.42.0.3' })
    await expect(db).toCurl('http://10.42.0.3/', { body: 'web saw 10.42.0.5' })
    await expect(shop).toPing(cache)
  })

  await step('on the wire are the containers’ own frames, with the tag 42', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web).toPing(db)
    await expect(wire).toSee(/^vlan 42, p 0, IP 10\.42\.0\.3 > 10\.42\.0\.5: ICMP echo request/)
    await expect(wire).toSee({ vlan: 42, icmp: 'echo reply', source: db, destination: web })
    await expect(wire).not.toSee(/^IP (10\.42|192\.0\.2)\./)
  })

  await step('the switch passes the tag on, and who has no such VLAN does not listen', async () => {
    const eth0 = await outside.link('eth0')
    await eth0.addAddress('10.42.0.9/24')
    await using atOutside = await outside.capture('eth0')
    await expect(web).not.toPing('10.42.0.9')
    await expect(atOutside).toSee('vlan 42, p 0, ARP, Request who-has 10.42.0.9 tell 10.42.0.3')
    await expect(atOutside).not.toSee('Reply 10.42.0.9')
    await expect(outside).not.toPing('10.42.0.3')
    await eth0.deleteAddress('10.42.0.9/24')
  })

  await step(
    'nothing is taken from the packets: a link has four bytes more for a tag',
    async () => {
      await using wire = await beta.capture('eth0')
      await expect(web).toHaveLink('eth0', { mtu: 1500 })
      await expect(web).toPing(db, { payload: 1472, fragment: false })
      await expect(web).not.toPing(db, { payload: 1473, fragment: false })
      const isOf1518Bytes = ({ length }: { length: number }) => length === 14 + 4 + 1500
      await expect(wire).toSee(isOf1518Bytes, { count: 2 })
    },
  )

  await step('two VLANs on one wire do not see each other', async () => {
    await using wire = await beta.capture('eth0')
    await using atCache = await cache.capture('eth0')
    const eth0 = await web.link('eth0')
    await eth0.addAddress('10.43.0.77/24')
    await expect(web).not.toPing('10.43.0.4')
    await expect(wire).toSee('vlan 42, p 0, ARP, Request who-has 10.43.0.4 tell 10.43.0.77')
    await expect(atCache).not.toSee('10.43.0.77')
    await eth0.deleteAddress('10.43.0.77/24')
    await expect(web).not.toPing('10.43.0.4')
    await expect(shop).toPing(cache)
    await expect(wire).toSee({ vlan: 43, icmp: 'echo request', source: shop })
  })

  await step('what is for outside leaves without a tag, and with the host’s address', async () => {
    await using whoami = await outside.serve(80, request => request.peer)
    await using wire = await alpha.capture('eth0')
    await expect(web).toCurl(whoami, { body: '192.0.2.1' })
    await expect(wire).toSee({ source: alpha, destinationPort: 80 })
    await expect(wire).not.toSee({ protocol: 'vlan', destinationPort: 80 })
  })

  await step('without eth0.42 beta is cut off from blue alone, and comes back', async () => {
    const device = await beta.link('eth0.42')
    await device.down()
    await expect(web).not.toPing(db)
    await expect(web).toPing(app)
    await expect(shop).toPing(cache)
    await expect(alpha).toPing(beta)
    await device.up()
    await expect(web).toPing(db)
  })

  await step('without its cable beta is cut off from all, and comes back', async () => {
    await wan.unplug(beta)
    await expect(web).not.toPing(db)
    await expect(shop).not.toPing(cache)
    await expect(web).toPing(app)
    await expect(web).toPing(outside)
    await wan.plug(beta)
    await expect(web).toPing(db)
    await expect(shop).toPing(cache)
  })

  await step('a host may join while the network runs, and leave', async () => {
    const gamma = await wan.join('gamma', '192.0.2.3/24')
    await blue.addHost(gamma)
    const queue = await gamma.container('queue', { network: blue })
    await expect(queue).toPing(web)
    await expect(db).toPing('queue')
    await blue.disconnect(queue)
    await blue.removeHost(gamma)
    await expect(gamma).not.toHaveLink('eth0.42')
    await expect(web).toPing(db)
  })
})

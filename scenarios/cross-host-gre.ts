/**
 *         alpha            beta             gamma
 *  wan    192.0.2.1 ────── 192.0.2.2 ────── 192.0.2.3
 *  plain  10.244.1.1       10.244.2.1       10.244.3.1       GRE
 *         └ web .2         └ db .2          └ queue .2
 *  keyed  10.245.1.1       10.245.2.1       10.245.3.1       GRE with the key 42
 *         └ web2 .2        └ db2 .2
 *  flat   10.0.1.1         10.0.1.2         10.0.1.3         gretap: one Ethernet
 *         └ web3 .4        └ db3 .5         └ queue3 .6
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('GRE, for IP packets and for Ethernet frames', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const hosts = [alpha, beta, gamma]

  const plain = await lab.network('plain', { driver: 'gre', subnet: '10.244.0.0/16', hosts })
  const web = await alpha.container('web', { network: plain })
  const db = await beta.container('db', { network: plain })
  const queue = await gamma.container('queue', { network: plain })
  await using _onWeb = await web.serve(80, request => `web saw ${request.peer}`)
  await using _onDb = await db.serve(80, request => `db saw ${request.peer}`)

  await step('containers on different hosts reach each other, by address and by name', async () => {
    await expect(web).toPing(db)
    await expect(db).toPing('queue')
    await expect(web).toCurl('http://db/', { body: 'db saw 10.244.1.2' })
    await expect(queue).toCurl('http://10.244.1.2/', { body: 'web saw 10.244.3.2' })
  })

  await step('on the wire it is protocol 47, and 24 bytes more', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web).toPing(db)
    await expect(wire).toSee(
      'IP 192.0.2.1 > 192.0.2.2: GREv0, length 88: IP 10.244.1.2 > 10.244.2.2: ICMP echo request',
    )
    await expect(web).toHaveLink('eth0', { mtu: 1476 })
    await expect(web).toPing(db, { payload: 1448, fragment: false })
    await expect(web).not.toPing(db, { payload: 1449, fragment: false })
  })

  await step('a key tells a second network on the same hosts apart, for 4 bytes', async () => {
    const subnet = '10.245.0.0/16'
    const keyed = await lab.network('keyed', { driver: 'gre', key: 42, subnet, hosts })
    const web2 = await alpha.container('web2', { network: keyed })
    const db2 = await beta.container('db2', { network: keyed })
    await using wire = await beta.capture('eth0')
    await expect(web2).toPing(db2)
    await expect(wire).toSee('GREv0, key=0x2a, length 92: IP 10.245.1.2 > 10.245.2.2: ICMP')
    await expect(wire).not.toSee(/GREv0, length \d+: IP 10\.245\./)
    await expect(web2).toHaveLink('eth0', { mtu: 1472 })
    await expect(web2).toPing(db2, { payload: 1444, fragment: false })
    await expect(web2).not.toPing(db2, { payload: 1445, fragment: false })
  })

  await step('without its cable beta is cut off, and comes back', async () => {
    await wan.unplug(beta)
    await expect(web).not.toPing(db)
    await expect(web).toPing(queue)
    await wan.plug(beta)
    await expect(web).toPing(db)
  })

  const flat = await lab.network('flat', { driver: 'gretap', subnet: '10.0.1.0/24', hosts })
  const web3 = await alpha.container('web3', { network: flat })
  const db3 = await beta.container('db3', { network: flat })
  const queue3 = await gamma.container('queue3', { network: flat })
  await using _onWeb3 = await web3.serve(80, request => `web3 saw ${request.peer}`)

  await step('gretap carries whole frames: one subnet for all, and 14 bytes more', async () => {
    await using wire = await beta.capture('eth0')
    await expect(web3).toPing(db3)
    await expect(wire).toSee(
      'IP 192.0.2.1 > 192.0.2.2: GREv0, length 46: ARP, Request who-has 10.0.1.5 tell 10.0.1.4',
    )
    await expect(queue3).toCurl('http://web3/', { body: 'web3 saw 10.0.1.6' })
    await expect(web3).toHaveLink('eth0', { mtu: 1462 })
    await expect(web3).toPing(db3, { payload: 1434, fragment: false })
    await expect(web3).not.toPing(db3, { payload: 1435, fragment: false })
  })

  await step('three tunnels are a ring, but what is for everybody comes once', async () => {
    await using atQueue = await queue3.capture('eth0')
    await expect(web3).not.toPing('224.0.0.1')
    await expect(atQueue).toSee('IP 10.0.1.4 > 224.0.0.1: ICMP', { count: 1 })
  })

  await step(
    'because isolated ports pass nothing on to each other: without, it comes twice',
    async () => {
      for (const name of ['gretap-alpha', 'gretap-gamma']) {
        await (await beta.link(name)).setPort({ isolated: false })
      }
      await using atQueue = await queue3.capture('eth0')
      await expect(web3).not.toPing('224.0.0.1')
      await expect(atQueue).eventually.toSee('IP 10.0.1.4 > 224.0.0.1: ICMP', { count: 2 })
    },
  )
})

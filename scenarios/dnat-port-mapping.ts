/**
 *  web .2:80 ─┐
 *             ├─ br0 172.18.0.1/24 ─ host ─ eth0 ─────── outside
 *  app .3 ────┘                      192.0.2.1:80       192.0.2.9
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('a port of the host leads to a container', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const host = await wan.join('host', '192.0.2.1/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const br0 = await host.bridge('br0', '172.18.0.1/24')
  const web = await br0.container('web')
  const app = await br0.container('app')
  await using site = await web.serve(80, () => 'hello from web')
  await host.forward()
  const published = 'http://192.0.2.1/'
  const hello = { body: 'hello from web' }

  await step('the container answers on its own address, to its own bridge', async () => {
    await expect(app).toCurl(site, hello)
    await expect(host).toCurl(site, hello)
    await expect(outside).toReach({ address: '192.0.2.1', port: 80 }, { outcome: 'refused' })
  })

  await step('DNAT in PREROUTING leads what comes from outside to it', async () => {
    await host.$`iptables -t nat -A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.18.0.2:80`
    await expect(outside).toCurl(published, hello)
    await expect(host).not.toCurl(published)
  })

  await step(
    'a chain of its own serves every address of the host, to the host as well',
    async () => {
      await host.$`iptables -t nat -F PREROUTING`
      await host.$`iptables -t nat -N TESTBR`
      await host.$`iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j TESTBR`
      await host.$`iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j TESTBR`
      await host.$`iptables -t nat -A TESTBR -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.18.0.2:80`
      await expect(outside).toCurl(published, hello)
      await expect(host).toCurl(published, hello)
      await expect(host).toCurl('http://172.18.0.1/', hello)
      await expect(app).toCurl(published, hello)
    },
  )

  await step(
    'the container itself needs its own packets back: MASQUERADE and hairpin',
    async () => {
      await expect(web).not.toCurl(published)
      await host.$`iptables -t nat -A POSTROUTING -s 172.18.0.2 -d 172.18.0.2 -p tcp --dport 80 -j MASQUERADE`
      await (await host.link('web')).setPort({ hairpin: true })
      await expect(web).toCurl(published, hello)
    },
  )

  await step('127.0.0.1 is left out by the chain, and stays refused', async () => {
    await expect(host).toReach({ address: '127.0.0.1', port: 80 }, { outcome: 'refused' })
  })
})

/**
 *  ns1 .2 ─ br0 172.18.0.1/24 ─ host ─ eth0 ──────── outside
 *                               203.0.113.7, later .8  203.0.113.9
 */
import { expect, scenario } from 'tnet-lab'

export default scenario(
  'MASQUERADE follows an address that changes, SNAT does not',
  async context => {
    const { lab, step } = context
    const uplink = await lab.segment('uplink')
    const host = await uplink.join('host', '203.0.113.7/24')
    const outside = await uplink.join('outside', '203.0.113.9/24')
    const eth0 = await host.link('eth0')
    const br0 = await host.bridge('br0', '172.18.0.1/24')
    const ns1 = await br0.container('ns1')
    await using whoami = await outside.serve(80, request => request.peer)
    await host.forward()

    const moveTo = async (before: string, now: string) => {
      await eth0.deleteAddress(`${before}/24`)
      await eth0.addAddress(`${now}/24`)
    }

    await step('nothing comes back to a private source', async () => {
      await expect(ns1).not.toCurl(whoami)
    })

    await step('SNAT puts a fixed address in its place', async () => {
      await host.$`iptables -t nat -A POSTROUTING -s 172.18.0.0/24 -o eth0 -j SNAT --to-source 203.0.113.7`
      await expect(ns1).toCurl(whoami, { body: '203.0.113.7' })
    })

    await step('when the uplink gets another address, SNAT goes on with the old one', async () => {
      await moveTo('203.0.113.7', '203.0.113.8')
      // For a while it even works: outside still knows which MAC the old address had.
      await expect(ns1).toCurl(whoami, { body: '203.0.113.7' })
      await (await outside.link('eth0')).deleteNeighbour('203.0.113.7')
      await using onUplink = await host.capture('eth0')
      await expect(ns1).not.toCurl(whoami)
      await expect(onUplink).toSee('ARP, Request who-has 203.0.113.7 tell 203.0.113.9')
      await expect(onUplink).not.toSee('ARP, Reply 203.0.113.7')
    })

    await step('MASQUERADE takes the address that eth0 has', async () => {
      await host.$`iptables -t nat -R POSTROUTING 1 -s 172.18.0.0/24 -o eth0 -j MASQUERADE`
      await expect(ns1).toCurl(whoami, { body: '203.0.113.8' })
    })

    await step('and the next one, too', async () => {
      await moveTo('203.0.113.8', '203.0.113.7')
      await expect(ns1).toCurl(whoami, { body: '203.0.113.7' })
    })
  },
)

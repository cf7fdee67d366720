/**
 *   netns_A eth0 ── vethA ─┐
 *   172.18.0.2             ├─ mybr0 172.18.0.1/16 ── host, FORWARD policy DROP
 *   netns_B eth0 ── vethB ─┘
 *   172.18.0.3
 */
import { expect, scenario } from 'tnet-lab'

export default scenario("Docker's bridge, built by hand", async ({ lab, step }) => {
  const host = await lab.host('host')
  const netnsA = await host.container('netns_A')
  const netnsB = await host.container('netns_B')
  const mybr0 = await host.bridge('mybr0', '172.18.0.1/16')

  await step('a veth pair takes netns_A to the bridge', async () => {
    const [vethA, vethpA] = await host.veth('vethA', { name: 'vethpA' })
    await vethA.attachTo(mybr0)
    await vethA.up()
    await vethpA.moveTo(netnsA)
    await vethpA.rename('eth0')
    await vethpA.addAddress('172.18.0.2/16')
    await vethpA.up()
    await expect(netnsA).toPing('172.18.0.1', { count: 2 })
  })

  await step('other subnets need a default route', async () => {
    await netnsA.addRoute({ to: 'default', via: '172.18.0.1' })
  })

  await step('netns_B gets there the same way', async () => {
    const [vethB, vethpB] = await host.veth('vethB', { name: 'vethpB' })
    await vethB.attachTo(mybr0)
    await vethB.up()
    await vethpB.moveTo(netnsB)
    await vethpB.rename('eth0')
    await vethpB.addAddress('172.18.0.3/16')
    await vethpB.up()
    await netnsB.addRoute({ to: 'default', via: '172.18.0.1' })
    await expect(netnsB).toPing('172.18.0.1')
  })

  await step('a host that drops what it forwards keeps the two apart', async () => {
    await host.$`iptables -P FORWARD DROP`
    await expect(netnsA).not.toPing(netnsB)
  })

  await step('one rule lets the bridge forward', async () => {
    await host.$`iptables -A FORWARD -i mybr0 -j ACCEPT`
    await expect(netnsA).toPing(netnsB, { count: 2 })
    await expect(netnsB).toPing(netnsA, { count: 2 })
  })
})

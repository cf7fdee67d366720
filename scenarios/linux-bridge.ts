/**
 *   ns1 veth1 ══ veth0 ─┐
 *   172.18.0.2          ├─ br0 ── host
 *   wire ══════ eth0 ───┘         172.22.11.211
 *    └─ neighbour 172.22.11.1
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('a bridge joins a container and the eth0 of its host', async context => {
  const { lab, step } = context
  const wire = await lab.segment('wire')
  const host = await wire.join('host', '172.22.11.211/20')
  const neighbour = await wire.join('neighbour', '172.22.11.1/20')
  const ns1 = await host.container('ns1')
  const eth0 = await host.link('eth0')
  const [veth0, veth1] = await host.veth('veth0', { name: 'veth1' })
  await veth1.moveTo(ns1)

  await step('the bridge has two ports: eth0 and the end of a veth pair', async () => {
    await expect(host).toPing(neighbour)
    const br0 = await host.addBridge('br0')
    await eth0.attachTo(br0)
    await veth0.attachTo(br0)
    await veth0.up()
    await br0.up()
    await expect(host).toHaveLink('eth0', { master: 'br0' })
    await expect(host).toHaveLink('veth0', { master: 'br0' })
  })

  await step('routes decide where packets go: the host does not find ns1 without one', async () => {
    await veth1.addAddress('172.18.0.2/24')
    await veth1.up()
    await ns1.addRoute({ to: 'default', dev: veth1 })
    await expect(ns1).toHaveRoute('default', { dev: 'veth1' })
    await expect(ns1).not.toPing('172.22.11.211')
  })

  await step('with a route to br0 the container reaches the address of its host', async () => {
    await host.addRoute({ to: '172.18.0.0/24', dev: 'br0' })
    await expect(ns1).toPing('172.22.11.211')
  })

  await step('through eth0 the container is on the wire of its host, as on a switch', async () => {
    await neighbour.addRoute({ to: '172.18.0.0/24', dev: 'eth0' })
    await expect(ns1).toPing(neighbour)
  })

  await step('what the document leaves out: eth0 as a port no longer serves the host', async () => {
    await (await host.link('eth0')).deleteNeighbour('172.22.11.1')
    await expect(host).not.toPing(neighbour)
    await host.replaceRoute({ to: '172.22.0.0/20', dev: 'br0', src: '172.22.11.211' })
    await expect(host).toPing(neighbour)
  })
})

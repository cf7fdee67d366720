/**
 *  ns1 ─ veth0 ══════════════ veth1 ─ ns2
 *        172.18.0.2/24        172.18.0.3/24
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('two namespaces talk through one veth pair', async ({ lab, step }) => {
  const host = await lab.host('host')
  const ns1 = await host.container('ns1')
  const ns2 = await host.container('ns2')
  const [veth0, veth1] = await lab.link(
    [ns1, 'veth0', '172.18.0.2/24'],
    [ns2, 'veth1', '172.18.0.3/24'],
  )

  await step('what goes in at one end comes out at the other', async () => {
    await ns1.addRoute({ to: 'default', dev: veth0 })
    await ns2.addRoute({ to: 'default', dev: veth1 })
    await expect(ns1).toPing(ns2)
  })
})

/**
 *  web eth0 ─┐                                      ┌─ web eth1 192.168.5.x
 *            ├─ shop 192.168.0.0/24 ─ alpha ─ back ─┤
 *  db  eth0 ─┘                     192.168.5.0/24   └─ …
 */
import { expect, scenario } from 'tnet-lab'

export default scenario('a network is created, used and deleted', async ({ lab, step, note }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const before = await alpha.snapshot()
  const ipam = await lab.ipam()

  await step('the driver makes it, IPAM gives it a subnet and a gateway', async () => {
    expect((await ipam.list()).length).toBe(0)
  })
  note(String(before.links.length))
  await expect(outside).toPing(alpha)
})

/**
 *  red  .2 ─ br-red  10.0.1.1/24 ─┐
 *                                 ├─ host
 *  blue .2 ─ br-blue 10.0.2.1/24 ─┘
 */
import { expect, expectMatrix, scenario } from 'tnet-lab'

export default scenario('two bridges on one host, joined and kept apart', async ({ lab, step }) => {
  const host = await lab.host('host')
  const brRed = await host.bridge('br-red', '10.0.1.1/24')
  const brBlue = await host.bridge('br-blue', '10.0.2.1/24')
  const red1 = await brRed.container('red1')
  const red2 = await brRed.container('red2')
  const blue1 = await brBlue.container('blue1')
  const blue2 = await brBlue.container('blue2')
  const all = [red1, red2, blue1, blue2]
  const sameBridge = (from: unknown, to: unknown) =>
    [red1, red2].includes(from as never) === [red1, red2].includes(to as never)

  await step('a host that does not forward: each bridge for itself', async () => {
    await expectMatrix(all, sameBridge)
    // The host owns both gateways, and answers for both.
    await expect(red1).toPing(brBlue.address)
  })

  await step('a host that forwards is a router between its bridges', async () => {
    await host.forward()
    await expectMatrix(all, 'all')
  })

  await step('FORWARD rules keep the bridges apart again, and neighbours together', async () => {
    await host.$`iptables -A FORWARD -i br-red -o br-blue -j DROP`
    await host.$`iptables -A FORWARD -i br-blue -o br-red -j DROP`
    await expectMatrix(all, sameBridge)
    await expect(red1).toReach({ node: blue1, port: 80 }, { outcome: 'timed out', timeoutMs: 300 })
  })

  await step('one direction may be opened: replies pass, new connections do not', async () => {
    await host.$`iptables -I FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`
    await host.$`iptables -D FORWARD -i br-red -o br-blue -j DROP`
    await expectMatrix(all, (from, to) => sameBridge(from, to) || from === red1 || from === red2)
  })
})

/**
 *  ns01 veth01 ══ br-veth01 ─┐
 *  192.168.88.11             ├─ br01 192.168.88.1/24 ─ host ─ eth0 ─── internet
 *  ns02 veth02 ══ br-veth02 ─┘                       172.22.36.202    172.22.32.1
 *  192.168.88.12                                                      114.114.114.114
 */
import { expect, scenario } from 'tnet-lab'

const outside = '114.114.114.114'

export default scenario('veth pairs, a bridge and iptables, up to the internet', async context => {
  const { lab, step } = context
  const uplink = await lab.segment('uplink')
  const host = await uplink.join('host', '172.22.36.202/20')
  const internet = await uplink.join('internet', '172.22.32.1/20')
  await (await internet.link('lo')).addAddress(`${outside}/32`)
  await host.addRoute({ to: 'default', via: '172.22.32.1' })

  const br01 = await host.bridge('br01', '192.168.88.1/24')
  const ns01 = await host.container('ns01')
  const ns02 = await host.container('ns02')

  await step('two veth pairs hang two namespaces on the bridge', async () => {
    for (const [ns, n] of [
      [ns01, '01'],
      [ns02, '02'],
    ] as const) {
      const [inside, port] = await host.veth(`veth${n}`, { name: `br-veth${n}` })
      await port.attachTo(br01)
      await port.up()
      await inside.moveTo(ns)
      await inside.up()
      await inside.addAddress(`192.168.88.1${Number(n)}/24`)
      await ns.addRoute({ to: 'default', via: br01.address })
    }
    await expect(host).toHaveLink('br-veth01', { master: 'br01' })
    await expect(host).toHaveLink('br-veth02', { master: 'br01' })
  })

  await step('ns01 reaches ns02, and ARP has found the right addresses', async () => {
    await using onBridge = await host.capture(br01)
    await expect(ns01).toPing('192.168.88.12')
    await expect(ns01).toPing(br01.address)
    const [veth02] = await Promise.all([ns02.link('veth02'), br01.info()])
    await expect(ns01).toHaveNeighbour('192.168.88.12', { mac: (await veth02.info()).mac })
    await expect(ns01).toHaveNeighbour(br01.address, { mac: (await br01.info()).mac })
    await expect(onBridge).toSee('ARP, Request who-has 192.168.88.12 tell 192.168.88.11')
    await expect(onBridge).toSee('IP 192.168.88.11 > 192.168.88.12: ICMP echo request')
    await expect(onBridge).toSee('IP 192.168.88.12 > 192.168.88.11: ICMP echo reply')
  })

  await step('without forwarding, the packet shows on br01 and never on eth0', async () => {
    await using onBridge = await host.capture(br01)
    await using onUplink = await host.capture('eth0')
    await expect(ns02).not.toPing(outside)
    await expect(onBridge).toSee(`IP 192.168.88.12 > ${outside}: ICMP echo request`)
    await expect(onUplink).not.toSee(outside)
  })

  await step('with forwarding it leaves with a private source, and nobody answers', async () => {
    await host.sysctl('net.ipv4.conf.all.forwarding', 1)
    await using onUplink = await host.capture('eth0')
    await expect(ns02).not.toPing(outside)
    await expect(onUplink).toSee(`IP 192.168.88.12 > ${outside}: ICMP echo request`)
    await expect(onUplink).not.toSee(`IP ${outside} > `)
  })

  await step('MASQUERADE lends it the address of eth0, and the answer comes', async () => {
    await host.$`iptables -t nat -A POSTROUTING -s 192.168.88.0/24 -j MASQUERADE`
    await using onBridge = await host.capture(br01)
    await using onUplink = await host.capture('eth0')
    await expect(ns02).toPing(outside)
    await expect(onUplink).toSee(`IP 172.22.36.202 > ${outside}: ICMP echo request`)
    await expect(onUplink).toSee(`IP ${outside} > 172.22.36.202: ICMP echo reply`)
    await expect(onBridge).toSee(`IP 192.168.88.12 > ${outside}: ICMP echo request`)
    await expect(onBridge).toSee(`IP ${outside} > 192.168.88.12: ICMP echo reply`)
    await expect(onUplink).not.toSee('192.168.88.12')
  })
})

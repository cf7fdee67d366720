import '../../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import { layersOf } from '../../../src/kernel/packet/decode.ts'
import type { TunnelKind } from '../../../src/kernel/tunnel-stand-in/encapsulation.ts'
import type { Container } from '../../../src/lab/container.ts'
import { hasLink } from '../../../src/lab/link.ts'
import { poll } from '../../../src/poll.ts'
import { backings } from '../packet-device/backings.ts'
import { checkTcpStream } from './tcp-stream.ts'
import { joinSites, linkNames, overhead, tunnelledHosts } from './tunnelled-hosts.ts'

t.setTimeout(600_000)

const ping = async (from: Container, to: Container, options = {}) => {
  const [address = ''] = (await to.addresses())
    .filter(({ scope, family }) => scope === 'global' && family === 'inet')
    .map(({ address }) => address)
  return probePings([{ from: from.netns.fd, to: address }], options).then(([one]) => one)
}

interface Case {
  kind: TunnelKind
  key?: number
  /** What tcpdump says between the outer and the inner addresses. */
  wire: string
}

const cases: readonly Case[] = [
  { kind: 'ipip', wire: '' },
  { kind: 'gre', wire: 'GREv0, length 88: ' },
  { kind: 'gre', key: 42, wire: 'GREv0, key=0x2a, length 92: ' },
  { kind: 'gretap', wire: 'GREv0, length 102: ' },
  { kind: 'gretap', key: 0, wire: 'GREv0, key=0x0, length 106: ' },
]

for (const backing of backings) {
  for (const { wire, ...tunnel } of cases) {
    const name = `${backing}: ${tunnel.kind}${tunnel.key === undefined ? '' : ' with a key'}`

    t.test(`${name} joins containers on two hosts, with genuine bytes on the wire`, async t => {
      await using world = await tunnelledHosts()
      const { alpha, beta } = world
      await joinSites(world, { ...tunnel, backing })
      t.match(await ping(alpha.container, beta.container), { outcome: 'answered' })
      await using onWan = await alpha.host.capture('eth0')
      t.match(await ping(alpha.container, beta.container, { ttl: 33 }), { outcome: 'answered' })
      const lines = onWan.packets().map(packet => String(packet).replace(/id \d+/, 'id N'))
      t.strictSame(
        lines.filter(line => line.startsWith('IP ') && !line.includes('IP6')),
        [
          `IP 192.0.2.1 > 192.0.2.2: ${wire}IP 10.0.1.2 > 10.0.2.2: ICMP echo request, id N, seq 1, length 64`,
          `IP 192.0.2.2 > 192.0.2.1: ${wire}IP 10.0.2.2 > 10.0.1.2: ICMP echo reply, id N, seq 1, length 64`,
        ],
        'and no "protocol unreachable" either',
      )
      const [request] = onWan.packets().filter(({ layers }) => layersOf(layers, 'icmp').length > 0)
      const [outer, inner] = layersOf(request?.layers ?? [], 'ipv4')
      t.match(outer, { ttl: 32, dontFragment: true }, 'the time to live of the packet within')
      t.equal(inner?.ttl, 32)
      t.not(outer?.id, 0)
      t.equal(outer?.totalLength, (inner?.totalLength ?? 0) + overhead(tunnel))
    })

    t.test(`${name} carries packets up to its MTU, and not a byte more`, async t => {
      await using world = await tunnelledHosts()
      const { alpha, beta } = world
      await joinSites(world, { ...tunnel, backing })
      const most = 1500 - overhead(tunnel) - 28
      const whole = { dontFragment: true, payload: most }
      t.match(await ping(alpha.container, beta.container, whole), { outcome: 'answered' })
      const more = { dontFragment: true, payload: most + 1 }
      t.match(await ping(alpha.container, beta.container, more), {
        outcome: 'too big',
        mtu: most + 28,
      })
      const parts = { dontFragment: false, payload: 4000 }
      t.match(await ping(alpha.container, beta.container, parts), { outcome: 'answered' })
    })

    t.test(`${name} carries a TCP stream between containers, intact`, async t => {
      await using world = await tunnelledHosts()
      const { alpha, beta } = world
      await joinSites(world, { ...tunnel, backing })
      await checkTcpStream(t, alpha.container, { to: beta.container, address: '10.0.2.2' })
    })

    t.test(`${name}: closed, nothing of it is left`, async t => {
      await using world = await tunnelledHosts()
      const { alpha, beta } = world
      const descriptors = () => fs.readdirSync('/proc/self/fd').length
      await alpha.host.$`true`
      const before = descriptors()
      const links = await linkNames(alpha.host)
      const ends = await joinSites(world, { ...tunnel, backing })
      t.match(await ping(alpha.container, beta.container), { outcome: 'answered' })
      for (const end of ends) end.close()
      t.notOk(hasLink(alpha.host.netns, 'tunnel0'))
      t.strictSame(await linkNames(alpha.host), links)
      t.equal(await poll(() => (descriptors() === before ? true : undefined)), true)
      t.match(await ping(alpha.container, beta.container), { outcome: 'unreachable: net' })
    })
  }
}

import '../../sandboxed.ts'
import t from 'tap'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import type { CapturedPacket } from '../../../src/kernel/packet/captured-packet.ts'
import { layersOf } from '../../../src/kernel/packet/decode.ts'
import type { Host } from '../../../src/lab/host.ts'
import type { Container } from '../../../src/lab/container.ts'
import { backings } from '../packet-device/backings.ts'
import { joinSites, linkNames, openTunnel, tunnelledHosts } from './tunnelled-hosts.ts'

t.setTimeout(600_000)

/** For what is answered, however busy the machine is. */
const patient = { timeoutMs: 5000 }

const ping = (from: Container | Host, to: string, options = {}) =>
  probePings([{ from: from.netns.fd, to }], { timeoutMs: 100, ...options }).then(([one]) => one)

const isPing = ({ layers }: CapturedPacket) => layersOf(layers, 'icmp').length > 0

for (const backing of backings) {
  t.test(`${backing}: a packet with another key, or none, is nobody's`, async t => {
    await using world = await tunnelledHosts()
    const { alpha, beta } = world
    const there = { to: beta.subnet, dev: 'tunnel0' }
    const [mine] = await joinSites(world, { kind: 'gre', key: 1, backing })
    t.match(await ping(alpha.container, '10.0.2.2', patient), { outcome: 'answered' })
    mine.close()
    for (const key of [{ key: 2 }, {}]) {
      const other = openTunnel(alpha, { kind: 'gre', backing, remote: beta.address, ...key })
      await alpha.host.addRoute(there)
      await using onBeta = await beta.host.capture('tunnel0')
      t.match(await ping(alpha.container, '10.0.2.2'), { outcome: 'timed out' })
      t.notOk(onBeta.packets().some(isPing))
      other.close()
    }
    const again = openTunnel(alpha, { kind: 'gre', key: 1, backing, remote: beta.address })
    await alpha.host.addRoute(there)
    t.match(await ping(alpha.container, '10.0.2.2', patient), { outcome: 'answered' })
    again.close()
  })

  t.test(`${backing}: a tunnel with a remote takes packets from there alone`, async t => {
    await using world = await tunnelledHosts()
    const { wan, alpha, beta } = world
    const gamma = await wan.join('gamma', '192.0.2.3/24')
    openTunnel(alpha, { kind: 'ipip', backing, remote: beta.address })
    await using onAlpha = await alpha.host.capture('tunnel0')
    const foreign = openTunnel(
      { host: gamma, container: alpha.container, address: '192.0.2.3', subnet: '' },
      { kind: 'ipip', backing, remote: alpha.address },
    )
    await gamma.addRoute({ to: '10.0.1.0/24', dev: foreign.name })
    await ping(gamma, '10.0.1.2')
    t.notOk(onAlpha.packets().some(isPing))
  })

  t.test(`${backing}: tunnels side by side do not mix`, async t => {
    await using world = await tunnelledHosts()
    const { alpha, beta } = world
    const kinds = [
      { kind: 'ipip', name: 'my-ipip' },
      { kind: 'gre', name: 'my-gre' },
      { kind: 'gre', name: 'my-gre1', key: 1 },
      { kind: 'gretap', name: 'my-tap' },
      { kind: 'gretap', name: 'my-tap1', key: 1 },
    ] as const
    for (const [n, tunnel] of kinds.entries()) {
      for (const [here, there] of [
        [alpha, beta],
        [beta, alpha],
      ] as const) {
        openTunnel(here, { ...tunnel, backing, remote: there.address })
        const link = await here.host.link(tunnel.name)
        await link.addAddress(`172.16.${n}.${here === alpha ? 1 : 2}/24`)
      }
    }
    for (const [n, { name }] of kinds.entries()) {
      await using onAll = await beta.host.capture()
      t.match(await ping(alpha.host, `172.16.${n}.2`, patient), { outcome: 'answered' }, name)
      const used = new Set(
        onAll
          .packets()
          .filter(isPing)
          .map(({ index }) => index),
      )
      const links = (await beta.host.links()).filter(({ index }) => used.has(index))
      t.strictSame(links.map(link => link.name).sort(), ['eth0', name])
    }
  })

  t.test(`${backing}: the longest prefix of a peer says where a packet goes`, async t => {
    await using world = await tunnelledHosts()
    const { wan, alpha, beta } = world
    await wan.join('gamma', '192.0.2.3/24')
    const [here] = await joinSites(world, { kind: 'ipip', backing })
    await alpha.host.addRoute({ to: '10.0.0.0/16', dev: here.name })
    here.addPeer('10.0.0.0/16', '192.0.2.3')
    await using onWan = await alpha.host.capture('eth0')
    t.match(await ping(alpha.container, '10.0.2.2', patient), { outcome: 'answered' })
    await ping(alpha.container, '10.0.3.2')
    const outers = () =>
      onWan
        .packets()
        .map(String)
        .filter(line => line.includes('echo request'))
        .map(line => /^IP \S+ > (\S+): IP \S+ > (\S+):/.exec(line)?.slice(1).join(' '))
    t.strictSame(outers(), ['192.0.2.2 10.0.2.2', '192.0.2.3 10.0.3.2'])
    onWan.clear()
    here.removePeer(beta.subnet)
    t.match(await ping(alpha.container, '10.0.2.2'), { outcome: 'timed out' })
    t.strictSame(outers(), ['192.0.2.3 10.0.2.2'])
    here.removePeer('10.0.0.0/16')
    const { dropped } = here
    t.match(await ping(alpha.container, '10.0.2.2'), { outcome: 'timed out' })
    t.ok(here.dropped > dropped)
  })

  t.test(`${backing}: IPv6 goes through GRE, and not through IPIP`, async t => {
    await using world = await tunnelledHosts()
    const { alpha, beta } = world
    for (const kind of ['gre', 'ipip'] as const) {
      for (const [here, there, n] of [
        [alpha, beta, 1],
        [beta, alpha, 2],
      ] as const) {
        openTunnel(here, { kind, name: `my-${kind}`, backing, remote: there.address })
        await (
          await here.host.link(`my-${kind}`)
        ).addAddress(`2001:db8:${kind === 'gre' ? 1 : 2}::${n}/64`)
      }
    }
    t.match(await ping(alpha.host, '2001:db8:1::2', patient), { outcome: 'answered' })
    t.match(await ping(alpha.host, '2001:db8:2::2'), { outcome: 'timed out' })
  })

  t.test(`${backing}: a time to live of its own`, async t => {
    await using world = await tunnelledHosts()
    const { alpha, beta } = world
    await joinSites(world, { kind: 'gre', backing, ttl: 7 })
    await using onWan = await beta.host.capture('eth0')
    await ping(alpha.container, '10.0.2.2')
    const request = onWan.packets().find(packet => String(packet).includes('echo request'))
    t.match(request?.layers, [{}, { protocol: 'ipv4', ttl: 7 }, {}, { protocol: 'ipv4', ttl: 63 }])
  })

  t.test(`${backing}: what cannot be is refused, and leaves nothing`, async t => {
    await using world = await tunnelledHosts()
    const { alpha } = world
    const first = openTunnel(alpha, { kind: 'gre', key: 1, backing })
    const links = await linkNames(alpha.host)
    const open = (options: object) =>
      openTunnel(alpha, { kind: 'gre', name: 'other', backing, ...options })
    t.throws(() => open({ key: 1 }), {
      name: 'KernelError',
      code: 'TNET_LINK_EXISTS',
      hint: '"tunnel0" there has the same local and remote address and key; change one',
    })
    t.throws(() => open({ key: 2, name: 'tunnel0' }), { code: /^TNET_LINK_(EXISTS|BUSY)$/ })
    t.throws(() => open({ kind: 'ipip', key: 1 }), { code: 'TNET_TUNNEL_INVALID' })
    t.throws(() => open({ key: 2 ** 32 }), { code: 'TNET_TUNNEL_INVALID' })
    t.throws(() => open({ kind: 'gretap' }), { code: 'TNET_TUNNEL_INVALID' })
    t.throws(() => open({ remote: '2001:db8::1' }), { code: 'TNET_TUNNEL_INVALID' })
    t.throws(() => open({ remote: 'beta' }), { code: 'TNET_ADDRESS_INVALID' })
    t.throws(() => open({ ttl: 256 }), { code: 'TNET_TUNNEL_INVALID' })
    t.throws(() => open({ mtu: 1_000_000 }), { code: 'TNET_LINK_INVALID' })
    t.throws(() => first.addPeer('2001:db8::/64', '192.0.2.2'), { code: 'TNET_TUNNEL_INVALID' })
    t.strictSame(await linkNames(alpha.host), links)
    open({ key: 2 }).close()
  })
}

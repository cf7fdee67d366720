import '../../sandboxed.ts'
import t from 'tap'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import type { Node } from '../../../src/lab/node.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { backings } from '../packet-device/backings.ts'
import { joinSites, openTunnel, tunnelledHosts } from './tunnelled-hosts.ts'

t.setTimeout(600_000)

/** For what is answered, however busy the machine is. */
const patient = { timeoutMs: 5000 }

const ping = (from: Node, to: string, options = {}) =>
  probePings([{ from: from.netns.fd, to }], { timeoutMs: 200, ...options }).then(([one]) => one)

for (const backing of backings) {
  t.test(`${backing}: an MTU too large for the underlay is told to whoever sends`, async t => {
    await using world = await tunnelledHosts()
    const { alpha } = world
    await joinSites(world, { kind: 'ipip', backing, mtu: 1500 })
    const whole = (payload: number) =>
      ping(alpha.container, '10.0.2.2', { payload, dontFragment: true, ...patient })
    t.match(await whole(1500 - 20 - 28), { outcome: 'answered' })
    t.match(await whole(1500 - 20 - 27), { outcome: 'too big', mtu: 1480 })
    t.match(await whole(1500 - 20 - 28), { outcome: 'answered' })
    // It may be cut, but not by the tunnel: the outer packet says that it is whole.
    const parts = { payload: 1472, dontFragment: false }
    t.match(await ping(alpha.host, '10.0.2.2', parts), { outcome: 'timed out' })
  })

  t.test(`${backing}: a narrow link on the way is remembered, as the kernel does`, async t => {
    await using lab = new Lab()
    const near = await lab.segment('near')
    const far = await lab.segment('far', { mtu: 1400 })
    const router = await near.join('router', '192.0.2.254/24')
    await far.join(router, '198.51.100.254/24')
    await router.forward()
    const alpha = await near.join('alpha', '192.0.2.1/24')
    const beta = await far.join('beta', '198.51.100.2/24')
    await alpha.addRoute({ to: '198.51.100.0/24', via: '192.0.2.254' })
    await beta.addRoute({ to: '192.0.2.0/24', via: '198.51.100.254' })
    for (const [host, address, remote, n] of [
      [alpha, '192.0.2.1', '198.51.100.2', 1],
      [beta, '198.51.100.2', '192.0.2.1', 2],
    ] as const) {
      const site = { host, address, subnet: '', container: host as never }
      openTunnel(site, { kind: 'gre', backing, remote })
      await (await host.link('tunnel0')).addAddress(`172.16.0.${n}/24`)
    }
    const whole = (payload: number, options = patient) =>
      ping(alpha, '172.16.0.2', { payload, dontFragment: true, ...options })
    t.match(await whole(1400 - 24 - 28), { outcome: 'answered' })
    // The router's error is there at once, and must not be taken for the next packet's.
    const late = whole(1400 - 24 - 27, { timeoutMs: 200 })
    const both = await Promise.all([late, ping(alpha, '172.16.0.2', patient)])
    t.match(both, [{ outcome: 'timed out' }, { outcome: 'answered' }])
    t.match(await whole(1400 - 24 - 27), { outcome: 'too big', mtu: 1376 })
    t.match(await whole(1400 - 24 - 28), { outcome: 'answered' })
  })

  t.test(`${backing}: no way to the remote is told at once`, async t => {
    await using world = await tunnelledHosts()
    const { alpha } = world
    const tunnel = openTunnel(alpha, { kind: 'gre', backing, remote: '203.0.113.1' })
    await alpha.host.addRoute({ to: '10.0.2.0/24', dev: 'tunnel0' })
    const { dropped } = tunnel
    t.match(await ping(alpha.container, '10.0.2.2', { timeoutMs: 5000 }), {
      outcome: 'unreachable: host',
    })
    t.ok(tunnel.dropped > dropped)
    await alpha.host.addRoute({ to: '203.0.113.0/24', via: '192.0.2.2' })
    t.match(await ping(alpha.container, '10.0.2.2'), { outcome: 'timed out' })
  })

  t.test(`${backing}: a tunnel may be there before its address is, and outlive it`, async t => {
    await using world = await tunnelledHosts()
    const { alpha, beta } = world
    const eth0 = await beta.host.link('eth0')
    await eth0.deleteAddress('192.0.2.2/24')
    await joinSites(world, { kind: 'ipip', backing })
    t.match(await ping(alpha.container, '10.0.2.2'), { outcome: 'timed out' })
    await eth0.addAddress('192.0.2.2/24')
    t.match(await ping(alpha.container, '10.0.2.2', patient), { outcome: 'answered' })
  })

  t.test(`${backing}: taken down it is silent, and works again when it is up`, async t => {
    await using world = await tunnelledHosts()
    const { alpha, beta } = world
    await joinSites(world, { kind: 'ipip', backing })
    const link = await beta.host.link('tunnel0')
    await link.down()
    t.match(await ping(alpha.container, '10.0.2.2'), { outcome: 'timed out' })
    await link.up()
    await beta.host.addRoute({ to: alpha.subnet, dev: link })
    await world.lab.settled()
    t.match(await ping(alpha.container, '10.0.2.2', patient), { outcome: 'answered' })
  })
}

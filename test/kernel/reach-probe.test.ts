import '../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { probeReach, type ReachOutcome } from '../../src/kernel/reach-probe.ts'
import { TcpServer } from '../../src/kernel/tcp-server.ts'
import { UdpServer } from '../../src/kernel/udp-server.ts'
import { bridgedNodes, type BridgedNode } from './bridged-nodes.ts'

const PORT = 7

interface Places {
  client: BridgedNode
  server: BridgedNode
  host: BridgedNode
}

async function both(client: BridgedNode, to: string, timeoutMs = 5000): Promise<ReachOutcome[]> {
  const options = { timeoutMs }
  return Promise.all([
    probeReach(client.fd, { protocol: 'tcp', to, port: PORT }, options),
    probeReach(client.fd, { protocol: 'udp', to, port: PORT }, options),
  ])
}

const same = (outcome: object) => [outcome, outcome] as const

/** What is done, the address that is asked, and what must come of TCP and of UDP. */
const cases: readonly [
  title: string,
  prepare: (places: Places) => void,
  to: string,
  outcomes: readonly [tcp: object, udp: object],
][] = [
  ['a server', () => {}, '10.0.0.3', [{ outcome: 'connected' }, { outcome: 'answered' }]],
  ['a server (IPv6)', () => {}, '2001:db8::3', [{ outcome: 'connected' }, { outcome: 'answered' }]],
  ['nobody’s address', () => {}, '10.0.0.99', same({ outcome: 'no neighbour' })],
  ['nobody’s address (IPv6)', () => {}, '2001:db8::99', same({ outcome: 'no neighbour' })],
  [
    'an address behind a router that knows no way',
    () => {},
    '198.51.100.1',
    same({ outcome: 'unreachable: net', from: '10.0.0.1' }),
  ],
  [
    'an address without a route',
    ({ client }) => client.sh('ip route del default'),
    '198.51.100.1',
    same({ outcome: 'no route', errno: 'ENETUNREACH' }),
  ],
  [
    'an unreachable route of the client',
    ({ client }) => client.sh('ip route add unreachable 198.51.100.0/24'),
    '198.51.100.1',
    same({ outcome: 'unreachable: host', errno: 'EHOSTUNREACH' }),
  ],
  [
    'an address that the router prohibits (IPv6)',
    ({ host }) => host.sh('ip -6 route add prohibit 2001:db8:1::/64'),
    '2001:db8:1::1',
    same({ outcome: 'unreachable: admin', from: '2001:db8::1' }),
  ],
  [
    'a firewall that drops',
    ({ server }) => server.sh('iptables -A INPUT -j DROP'),
    '10.0.0.3',
    same({ outcome: 'timed out' }),
  ],
  [
    'a firewall that rejects',
    ({ server }) => server.sh('iptables -A INPUT -j REJECT'),
    '10.0.0.3',
    [
      { outcome: 'unreachable: port', from: '10.0.0.3' },
      { outcome: 'refused', from: '10.0.0.3' },
    ],
  ],
  [
    'a firewall that resets TCP',
    ({ server }) => server.sh('iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset'),
    '10.0.0.3',
    [{ outcome: 'refused' }, { outcome: 'answered' }],
  ],
  [
    'a firewall that says it is prohibited',
    ({ server }) => server.sh('iptables -A INPUT -j REJECT --reject-with icmp-admin-prohibited'),
    '10.0.0.3',
    same({ outcome: 'unreachable: admin', from: '10.0.0.3' }),
  ],
  [
    'a firewall that says there is no such host',
    ({ server }) => server.sh('iptables -A INPUT -j REJECT --reject-with icmp-host-unreachable'),
    '10.0.0.3',
    same({ outcome: 'unreachable: host', from: '10.0.0.3' }),
  ],
  [
    'the client’s own firewall, which says there is no such host',
    ({ client }) =>
      client.sh('iptables -A OUTPUT -d 10.0.0.3 -j REJECT --reject-with icmp-host-unreachable'),
    '10.0.0.3',
    same({ outcome: 'unreachable: host', from: '10.0.0.2' }),
  ],
]

for (const [title, prepare, to, outcomes] of cases) {
  t.test(`asking ${title}`, async t => {
    using world = await bridgedNodes()
    const [client, server] = world.nodes
    await using tcp = await TcpServer.start(server.fd, { port: PORT, label: 'server' })
    await using udp = new UdpServer(server.fd, { port: PORT, label: 'server' })
    t.strictSame([tcp.port, udp.port], [PORT, PORT])
    prepare({ client, server, host: world.host })
    const isSilent = /timed out|no neighbour/.test(JSON.stringify(outcomes))
    t.match(await both(client, to, isSilent ? 200 : 5000), outcomes)
  })
}

for (const address of ['address', 'address6'] as const) {
  t.test(`a closed port refuses, each time (${address})`, async t => {
    using world = await bridgedNodes()
    const [client, server] = world.nodes
    for (let n = 0; n < 10; n++) {
      const from = server[address]
      t.match(await both(client, from), same({ outcome: 'refused', from }))
    }
  })
}

t.test('the kernel’s own word for a silent neighbour, after three seconds', async t => {
  using world = await bridgedNodes()
  const [client] = world.nodes
  const target = { protocol: 'tcp', to: '10.0.0.99', port: 1 } as const
  const begun = performance.now()
  const outcome = await probeReach(client.fd, target, { timeoutMs: 10_000 })
  t.strictSame(outcome, { outcome: 'no neighbour' })
  t.ok(performance.now() - begun < 6000)
})

t.test('two hundred at once', async t => {
  using world = await bridgedNodes()
  const [client, server] = world.nodes
  await using listener = await TcpServer.start(server.fd, { label: 'server' })
  const before = fs.readdirSync('/proc/self/fd').length
  const target = { protocol: 'tcp', to: server.address, port: listener.port } as const
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, () => probeReach(client.fd, target, { timeoutMs: 5000 })),
  )
  t.equal(outcomes.filter(({ outcome }) => outcome === 'connected').length, 200)
  t.ok(fs.readdirSync('/proc/self/fd').length <= before + 200, 'no descriptor of a probe is left')
})

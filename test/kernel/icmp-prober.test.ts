import '../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { probePings } from '../../src/kernel/icmp-prober.ts'
import { bridgedNodes, type BridgedNode } from './bridged-nodes.ts'

const pairs = (nodes: readonly BridgedNode[], address: 'address' | 'address6') =>
  nodes.flatMap(from =>
    nodes.filter(to => to !== from).map(to => ({ from: from.fd, to: to[address] })),
  )

for (const family of ['address', 'address6'] as const) {
  t.test(`all pairs of ten nodes answer (${family})`, async t => {
    using world = await bridgedNodes(10)
    const wanted = pairs(world.nodes, family)
    const before = fs.readdirSync('/proc/self/fd').length
    const beganMs = performance.now()
    const outcomes = await probePings(wanted, { timeoutMs: 5000 })
    const tookMs = performance.now() - beganMs
    t.equal(outcomes.length, 90)
    for (const [i, outcome] of outcomes.entries()) {
      t.match(outcome, { outcome: 'answered', from: wanted[i]?.to })
      if (outcome.outcome === 'answered') t.ok(outcome.rttMs >= 0 && outcome.rttMs < tookMs)
    }
    t.equal(fs.readdirSync('/proc/self/fd').length, before, 'no descriptor is left')
  })
}

t.test('two thousand requests, more than one buffer holds', async t => {
  using world = await bridgedNodes(3)
  const many = Array.from({ length: 334 }, () => pairs(world.nodes, 'address')).flat()
  const outcomes = await probePings(many, { timeoutMs: 5000 })
  t.equal(outcomes.filter(({ outcome }) => outcome === 'answered').length, many.length)
})

t.test('Node goes on while nobody answers', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  other.sh('iptables -A INPUT -j DROP')
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  const [outcome] = await probePings([{ from: one.fd, to: other.address }], { timeoutMs: 200 })
  clearInterval(timer)
  t.strictSame(outcome, { outcome: 'timed out' })
  t.ok(turns > 1, `${turns} turns in 200 ms`)
})

t.test('two probers at the same time do not take each other’s answers', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      probePings([{ from: one.fd, to: i % 2 === 0 ? other.address : '10.0.0.99' }], {
        timeoutMs: i % 2 === 0 ? 5000 : 200,
      }),
    ),
  )
  t.strictSame(
    results.map(([outcome]) => outcome?.outcome),
    results.map((_, i) => (i % 2 === 0 ? 'answered' : 'no neighbour')),
  )
})

/** What is done, the address that is asked, and what must come of it. */
const failures: readonly [
  title: string,
  prepare: (nodes: { node: BridgedNode; other: BridgedNode; host: BridgedNode }) => void,
  to: string,
  outcome: object,
][] = [
  ['nobody has the address', () => {}, '10.0.0.99', { outcome: 'no neighbour' }],
  ['nobody has the address (IPv6)', () => {}, '2001:db8::99', { outcome: 'no neighbour' }],
  [
    'no route',
    ({ node }) => node.sh('ip route del default'),
    '198.51.100.1',
    { outcome: 'no route', errno: 'ENETUNREACH' },
  ],
  [
    'a blackhole of its own',
    ({ node }) => node.sh('ip route add blackhole 198.51.100.0/24'),
    '198.51.100.1',
    { outcome: 'no route', errno: 'EINVAL' },
  ],
  [
    'a prohibit of its own',
    ({ node }) => node.sh('ip route add prohibit 198.51.100.0/24'),
    '198.51.100.1',
    { outcome: 'unreachable: admin', errno: 'EACCES' },
  ],
  [
    'the router knows no way',
    () => {},
    '198.51.100.1',
    { outcome: 'unreachable: net', from: '10.0.0.1' },
  ],
  [
    'the router prohibits it (IPv6)',
    ({ host }) => host.sh('ip -6 route add prohibit 2001:db8:1::/64'),
    '2001:db8:1::1',
    { outcome: 'unreachable: admin', from: '2001:db8::1' },
  ],
  [
    'the target rejects it',
    ({ other }) => other.sh('iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited'),
    '10.0.0.3',
    { outcome: 'unreachable: admin', from: '10.0.0.3' },
  ],
  [
    'its own firewall drops it',
    ({ node }) => node.sh('iptables -A OUTPUT -j DROP'),
    '10.0.0.3',
    { outcome: 'timed out', errno: 'EPERM' },
  ],
  [
    'its own firewall rejects it',
    ({ node }) => node.sh('iptables -A OUTPUT -d 10.0.0.3 -j REJECT'),
    '10.0.0.3',
    { outcome: 'unreachable: port', from: '10.0.0.2' },
  ],
]

for (const [title, prepare, to, outcome] of failures) {
  t.test(`a ping fails: ${title}`, async t => {
    using world = await bridgedNodes()
    const [node, other] = world.nodes
    prepare({ node, other, host: world.host })
    const isSilent = /timed out|no neighbour/.test(JSON.stringify(outcome))
    const options = { timeoutMs: isSilent ? 200 : 5000 }
    t.match(await probePings([{ from: node.fd, to }], options), [outcome])
  })
}

t.test('a packet that lives for one hop ends at the router', async t => {
  using world = await bridgedNodes()
  const [node] = world.nodes
  world.host.sh('ip addr add 198.51.100.1/24 dev lo; ip route add 203.0.113.0/24 via 10.0.0.3')
  const probe = (ttl: number) => probePings([{ from: node.fd, to: '203.0.113.1' }], { ttl })
  t.match(await probe(1), [{ outcome: 'ttl exceeded', from: '10.0.0.1' }])
})

t.test('with don’t-fragment the last byte decides', async t => {
  using world = await bridgedNodes()
  const [node, other] = world.nodes
  for (const [to, most] of [
    [other.address, 1472],
    [other.address6, 1452],
  ] as const) {
    const probe = (payload: number, dontFragment: boolean) =>
      probePings([{ from: node.fd, to }], { payload, dontFragment })
    t.match(await probe(most, true), [{ outcome: 'answered' }])
    t.match(await probe(most + 1, true), [{ outcome: 'too big' }])
    t.match(await probe(most + 1, false), [{ outcome: 'answered' }])
  }
})

t.test('a narrower link on the way says how much fits', async t => {
  using world = await bridgedNodes()
  const [node] = world.nodes
  world.host.sh(
    'ip link add far type veth peer name near; ip link set near up; ip link set far mtu 1400 up;' +
      'ip addr add 198.51.100.1/24 dev far; ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:02 dev far',
  )
  const options = { payload: 1473 - 28, dontFragment: true }
  t.match(await probePings([{ from: node.fd, to: '198.51.100.2' }], options), [
    { outcome: 'too big', from: '10.0.0.1', mtu: 1400 },
  ])
})

t.test('the source address is the one that is asked for', async t => {
  using world = await bridgedNodes()
  const [node, other] = world.nodes
  node.sh('ip addr add 10.0.0.200/24 dev eth0')
  other.sh('iptables -A INPUT -s 10.0.0.200 -j REJECT --reject-with icmp-net-prohibited')
  const probe = (options: { source?: string }) =>
    probePings([{ from: node.fd, to: other.address }], options)
  t.match(await probe({}), [{ outcome: 'answered' }])
  t.match(await probe({ source: '10.0.0.200' }), [{ outcome: 'unreachable: admin' }])
  await t.rejects(probe({ source: '10.0.0.201' }), { code: 'TNET_ADDRESS_MISSING' })
})

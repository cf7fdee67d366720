import t from 'tap'
import type { Topology } from '../../src/lab/observe/topology.ts'
import type { Box, Plan } from '../../src/report/drawing/box.ts'
import { rowText } from '../../src/report/drawing/box.ts'
import { natRows, natText } from '../../src/report/drawing/plan/nat-row.ts'
import { planOf } from '../../src/report/drawing/plan.ts'
import { shorten, textWidth } from '../../src/report/drawing/text-size.ts'
import { oneLine } from '../../src/report/drawing/visible.ts'
import { hostileTexts } from './streams.ts'
import { cluster, crowd, guest, link, node, routed } from './topologies.ts'

function* allOf(boxes: readonly Box[]): Generator<Box> {
  for (const box of boxes) {
    yield box
    yield* allOf(box.children)
  }
}

/** `c0 — br0`, by the first word of each box. */
function wiresOf({ boxes, wires }: Plan): string[] {
  const names = new Map([...allOf(boxes)].map(({ id, rows }) => [id, rows[0]?.parts[0]?.text]))
  return wires
    .filter(({ kind }) => kind !== 'order')
    .map(({ left, right }) => `${names.get(left.box)} — ${names.get(right.box)}`)
}

const rules: Readonly<Record<string, string>> = {
  '-A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE': 'MASQUERADE 10.0.1.0/24 → eth0',
  '-A POSTROUTING -s 10.0.1.0/24 ! -o br-shop -j MASQUERADE':
    'MASQUERADE 10.0.1.0/24 → not br-shop',
  '-A POSTROUTING -s 10.0.1.0/24 -o eth0 -j SNAT --to-source 192.0.2.1':
    'SNAT 10.0.1.0/24 → eth0 as 192.0.2.1',
  '-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80':
    '8080/tcp → 10.0.1.2:80',
  '-A PUBLISH -d 127.0.0.1/32 -p udp -m udp --dport 53 -j DNAT --to-destination 10.0.1.2:53':
    '127.0.0.1:53/udp → 10.0.1.2:53',
  '-A PREROUTING -j TNET-PUBLISH': '-A PREROUTING -j TNET-PUBLISH',
}

for (const [rule, text] of Object.entries(rules)) {
  t.test(`${rule} is drawn as "${text}"`, async t => t.equal(natText(rule), text))
}

t.test('of many rules the first are drawn, and how many there are more', async t => {
  const nat = Array.from({ length: 20 }, (_, i) => `-A POSTROUTING -s 10.0.${i}.0/24 -j MASQUERADE`)
  const host = node('host', 'host', [], { nat })
  const rows = natRows({ nodes: [host], networks: [] }, host)
  t.equal(rows.length, 6)
  t.equal(rowText(rows[5]!), 'NAT and 15 more')
})

t.test('every container of a bridge is wired to it, and told by its port', async t => {
  const plan = planOf(crowd(3))
  t.strictSame(wiresOf(plan), ['c0 — br0', 'c1 — br0', 'c2 — br0'])
  t.strictSame(
    plan.wires.map(({ right }) => right.label),
    ['c0', 'c1', 'c2'],
  )
})

t.test('containers without a bridge are wired to their host’s routes', async t => {
  const wires = wiresOf(planOf(routed()))
  t.ok(wires.includes('routes — db1') && wires.includes('routes — db2'))
  t.ok(wires.includes('lan — router') && wires.includes('router — far'), 'left to right')
})

t.test('tunnels by one multicast group join those that are in it', async t => {
  const host = (id: string, group: string) =>
    node(id, 'host', [
      link('vxlan9', 'vxlan', { tunnel: { id: 9, remotes: [group], isStandIn: false } }),
    ])
  const nodes = [host('a', '239.1.0.9'), host('b', '239.1.0.9'), host('c', '239.1.0.10')]
  const wires = wiresOf(planOf({ nodes, networks: [] }))
  t.strictSame(wires, ['a — VXLAN 9', 'b — VXLAN 9'])
})

t.test('tunnels of another number are others', async t => {
  const host = (id: string, address: string, remote: string, key: number) =>
    node(id, 'host', [
      link('gre1', 'gre', {
        tunnel: { id: key, local: address, remotes: [remote], isStandIn: false },
      }),
    ])
  const pair = (key: number): Topology => ({
    nodes: [host('a', '192.0.2.1', '192.0.2.2', 7), host('b', '192.0.2.2', '192.0.2.1', key)],
    networks: [],
  })
  t.equal(wiresOf(planOf(pair(7))).length, 2)
  t.equal(wiresOf(planOf(pair(8))).length, 0)
})

t.test('of a host’s devices for each other host, the one that sends back is meant', async t => {
  const ids = ['a', 'b', 'c']
  const address = (id: string) => `192.0.2.${ids.indexOf(id) + 1}`
  const nodes = ids.map(id =>
    node(
      id,
      'host',
      ids
        .filter(other => other !== id)
        .map(other =>
          link(`to-${other}`, 'gretap', {
            tunnel: { local: address(id), remotes: [address(other)], isStandIn: false },
          }),
        ),
    ),
  )
  const plan = planOf({ nodes, networks: [] })
  const hints = plan.boxes.filter(({ kind }) => kind === 'tunnel').map(({ hint }) => hint)
  t.strictSame(hints, ['a to-b\nb to-a', 'a to-c\nc to-a', 'b to-c\nc to-b'])
})

t.test('a tunnel whose other end sends elsewhere is drawn all the same', async t => {
  const host = (id: string, local: string, remote: string) =>
    node(id, 'host', [
      link('tunl0', 'ipip', { tunnel: { local, remotes: [remote], isStandIn: false } }),
    ])
  const nodes = [host('a', '192.0.2.1', '192.0.2.2'), host('b', '192.0.2.2', '192.0.2.99')]
  t.strictSame(wiresOf(planOf({ nodes, networks: [] })), ['a — IPIP', 'b — IPIP'])
})

t.test('what serves a container that calls itself, or the host alone, is not drawn', async t => {
  const nat = [
    '-A TNET-POSTROUTING -s 10.0.1.2/32 -d 10.0.1.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE',
    '-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE',
  ]
  const host = node('host', 'host', [], { nat })
  t.strictSame(natRows({ nodes: [host], networks: [] }, host), [])
})

t.test('of a loopback, what every loopback has is not drawn', async t => {
  const lo = link('lo', 'lo', { addresses: ['127.0.0.1/8', '203.0.113.9/32', '::1/128'] })
  const [box] = planOf({ nodes: [node('a', 'host', [lo])], networks: [] }).boxes
  t.strictSame(box?.rows.map(rowText), ['a host', 'lo 203.0.113.9/32'])
})

t.test('a bridge’s port names its address when it has one', async t => {
  const [host, ...guests] = crowd(1).nodes
  host!.links[1]!.addresses.push('10.9.9.9/32')
  const [wire] = planOf({ nodes: [host!, ...guests], networks: [] }).wires
  t.equal(wire?.right.label, 'c0 10.9.9.9/32')
})

t.test('a macvlan device is wired to its host’s link, though both are called eth0', async t => {
  const eth0 = link('eth0', 'veth', { addresses: ['192.0.2.1/24'] })
  const inside = link('eth0', 'macvlan', { parent: 'eth0', addresses: ['192.0.2.9/24'] })
  const nodes = [node('a', 'host', [eth0]), node('x', 'container', [inside], { host: 'a' })]
  t.strictSame(wiresOf(planOf({ nodes, networks: [] })), ['x — eth0'])
})

t.test('a container of an unknown host stands alone', async t => {
  const { boxes } = planOf({ nodes: [guest('web', 'nobody', '10.0.0.2/24')], networks: [] })
  t.equal(boxes.length, 1)
  t.equal(boxes[0]?.kind, 'container')
})

t.test('a thousand containers are planned without squaring the work', async t => {
  const before = process.cpuUsage().user
  planOf(crowd(300))
  const small = process.cpuUsage().user - before
  const middle = process.cpuUsage().user
  planOf(cluster({ hosts: 60, containers: 50 }))
  const large = process.cpuUsage().user - middle
  t.ok(large < 200 * (small + 1000), `${small} µs for 300, ${large} µs for 3000`)
})

t.test('text is never wider than it is measured: a column of Latin, two of Japanese', async t => {
  t.equal(textWidth('日本語'), 36)
  t.ok(textWidth('eth0') >= 4 * 12 * 0.602)
  t.ok(textWidth('👩‍👩‍👧‍👦') < 2 * textWidth('👩'), 'one picture')
})

t.test('long names are cut between what one reads as characters', async t => {
  t.equal(shorten('日本語のネットワーク', 9), '日本語の…')
  t.equal(shorten('family 👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 10), 'family 👩‍👩‍👧‍👦…')
  t.equal(shorten('web', 3), 'web')
})

t.test('what a page would obey or hide is shown', async t => {
  t.equal(oneLine(hostileTexts.ansi).includes('\x1b'), false)
  t.equal(oneLine('a\nb\tc\u202ed\ud83d'), 'a\\nb\\tc\\u202ed\\ud83d')
  t.equal(oneLine('日本語 👩‍👩‍👧‍👦'), '日本語 👩‍👩‍👧‍👦')
})

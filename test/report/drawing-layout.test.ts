import t from 'tap'
import type { Topology } from '../../src/lab/observe/topology.ts'
import { rowText } from '../../src/report/drawing/box.ts'
import { layOut, type Layout } from '../../src/report/drawing/layout/layout.ts'
import { planOf } from '../../src/report/drawing/plan.ts'
import { allBoxes, collisions, strayWires } from './drawing/geometry.ts'
import { allStreams, hostileTexts, twoHosts } from './streams.ts'
import { cluster, crowd, onTheWire, routed, vethPair } from './topologies.ts'

const named = (text: string): Topology => ({
  ...twoHosts,
  nodes: twoHosts.nodes.map(node => ({ ...node, label: text, nat: [text, ...node.nat] })),
})

const drawn: Readonly<Record<string, Topology>> = {
  nothing: { nodes: [], networks: [] },
  'a veth pair': vethPair(),
  'two hosts': twoHosts,
  'sixty containers on a bridge': crowd(60),
  'sixty hosts on a segment': cluster({ hosts: 60, containers: 0 }),
  'sixty nodes and a VXLAN': cluster({ hosts: 6, containers: 9, pulled: 'h3', down: 'c1-2' }),
  'twenty hosts with two containers each': cluster({ hosts: 20, containers: 2, isStandIn: true }),
  'a router between segments, routes without a bridge': routed(),
  'macvlan and VLAN': onTheWire(),
  ...Object.fromEntries(
    Object.entries(hostileTexts).map(([what, text]) => [`labels: ${what}`, named(text)]),
  ),
}

for (const [what, topology] of Object.entries(drawn)) {
  t.test(`${what}: no box or text covers another, wires end where they should`, async t => {
    const layout = await layOut(planOf(topology))
    t.strictSame(collisions(layout), [])
    t.strictSame(strayWires(layout), [])
  })
}

t.test('so it is with every recorded topology, whatever contradicts itself in it', async t => {
  const topologies = Object.values(allStreams)
    .flat()
    .filter(event => event.type === 'topology')
  t.ok(topologies.length > 20)
  for (const topology of topologies) {
    const layout = await layOut(planOf(topology))
    t.strictSame(collisions(layout), [])
    t.strictSame(strayWires(layout), [])
  }
})

/** The place of the box whose first row begins with `title`. */
function placeOf(layout: Layout, title: string) {
  const found = [...allBoxes(layout.boxes)].find(({ box }) => {
    const [row] = box.rows
    return row !== undefined && row.parts[0]?.text === title
  })
  if (found === undefined) throw new Error(`no box is called ${title}`)
  return found
}

t.test('containers stand in the order in which they were made', async t => {
  const layout = await layOut(planOf(crowd(30)))
  const tops = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => placeOf(layout, `c${from + i}`).y)
  for (const side of [tops(0, 15), tops(15, 30)]) {
    t.strictSame(
      side,
      side.toSorted((a, b) => a - b),
    )
  }
  t.ok(placeOf(layout, 'c0').x < placeOf(layout, 'br0').x)
  t.ok(placeOf(layout, 'br0').x < placeOf(layout, 'c29').x)
})

t.test('hosts stand on both sides of their segment, uplinks towards it', async t => {
  const layout = await layOut(planOf(twoHosts))
  const [web, alpha, wan, beta, db] = ['web', 'alpha', 'wan', 'beta', 'db'].map(title =>
    placeOf(layout, title),
  )
  t.ok(alpha && wan && beta && web && db)
  const middles = [web!, wan!, db!].map(({ x, width }) => x + width / 2)
  t.strictSame(
    middles,
    middles.toSorted((a, b) => a - b),
  )
  t.ok(alpha!.x + alpha!.width < wan!.x && wan!.x + wan!.width < beta!.x)
  t.ok(web!.x < alpha!.x + alpha!.width / 2, 'containers on the outer side')
  t.ok(db!.x > beta!.x + beta!.width / 2)
})

t.test('hosts stand in the order in which they were made', async t => {
  const across = await layOut(planOf(routed()))
  t.ok(placeOf(across, 'alpha').y < placeOf(across, 'beta').y)
  const layout = await layOut(planOf(cluster({ hosts: 8, containers: 2 })))
  for (const side of [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]) {
    const tops = side.map(h => placeOf(layout, `h${h}`).y)
    t.strictSame(
      tops,
      tops.toSorted((a, b) => a - b),
    )
  }
})

t.test('what is in a host is drawn in its box', async t => {
  const layout = await layOut(planOf(twoHosts))
  const texts = [...allBoxes(placeOf(layout, 'alpha').children)].map(({ box }) =>
    box.rows.map(rowText).join(', '),
  )
  t.match(texts.join('\n'), 'web mtu 1450, eth0 10.0.1.2/24')
  t.match(texts.join('\n'), 'blue bridge, 10.0.1.1/24')
  t.notMatch(texts.join('\n'), '10.0.1.130')
})

t.test('a segment of sixty hosts has straight wires', async t => {
  const { wires } = await layOut(planOf(cluster({ hosts: 60, containers: 0 })))
  t.equal(wires.length, 60)
  t.equal(wires.filter(({ points }) => points.length === 2).length, 60)
})

import t from 'tap'
import { convert } from 'xmlbuilder2'
import { drawTopology } from '../../src/report/drawing/drawing.ts'
import { allStreams, hostileTexts, twoHosts } from './streams.ts'
import { cluster, onTheWire, routed, vethPair } from './topologies.ts'

interface Svg {
  svg: Record<string, unknown>
}

/** What a parser that is not ours reads. */
const parsed = (svg: string) => (convert(svg, { format: 'object' }) as unknown as Svg).svg

const count = (text: string, part: RegExp) => [...text.matchAll(part)].length

t.test('a drawing says in words what it shows', async t => {
  const svg = parsed(await drawTopology(twoHosts))
  t.equal(svg['title'], '2 hosts, 3 containers, 1 segment')
  t.match(svg['desc'], 'web, container on alpha: eth0 10.0.1.2/24 mtu 1450')
  t.match(svg['desc'], '8080/tcp → 10.0.1.2:80')
  t.match(svg, { '@role': 'img', '@viewBox': /^0 0 \d+ \d+$/ })
})

t.test('every veth pair is a wire, every tunnel end a dashed one', async t => {
  const svg = await drawTopology(twoHosts)
  t.equal(count(svg, /class="wire veth"/g), 5)
  t.equal(count(svg, /class="wire tunnel"/g), 2)
  t.equal(count(svg, /class="tunnel"/g), 1)
  t.match(svg, /VXLAN 42/)
  t.equal(count(await drawTopology(vethPair()), /class="wire veth"/g), 1)
})

t.test('a link that is down is drawn so, with a cross, and says so', async t => {
  const healthy = await drawTopology(cluster({ hosts: 3, containers: 2 }))
  t.notMatch(healthy, /class="cross"/)
  t.notMatch(healthy, />DOWN</)
  const broken = await drawTopology(
    cluster({ hosts: 3, containers: 2, pulled: 'h1', down: 'c0-1' }),
  )
  t.equal(count(broken, /class="wire veth down"/g), 2)
  t.equal(count(broken, /class="cross"/g), 2)
  t.equal(count(broken, />DOWN</g), 1, 'at the container; a pulled cable is the switch’s')
})

t.test('a stand-in is marked at its device and on the tunnel', async t => {
  t.notMatch(await drawTopology(cluster({ hosts: 2, containers: 1 })), /stand-in/)
  const svg = await drawTopology(cluster({ hosts: 2, containers: 1, isStandIn: true }))
  t.equal(count(svg, /<tspan class="dim">stand-in<\/tspan>/g), 3)
})

t.test('NAT and published ports stand in the host’s box, in few words', async t => {
  const svg = await drawTopology(twoHosts)
  t.match(svg, />NAT<\/tspan> 8080 → web:80\/tcp</)
  t.match(svg, />NAT<\/tspan> MASQUERADE 10\.0\.1\.0\/24 → eth0</)
  t.notMatch(svg, /8080\/tcp → 10\.0\.1\.2:80<\/text>/, 'said once, with the name of the container')
})

t.test('VLAN, macvlan and shared networks are what they are', async t => {
  const svg = await drawTopology(onTheWire())
  t.match(svg, /VLAN 7/)
  t.equal(
    count(svg, /class="wire port"/g),
    6,
    'bridge and parent of each VLAN, parents of two macvlans',
  )
  t.match(svg, /its host’s own network/)
})

t.test('a tunnel that is no full mesh is drawn pair by pair', async t => {
  const mesh = await drawTopology(cluster({ hosts: 4, containers: 1 }))
  t.equal(count(mesh, /class="tunnel"/g), 1)
  t.match(mesh, /4 ends/)
  const star = await drawTopology(routed())
  t.equal(count(star, /class="tunnel"/g), 2)
  t.equal(count(star, /class="wire tunnel"/g), 4)
})

t.test('names, whatever is in them, are text in well-formed XML, and no script', async t => {
  for (const [what, text] of Object.entries(hostileTexts)) {
    const nodes = twoHosts.nodes.map(node => ({
      ...node,
      label: text,
      routes: [text],
      nat: [text],
      links: node.links.map(link => ({ ...link, addresses: [...link.addresses, text] })),
    }))
    const svg = await drawTopology({ nodes, networks: [] })
    t.doesNotThrow(() => parsed(svg), what)
    t.notMatch(svg, /<(script|img|a|foreignObject|use|image)\b/, what)
    t.notMatch(svg, /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, what)
  }
  const recorded = Object.values(allStreams)
    .flat()
    .filter(event => event.type === 'topology')
  for (const topology of recorded) {
    const svg = await drawTopology(topology)
    t.doesNotThrow(() => parsed(svg))
  }
})

t.test('the same topology gives the same drawing', async t => {
  const topology = cluster({ hosts: 4, containers: 3 })
  t.equal(await drawTopology(topology), await drawTopology(structuredClone(topology)))
})

t.test('what contradicts itself is left out, and the rest drawn', async t => {
  const [wan, alpha, ...others] = twoHosts.nodes
  const nodes = [
    wan!,
    {
      ...alpha!,
      links: [
        ...alpha!.links,
        { ...alpha!.links[0]!, name: 'lost', peer: { node: 'nobody', link: 'eth0' } },
        { ...alpha!.links[0]!, name: 'orphan', master: 'no such bridge', peer: undefined! },
      ],
    },
    ...others,
    { ...others[1]!, id: 'stray', label: 'stray', host: 'nobody' },
    { ...alpha!, id: 'own host', host: 'own host' },
  ]
  const svg = await drawTopology({ nodes, networks: [] })
  t.match(svg, />lost</)
  t.match(svg, />stray</)
  t.doesNotThrow(() => parsed(svg))
})

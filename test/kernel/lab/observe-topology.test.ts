import '../../sandboxed.ts'
import t from 'tap'
import { nowMs } from '../../../src/clock.ts'
import { hasFeature } from '../../../src/kernel/features.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { DriverName } from '../../../src/lab/lab-network-options.ts'
import { topologyOf } from '../../../src/lab/observe/topology-of.ts'
import { linkOf, nodeOf } from './seen.ts'

t.setTimeout(600_000)

t.test('a host with two containers: all that is in it, and nothing else', async t => {
  await using lab = new Lab()
  const host = await lab.host('host')
  const mybr0 = await host.bridge('mybr0', '172.18.0.1/16')
  await mybr0.container('web', { mac: '02:00:00:00:00:01' })
  await mybr0.container('日本語 db', { mac: '02:00:00:00:00:02', gateway: false })
  const { nodes, networks } = await topologyOf(lab)
  t.strictSame(networks, [])
  const [, , db] = lab.nodes
  const id = db?.netns.name ?? ''
  const port = nodes[0]?.links[2]?.name ?? ''
  const up = { kind: 'veth', isUp: true, mtu: 1500 }
  t.match(nodes[0], {
    id: 'host',
    label: 'host',
    kind: 'host',
    isSharing: false,
    routes: [],
    nat: [],
    links: [
      { name: 'mybr0', kind: 'bridge', isUp: true, mtu: 1500, addresses: ['172.18.0.1/16'] },
      { ...up, name: 'web', addresses: [], master: 'mybr0', peer: { node: 'web', link: 'eth0' } },
      { ...up, name: port, addresses: [], master: 'mybr0', peer: { node: id, link: 'eth0' } },
    ],
  })
  const container = { kind: 'container', host: 'host', isSharing: false, nat: [] }
  t.strictSame(nodes.slice(1), [
    {
      id: 'web',
      label: 'web',
      ...container,
      routes: ['default via 172.18.0.1 dev eth0'],
      links: [
        {
          name: 'eth0',
          ...up,
          mac: '02:00:00:00:00:01',
          addresses: ['172.18.0.2/16'],
          peer: { node: 'host', link: 'web' },
        },
      ],
    },
    {
      id,
      label: '日本語 db',
      ...container,
      routes: [],
      links: [
        {
          name: 'eth0',
          ...up,
          mac: '02:00:00:00:00:02',
          addresses: ['172.18.0.3/16'],
          peer: { node: 'host', link: port },
        },
      ],
    },
  ])
})

t.test('ends of veth pairs find each other where every index is the same', async t => {
  await using lab = new Lab()
  const nodes = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(label => lab.host(label)))
  const pairs = [0, 2, 4].map(n => [nodes[n], nodes[n + 1]] as const)
  for (const [left, right] of pairs) {
    if (left !== undefined && right !== undefined) await lab.link([left, 'x'], [right, 'y'])
  }
  const [a] = nodes
  await a?.veth('in', { name: 'out' })
  const indexes = new Set(
    (await Promise.all(nodes.map(node => node.links()))).map(links => links[1]?.index),
  )
  t.equal(indexes.size, 1)
  const seen = await topologyOf(lab)
  for (const [left, right] of ['ab', 'cd', 'ef']) {
    t.strictSame(linkOf(seen, left ?? '', 'x').peer, { node: right, link: 'y' })
    t.strictSame(linkOf(seen, right ?? '', 'y').peer, { node: left, link: 'x' })
  }
  t.strictSame(linkOf(seen, 'a', 'in').peer, { node: 'a', link: 'out' })
})

t.test('a segment is its switch; pulled cables and moved links show', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan', { mtu: 1400 })
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '2001:db8::2/64')
  await wan.unplug(beta)
  const [left] = await alpha.veth('left', { name: 'right' })
  await left.moveTo(beta)
  await left.rename('moved')
  const seen = await topologyOf(lab)
  t.match(nodeOf(seen, 'wan'), { kind: 'segment', label: 'wan', routes: [], isSharing: false })
  t.match(linkOf(seen, 'wan', 'switch'), { kind: 'bridge', isUp: true, mtu: 1400 })
  t.match(linkOf(seen, 'wan', 'alpha-eth0'), {
    isUp: true,
    master: 'switch',
    peer: { node: 'alpha', link: 'eth0' },
  })
  t.equal(linkOf(seen, 'wan', 'beta-eth0').isUp, false)
  t.equal(linkOf(seen, 'beta', 'eth0').isUp, true)
  t.strictSame(linkOf(seen, 'beta', 'eth0').addresses, ['2001:db8::2/64'], 'not the link-local one')
  t.strictSame(linkOf(seen, 'beta', 'moved').peer, { node: 'alpha', link: 'right' })
  t.strictSame(linkOf(seen, 'alpha', 'right').peer, { node: 'beta', link: 'moved' })
})

const tunnels: readonly {
  driver: DriverName
  options?: object
  device: string
  tunnel: object
  more?: object
}[] = [
  { driver: 'vxlan', options: { vni: 7 }, device: 'flannel.7', tunnel: { id: 7 } },
  { driver: 'vxlan', options: { flat: true, vni: 8 }, device: 'vxlan.8', tunnel: { id: 8 } },
  { driver: 'ipip', device: 'flannel.ipip', tunnel: {} },
  { driver: 'gre', options: { key: 9 }, device: 'gre.9', tunnel: { id: 9 } },
  { driver: 'gretap', options: { key: 10 }, device: 'gretap-beta', tunnel: { id: 10 } },
  { driver: 'gre', device: 'flannel.gre', tunnel: {} },
]

for (const { driver, options = {}, device, tunnel } of tunnels) {
  t.test(`the ${device} of a ${driver} network: what it sends, from where, to whom`, async t => {
    await using lab = new Lab()
    const wan = await lab.segment('wan')
    const alpha = await wan.join('alpha', '192.0.2.1/24')
    const beta = await wan.join('beta', '192.0.2.2/24')
    const hosts = [alpha, beta]
    const settings = { driver, subnet: '10.244.0.0/16', hosts, ...options }
    await lab.network('blue', settings as { driver: string; hosts: typeof hosts })
    const link = linkOf(await topologyOf(lab), 'alpha', device)
    t.equal(link.kind, driver)
    t.equal(link.peer, undefined, 'a stand-in’s hidden end is nobody’s')
    t.strictSame(link.tunnel, {
      ...tunnel,
      local: '192.0.2.1',
      remotes: ['192.0.2.2'],
      isStandIn: driver !== 'vxlan' && !hasFeature(driver as 'ipip').available,
    })
  })
}

t.test('a VLAN has its tag and its link; macvlan its link, on whatever node', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const hosts = [alpha]
  await lab.network('tagged', { driver: 'vlan', subnet: '10.9.0.0/16', id: 42, hosts })
  const wire = await lab.network('wire', { driver: 'macvlan', subnet: '192.0.2.0/24', hosts })
  const web = await alpha.container('web', { network: wire })
  await alpha.addLink({ type: 'macvlan', name: 'shim', parent: 'eth0', mode: 'bridge' })
  const seen = await topologyOf(lab)
  const vlan = linkOf(seen, 'alpha', 'eth0.42')
  t.match(vlan, { kind: 'vlan', parent: 'eth0', parentNode: undefined })
  t.match(vlan.tunnel, { id: 42, remotes: [], isStandIn: !hasFeature('vlan').available })
  t.match(linkOf(seen, 'alpha', 'shim'), { kind: 'macvlan', parent: 'eth0', parentNode: undefined })
  const mine = linkOf(seen, web.netns.name, 'eth0')
  t.match(mine, { kind: 'macvlan', parent: 'eth0', parentNode: 'alpha', peer: undefined })
})

t.test('devices of the script’s own, and lo when it has something', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  await using tun = await alpha.openTun('tun0', { mtu: 1400 })
  await using _tap = await alpha.openTun('tap0', { kind: 'tap', mac: '02:00:00:00:00:07' })
  await tun.link.addAddress('10.0.0.1/16')
  const seen = await topologyOf(lab)
  t.match(linkOf(seen, 'alpha', 'tun0'), { kind: 'tun', mtu: 1400, isUp: false, mac: undefined })
  t.match(linkOf(seen, 'alpha', 'tap0'), { kind: 'tun', mac: '02:00:00:00:00:07' })
  t.equal(nodeOf(seen, 'alpha').links.length, 2)
  await (await alpha.link('lo')).addAddress('198.51.100.7/32')
  const lo = linkOf(await topologyOf(lab), 'alpha', 'lo')
  t.match(lo, { kind: 'lo', mac: undefined })
  t.ok(lo.addresses.includes('198.51.100.7/32'))
})

t.test('networks, who is on them, and what they publish', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const shop = await lab.network('shop', { subnet: '10.7.0.0/24', hosts: [alpha] })
  await lab.network('empty', { subnet: '10.8.0.0/24', hosts: [alpha] })
  const same = await lab.network('same', { driver: 'host', hosts: [alpha] })
  await alpha.container('web', { network: shop, publish: ['8080:80', '127.0.0.1:53:53/udp'] })
  await alpha.container('guest', { network: same })
  const gone = await alpha.container('gone', { network: shop })
  await shop.disconnect(gone)
  const seen = await topologyOf(lab)
  const web = {
    node: 'web',
    link: 'eth0',
    address: '10.7.0.2',
    ports: ['8080:80/tcp', '127.0.0.1:53:53/udp'],
  }
  t.match(seen.networks, [
    { name: 'empty', driver: 'bridge', subnet: '10.8.0.0/24', endpoints: [] },
    { name: 'same', driver: 'host', endpoints: [{ node: 'guest' }] },
    { name: 'shop', driver: 'bridge', subnet: '10.7.0.0/24', endpoints: [web] },
  ])
  t.equal(seen.networks[2]?.endpoints.length, 1)
  t.ok(nodeOf(seen, 'alpha').nat.some(rule => rule.includes('-j DNAT')))
  const { links, routes, ...guest } = nodeOf(seen, 'guest')
  t.match(guest, { isSharing: true, host: 'alpha' })
  t.strictSame([links, routes], [[], []], 'its host has them')
})

t.test('of a lab that is half gone, what can be read is there', async t => {
  const lab = new Lab()
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  await blue.container('app')
  await alpha.masquerade('10.0.1.0/24', 'eth0')
  await (await alpha.link('app')).delete()
  const broken = await blue.container('broken')
  Object.assign(broken.netns, {
    dump() {
      throw new Error('not now')
    },
  })
  web.netns.close()
  const path = process.env['PATH'] ?? ''
  t.ok(nodeOf(await topologyOf(lab), 'alpha').nat.length > 0)
  process.env['PATH'] = ''
  const seen = await topologyOf(lab).finally(() => (process.env['PATH'] = path))
  t.strictSame(nodeOf(seen, 'web'), {
    id: 'web',
    label: 'web',
    kind: 'container',
    host: 'alpha',
    isSharing: false,
    links: [],
    routes: [],
    nat: [],
  })
  t.strictSame(nodeOf(seen, 'app').links, [])
  t.strictSame(nodeOf(seen, 'broken').links, [])
  t.match(linkOf(seen, 'alpha', 'blue'), { addresses: ['10.0.1.1/24'] })
  await lab.close()
  const after = await topologyOf(lab)
  t.equal(after.nodes.length, 4)
  t.strictSame(
    after.nodes.flatMap(({ links }) => links),
    [],
  )
})

t.test('to look takes less time than to build', async t => {
  const spent: [number, number][] = []
  for (let n = 0; n < 15; n++) {
    const begin = nowMs()
    await using lab = new Lab()
    const host = await lab.host('host')
    const mybr0 = await host.bridge('mybr0', '172.18.0.1/16')
    await mybr0.container('a')
    await mybr0.container('b')
    const built = nowMs()
    await topologyOf(lab)
    spent.push([built - begin, nowMs() - built])
  }
  const median = (n: 0 | 1) => spent.map(times => times[n]).toSorted((a, b) => a - b)[7] ?? 0
  t.ok(median(1) < median(0), `${median(1)} ms to look, ${median(0)} ms to build`)
})

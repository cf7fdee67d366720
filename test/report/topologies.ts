import type { Topology, TopologyLink, TopologyNode } from '../../src/lab/observe/topology.ts'

type LinkOptions = Partial<Omit<TopologyLink, 'name' | 'kind'>>

export function link(name: string, kind: string, options: LinkOptions = {}): TopologyLink {
  return { name, kind, isUp: true, mtu: 1500, addresses: [], ...options }
}

export function node(
  id: string,
  kind: TopologyNode['kind'],
  links: TopologyLink[],
  options: Partial<TopologyNode> = {},
): TopologyNode {
  return { id, label: id, kind, isSharing: false, links, routes: [], nat: [], ...options }
}

/** A container whose eth0 is joined with the host's link of the container's name. */
export function guest(id: string, host: string, address: string, options: LinkOptions = {}) {
  const peer = { node: host, link: id }
  return node(id, 'container', [link('eth0', 'veth', { addresses: [address], peer, ...options })], {
    host,
  })
}

/** The port of a bridge that a guest's eth0 is joined with. */
const port = (id: string, master: string, options: LinkOptions = {}) =>
  link(id, 'veth', { master, peer: { node: id, link: 'eth0' }, ...options })

/** A wire between hosts; each host's eth0 ends at the port of its name. */
function segment(id: string, hosts: readonly string[], pulled?: string): TopologyNode {
  const ports = hosts.map(host =>
    link(`${host}-port`, 'veth', {
      master: 'switch',
      isUp: host !== pulled,
      peer: { node: host, link: 'eth0' },
    }),
  )
  return node(id, 'segment', [link('switch', 'bridge'), ...ports])
}

const uplink = (host: string, address: string, wire = 'wan') =>
  link('eth0', 'veth', { addresses: [address], peer: { node: wire, link: `${host}-port` } })

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Two containers that nothing joins but a veth pair. */
export const vethPair = (): Topology => ({
  networks: [],
  nodes: [
    node('host', 'host', []),
    ...[1, 2].map(n =>
      node(
        `ns${n}`,
        'container',
        [
          link(`veth${n}`, 'veth', {
            addresses: [`192.0.2.${n}/24`],
            peer: { node: `ns${3 - n}`, link: `veth${3 - n}` },
          }),
        ],
        { host: 'host' },
      ),
    ),
  ],
})

/** One bridge with many containers. */
export const crowd = (count: number): Topology => ({
  networks: [],
  nodes: [
    node('host', 'host', [
      link('br0', 'bridge', { addresses: ['10.0.0.1/16'] }),
      ...numbers(count).map(n => port(`c${n}`, 'br0')),
    ]),
    ...numbers(count).map(n => guest(`c${n}`, 'host', `10.0.0.${n + 2}/16`)),
  ],
})

export interface ClusterOptions {
  hosts: number
  /** On each host. */
  containers: number
  isStandIn?: boolean
  /** A host whose cable is out, a container whose link is down. */
  pulled?: string
  down?: string
}

/** Hosts on one segment, each with a bridge, a VXLAN device to all others, and NAT. */
export function cluster({ hosts, containers, isStandIn = false, ...broken }: ClusterOptions) {
  const address = (h: number) => `192.0.2.${h + 1}`
  const ids = numbers(hosts).map(h => `h${h}`)
  const nodes = [segment('wan', ids, broken.pulled)]
  for (const [h, id] of ids.entries()) {
    const remotes = ids.flatMap((_, other) => (other === h ? [] : [address(other)]))
    const guests = numbers(containers).map(c => `c${h}-${c}`)
    const tunnel = { id: 1, local: address(h), remotes, isStandIn }
    const bridge = link('br-shop', 'bridge', { addresses: [`10.244.${h}.1/24`], mtu: 1450 })
    const vxlan = link('vxlan.1', 'vxlan', { mtu: 1450, tunnel, addresses: [`10.244.${h}.0/32`] })
    const inside = containers === 0 ? [] : [bridge, vxlan, ...guests.map(c => port(c, 'br-shop'))]
    const nat = [
      '-A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE',
      `-A TNET-PUBLISH -p tcp -m tcp --dport 808${h % 10} -j DNAT --to-destination 10.244.${h}.2:80`,
    ]
    nodes.push(
      node(id, 'host', [uplink(id, `${address(h)}/24`), ...inside], {
        nat: containers === 0 ? [] : nat,
        routes: ['default via 192.0.2.254 dev eth0'],
      }),
      ...guests.map((c, n) =>
        guest(c, id, `10.244.${h}.${n + 2}/24`, { mtu: 1450, isUp: c !== broken.down }),
      ),
    )
  }
  return { nodes, networks: [] } satisfies Topology
}

/** alpha, beta ── lan ── router ── far ── gamma, whose containers hang on no bridge; IPIP between. */
export function routed(): Topology {
  const ipip = (local: string, ...remotes: string[]) =>
    link('tunl0', 'ipip', { mtu: 1480, tunnel: { local, remotes, isStandIn: true } })
  const far = segment('far', ['gamma'])
  far.links.push(
    link('router-far', 'veth', { master: 'switch', peer: { node: 'router', link: 'eth1' } }),
  )
  const cali = (n: number) =>
    link(`db${n}`, 'veth', {
      addresses: ['169.254.1.1/32'],
      peer: { node: `db${n}`, link: 'eth0' },
    })
  return {
    networks: [],
    nodes: [
      segment('lan', ['alpha', 'beta', 'router']),
      far,
      ...['alpha', 'beta'].map((host, i) =>
        node(host, 'host', [
          uplink(host, `192.0.2.${i + 1}/24`, 'lan'),
          link('blue', 'bridge', { addresses: [`10.0.${i}.1/24`, `2001:db8:${i}::1/64`] }),
          port(`web${i}`, 'blue'),
          ipip(`192.0.2.${i + 1}`, '198.51.100.3'),
        ]),
      ),
      ...['alpha', 'beta'].map((host, i) => guest(`web${i}`, host, `10.0.${i}.2/24`)),
      node('router', 'host', [
        uplink('router', '192.0.2.254/24', 'lan'),
        link('eth1', 'veth', {
          addresses: ['198.51.100.254/24'],
          peer: { node: 'far', link: 'router-far' },
        }),
      ]),
      node('gamma', 'host', [
        uplink('gamma', '198.51.100.3/24', 'far'),
        cali(1),
        cali(2),
        ipip('198.51.100.3', '192.0.2.1', '192.0.2.2'),
      ]),
      ...[1, 2].map(n => guest(`db${n}`, 'gamma', `10.0.9.${n}/32`)),
    ],
  }
}

/** Containers on the wire itself, a VLAN with a bridge on it, one that shares its host's network. */
export const onTheWire = (): Topology => ({
  networks: [],
  nodes: [
    segment('wan', ['a', 'b']),
    ...['a', 'b'].map((host, i) =>
      node(host, 'host', [
        uplink(host, `192.0.2.${i + 1}/24`),
        link('eth0.7', 'vlan', {
          parent: 'eth0',
          master: 'br7',
          tunnel: { id: 7, remotes: [], isStandIn: false },
        }),
        link('br7', 'bridge', { addresses: [`10.7.0.${i + 1}/24`] }),
      ]),
    ),
    ...['x', 'y'].map((id, i) =>
      node(
        id,
        'container',
        [link('eth0', 'macvlan', { parent: 'eth0', addresses: [`192.0.2.${i + 10}/24`] })],
        { host: 'a' },
      ),
    ),
    node('shares', 'container', [], { host: 'b', isSharing: true }),
  ],
})

import type { Topology } from '../../../src/lab/observe/topology.ts'

/**
 *   web 10.0.1.2 ─┐                                     ┌─ db 10.0.1.130
 *   app 10.0.1.3 ─┴─ blue .1 ─ alpha ─── wan ─── beta ─ blue .129
 *                        192.0.2.1/24       192.0.2.2/24       VXLAN 42 between the bridges
 */
export const twoHosts: Topology = {
  nodes: [
    {
      id: 'wan',
      label: 'wan',
      kind: 'segment',
      isSharing: false,
      links: [
        { name: 'wan', kind: 'bridge', isUp: true, mtu: 1500, addresses: [] },
        port('alpha', 'wan', { node: 'alpha', link: 'eth0' }),
        port('beta', 'wan', { node: 'beta', link: 'eth0' }),
      ],
      routes: [],
      nat: [],
    },
    {
      id: 'alpha',
      label: 'alpha',
      kind: 'host',
      isSharing: false,
      links: [
        eth0('192.0.2.1/24', '02:00:c0:00:02:01', { node: 'wan', link: 'alpha' }),
        bridge('blue', '10.0.1.1/24'),
        port('web', 'blue', { node: 'web', link: 'eth0' }),
        port('app', 'blue', { node: 'app', link: 'eth0' }),
        vxlan('192.0.2.1', '192.0.2.2'),
      ],
      routes: ['default via 192.0.2.254 dev eth0'],
      nat: [
        '-A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE',
        '-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80',
      ],
    },
    {
      id: 'beta',
      label: 'beta',
      kind: 'host',
      isSharing: false,
      links: [
        eth0('192.0.2.2/24', '02:00:c0:00:02:02', { node: 'wan', link: 'beta' }),
        bridge('blue', '10.0.1.129/24'),
        port('db', 'blue', { node: 'db', link: 'eth0' }),
        vxlan('192.0.2.2', '192.0.2.1'),
      ],
      routes: [],
      nat: [],
    },
    container('web', 'alpha', '10.0.1.2/24'),
    container('app', 'alpha', '10.0.1.3/24'),
    container('db', 'beta', '10.0.1.130/24'),
  ],
  networks: [
    {
      name: 'blue',
      driver: 'vxlan',
      subnet: '10.0.1.0/24',
      endpoints: [
        { node: 'web', link: 'eth0', address: '10.0.1.2', ports: ['8080:80/tcp'] },
        { node: 'app', link: 'eth0', address: '10.0.1.3', ports: [] },
        { node: 'db', link: 'eth0', address: '10.0.1.130', ports: [] },
      ],
    },
  ],
}

type Node = Topology['nodes'][number]
type Link = Node['links'][number]
type Peer = NonNullable<Link['peer']>

function eth0(address: string, mac: string, peer: Peer, mtu = 1500): Link {
  return { name: 'eth0', kind: 'veth', isUp: true, mtu, mac, addresses: [address], peer }
}

function bridge(name: string, address: string): Link {
  const mac = '02:42:0a:00:01:01'
  return { name, kind: 'bridge', isUp: true, mtu: 1450, mac, addresses: [address] }
}

function port(name: string, master: string, peer: Peer): Link {
  return { name, kind: 'veth', isUp: true, mtu: 1500, addresses: [], master, peer }
}

function vxlan(local: string, remote: string): Link {
  const tunnel = { id: 42, local, remotes: [remote], isStandIn: false }
  const kind = 'vxlan'
  return { name: 'vxlan42', kind, isUp: true, mtu: 1450, addresses: [], master: 'blue', tunnel }
}

function container(id: string, host: string, address: string): Node {
  const mac = `02:42:0a:00:01:${address.length.toString(16).padStart(2, '0')}`
  return {
    id,
    label: id,
    kind: 'container',
    host,
    isSharing: false,
    links: [eth0(address, mac, { node: host, link: id }, 1450)],
    routes: [`default via ${host === 'alpha' ? '10.0.1.1' : '10.0.1.129'} dev eth0`],
    nat: [],
  }
}

/** An ICMP echo request from 10.0.1.2 to 10.0.1.130 that carries nothing, on Ethernet. */
const frame = Buffer.from([
  // Ethernet: to, from, IPv4
  0x02, 0x42, 0x0a, 0x00, 0x01, 0x82, 0x02, 0x42, 0x0a, 0x00, 0x01, 0x02, 0x08, 0x00,
  // IPv4: 28 bytes, DF, TTL 64, ICMP, checksum
  0x45, 0x00, 0x00, 0x1c, 0x00, 0x01, 0x40, 0x00, 0x40, 0x01, 0x24, 0x5d,
  // from, to
  0x0a, 0x00, 0x01, 0x02, 0x0a, 0x00, 0x01, 0x82,
  // ICMP: echo request, checksum, id 1, sequence 1
  0x08, 0x00, 0xf7, 0xfd, 0x00, 0x01, 0x00, 0x01,
])

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) buffer.writeUInt32LE(value, i * 4)
  return buffer
}

/** A pcap file of that frame: header of version 2.4, Ethernet; one record. */
const pcap = Buffer.concat([
  words(0xa1b2c3d4, 0x0004_0002, 0, 0, 65_535, 1),
  words(1_767_268_800, 250_000, frame.length, frame.length),
  frame,
]).toString('base64')

export const captured = {
  packets: [
    {
      atMs: 0,
      lengthBytes: frame.length,
      text: 'IP 10.0.1.2 > 10.0.1.130: ICMP echo request, id 1, seq 1, length 8',
    },
  ],
  pcap,
  omittedPackets: 0,
}

import type { TopologySeen } from '../../../src/runner/events.ts'

type Node = TopologySeen['nodes'][number]
type Link = Node['links'][number]

const link = (name: string, kind: string, more: Partial<Link> = {}): Link => ({
  name,
  kind,
  isUp: true,
  mtu: 1500,
  addresses: [],
  ...more,
})

export const node = (id: string, kind: Node['kind'], more: Partial<Node> = {}): Node => ({
  id,
  label: id,
  kind,
  isSharing: false,
  links: [],
  routes: [],
  nat: [],
  ...more,
})

/** What there is after each line of a document that builds a bridge by hand. */
export function growing(): TopologySeen['nodes'][] {
  const eth0 = link('eth0', 'veth', { addresses: ['172.22.36.202/20'] })
  const br = (isUp: boolean) => link('br01', 'bridge', { isUp, addresses: ['192.168.88.1/24'] })
  const port = (n: number) =>
    link(`br-veth0${n}`, 'veth', { master: 'br01', peer: { node: `ns0${n}`, link: `veth0${n}` } })
  const inside = (n: number, addresses: string[]) =>
    node(`ns0${n}`, 'container', {
      host: 'host',
      links: [
        link(`veth0${n}`, 'veth', { addresses, peer: { node: 'host', link: `br-veth0${n}` } }),
      ],
      ...(addresses.length === 0 ? {} : { routes: ['default via 192.168.88.1 dev veth01'] }),
    })
  const address = (n: number) => [`192.168.88.1${n}/24`]
  return [
    [node('host', 'host', { links: [eth0, br(false)] })],
    [node('host', 'host', { links: [eth0, br(true)] })],
    [node('host', 'host', { links: [eth0, br(true), port(1)] }), inside(1, [])],
    [node('host', 'host', { links: [eth0, br(true), port(1)] }), inside(1, address(1))],
    [
      node('host', 'host', { links: [eth0, br(true), port(1), port(2)] }),
      inside(1, address(1)),
      inside(2, address(2)),
    ],
    [
      node('host', 'host', {
        links: [eth0, br(true), port(1), port(2)],
        nat: ['-A POSTROUTING -s 192.168.88.0/24 -j MASQUERADE'],
      }),
      inside(1, address(1)),
      inside(2, address(2)),
    ],
  ]
}

import type { LinkDetails } from '../../kernel/netlink/link-details.ts'
import { knownDevice, type KnownDevice } from '../../kernel/packet-device/known-devices.ts'
import type { OtherEnds } from './other-ends.ts'
import type { SeenNamespace } from './seen-namespace.ts'
import type { TopologyLink, TopologyTunnel } from './topology.ts'

/** Every namespace's `lo` has these, and no more. */
const loopback = new Set(['127.0.0.1/8', '::1/128'])
/**
 * What a kernel with tunnels puts into every namespace, for packets that no tunnel of the node is
 * for (ip_tunnel_init_net; net.core.fb_tunnels_only_for_init_net).
 */
const fallbacks = new Set([
  'tunl0',
  'gre0',
  'gretap0',
  'erspan0',
  'sit0',
  'ip_vti0',
  'ip6_vti0',
  'ip6tnl0',
  'ip6gre0',
])
/** Links that are on another one. */
const stacked = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan'])

const unique = (addresses: readonly (string | undefined)[]) => [
  ...new Set(addresses.filter(address => address !== undefined)),
]

/**
 * Where a device sends to that has no remote of its own: a VXLAN device by its FDB, a GRE device by
 * its neighbours, an IPIP device by the gateways of its routes.
 */
function remotesOf(here: SeenNamespace, { index, kind, name }: LinkDetails): string[] {
  if (kind === 'vxlan') {
    return unique(here.fdb.filter(entry => entry.index === index).map(({ dst }) => dst))
  }
  const word = ` dev ${name}`
  const gateways =
    kind === 'ipip'
      ? here.routes
          .filter(route => `${route} `.includes(`${word} `))
          .map(route => /\bvia (\S+)/.exec(route)?.[1])
      : []
  const neighbours = here.neighbours
    .filter(entry => kind === 'gre' && entry.index === index)
    .map(({ mac }) => mac)
  return unique([...gateways, ...neighbours.filter(address => address !== '')])
}

function tunnelOf(
  here: SeenNamespace,
  link: LinkDetails,
  known: KnownDevice | undefined,
): TopologyTunnel | undefined {
  if (known !== undefined) {
    if (known.kind === 'tun') return undefined
    const { id, local, remotes = [] } = known
    return {
      ...(id === undefined ? {} : { id }),
      ...(local === undefined ? {} : { local }),
      remotes: [...remotes],
      isStandIn: true,
    }
  }
  if (link.tunnel === undefined) return undefined
  const { remote, ...ids } = link.tunnel
  return { ...ids, remotes: unique([remote, ...remotesOf(here, link)]), isStandIn: false }
}

function peerOf(here: SeenNamespace, link: LinkDetails, ends: OtherEnds): Partial<TopologyLink> {
  const other = ends.of(here, link)
  if (other === undefined) return {}
  const node = other.there.netns.name
  if (link.kind === 'veth') return { peer: { node, link: other.link.name } }
  if (!stacked.has(link.kind)) return {}
  const elsewhere = other.there === here ? {} : { parentNode: node }
  return { parent: other.link.name, ...elsewhere }
}

/** Of a tunnel the kernel gives its local address as that; `lo` has zeros. */
function hasMac({ index, mac }: LinkDetails, known: KnownDevice | undefined): boolean {
  return index !== 1 && known?.isEthernet !== false && /^\w\w(:\w\w){5}$/.test(mac)
}

function topologyLink(here: SeenNamespace, link: LinkDetails, ends: OtherEnds): TopologyLink {
  const known = knownDevice(here.netns, link.index)
  const nameOf = (index: number | undefined) =>
    here.links.find(other => other.index === index)?.name
  const master = nameOf(link.master)
  const parent = known?.parent === undefined ? undefined : nameOf(known.parent)
  const tunnel = tunnelOf(here, link, known)
  return {
    name: link.name,
    kind: known?.kind ?? (link.index === 1 && link.kind === '' ? 'lo' : link.kind),
    isUp: link.isUp,
    mtu: link.mtu,
    ...(hasMac(link, known) ? { mac: link.mac } : {}),
    addresses: here.addresses
      .filter(({ index, scope }) => index === link.index && scope !== 'link')
      .map(({ prefix }) => prefix),
    ...(master === undefined ? {} : { master }),
    ...(known === undefined ? peerOf(here, link, ends) : {}),
    ...(parent === undefined ? {} : { parent }),
    ...(tunnel === undefined ? {} : { tunnel }),
  }
}

/** Whether somebody made it, or does something with it. */
function isUsed({ kind, name, isUp, addresses }: TopologyLink): boolean {
  if (kind === 'lo') return addresses.some(prefix => !loopback.has(prefix))
  return !fallbacks.has(name) || isUp || addresses.length > 0
}

/** The links of a namespace, without those that are in every one and that nobody uses. */
export function topologyLinks(here: SeenNamespace, ends: OtherEnds): TopologyLink[] {
  return here.links.map(link => topologyLink(here, link, ends)).filter(isUsed)
}

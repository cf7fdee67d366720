import type { Topology, TopologyLink, TopologyNode } from '../../../runner/events.ts'

/** A device that sends through an underlay. */
export interface TunnelEnd {
  node: TopologyNode
  link: TopologyLink
}

/** What joins its ends, each with each. */
export interface Tunnel {
  title: string
  ends: TunnelEnd[]
  isStandIn: boolean
}

/** 224.0.0.0/4 and ff00::/8. */
const isMulticast = (address: string) => /^(22[4-9]|23\d)\.|^ff[0-9a-f]{2}:/i.test(address)
const bare = (address: string) => address.replace(/\/\d+$/, '')

function title({ kind, tunnel }: TopologyLink): string {
  const id = tunnel?.id
  if (id === undefined) return kind.toUpperCase()
  return kind === 'vxlan' ? `VXLAN ${id}` : `${kind.toUpperCase()} ${id}`
}

function endsOf({ nodes }: Topology): TunnelEnd[] {
  return nodes.flatMap(node =>
    node.links
      // A VLAN's tag is on the wire itself.
      .filter(({ kind, tunnel }) => kind !== 'vlan' && (tunnel?.remotes.length ?? 0) > 0)
      .map(link => ({ node, link })),
  )
}

const isOf = (end: TunnelEnd, address: string) =>
  end.link.tunnel?.local === undefined
    ? end.node.links.some(({ addresses }) => addresses.some(own => bare(own) === address))
    : end.link.tunnel.local === address

/** By the address that it sends to, or by the group that both are in. */
function sendsTo(end: TunnelEnd, other: TunnelEnd): boolean {
  if (other.node === end.node || other.link.kind !== end.link.kind) return false
  if (other.link.tunnel?.id !== end.link.tunnel?.id) return false
  const remotes = end.link.tunnel?.remotes ?? []
  return remotes.some(remote =>
    isMulticast(remote)
      ? other.link.tunnel?.remotes.includes(remote) === true
      : isOf(other, remote),
  )
}

/**
 * Those that it sends to and that send back. A host may have a device for each other host, all from
 * one address: which of them is meant, the way back says. Where none sends back, all may be meant.
 */
function partnersOf(end: TunnelEnd, ends: readonly TunnelEnd[]): TunnelEnd[] {
  const meant = ends.filter(other => sendsTo(end, other))
  const mutual = meant.filter(other => sendsTo(other, end))
  const known = new Set(mutual.map(({ node }) => node))
  return [...mutual, ...meant.filter(({ node }) => !known.has(node))]
}

/** Where everybody reaches everybody it is one tunnel, otherwise one for each pair. */
export function tunnelsOf(topology: Topology): Tunnel[] {
  const ends = endsOf(topology)
  const partners = new Map(ends.map(end => [end, new Set<TunnelEnd>()]))
  for (const end of ends) {
    for (const other of partnersOf(end, ends)) {
      partners.get(end)?.add(other)
      partners.get(other)?.add(end)
    }
  }
  const tunnels: Tunnel[] = []
  const done = new Set<TunnelEnd>()
  for (const end of ends) {
    if (done.has(end)) continue
    const members = new Set([end])
    for (const member of members) for (const one of partners.get(member) ?? []) members.add(one)
    for (const member of members) done.add(member)
    const isMesh = [...members].every(one => partners.get(one)?.size === members.size - 1)
    if (members.size > 1) tunnels.push(...(isMesh ? [tunnelOf([...members])] : pairs(members)))
  }
  return tunnels

  function pairs(members: ReadonlySet<TunnelEnd>): Tunnel[] {
    const all = [...members]
    return all.flatMap((one, i) =>
      all
        .slice(i + 1)
        .filter(other => partners.get(one)?.has(other))
        .map(other => tunnelOf([one, other])),
    )
  }
}

function tunnelOf(ends: TunnelEnd[]): Tunnel {
  const [first] = ends
  return {
    title: first === undefined ? '' : title(first.link),
    ends,
    isStandIn: ends.some(({ link }) => link.tunnel?.isStandIn === true),
  }
}

import type { Netns } from '../../kernel/netns.ts'
import type { Container } from '../container.ts'
import { Host } from '../host.ts'
import type { Lab } from '../lab.ts'
import { natRules } from './nat-rules.ts'
import { OtherEnds } from './other-ends.ts'
import { read, seenNamespace, type SeenNamespace } from './seen-namespace.ts'
import { topologyLinks } from './topology-link.ts'
import { topologyNetworks } from './topology-networks.ts'
import type { Topology, TopologyNode } from './topology.ts'

type Place = Pick<TopologyNode, 'label' | 'kind' | 'host'> & { netns: Netns }

/** Segments, then hosts and containers, each in the order in which they were made. */
function placesOf(lab: Lab): Place[] {
  const segments = lab.segments.map(({ label, netns }) => ({
    label,
    netns,
    kind: 'segment' as const,
  }))
  const nodes = lab.nodes.map(node => {
    const { label, netns } = node
    if (node instanceof Host) return { label, netns, kind: 'host' as const }
    const host = (node as Container).host.netns.name
    return { label, netns, kind: 'container' as const, host }
  })
  return [...segments, ...nodes]
}

async function nodeOf(
  { netns, ...place }: Place,
  seen: SeenNamespace | undefined,
  ends: OtherEnds,
): Promise<TopologyNode> {
  return {
    id: netns.name,
    ...place,
    isSharing: netns.shares !== undefined,
    links: seen === undefined ? [] : read(() => topologyLinks(seen, ends), []),
    routes: [...(seen?.routes ?? [])],
    nat: seen === undefined ? [] : await natRules(netns).catch(() => []),
  }
}

/**
 * What a lab is made of now, as the kernel has it: links, addresses, routes, tunnels, NAT of every
 * node and of the segments' switches; and the networks that were created in it. A container that
 * shares its host's namespace has nothing of its own.
 *
 * Of a lab that is half made or half broken, what cannot be read is left out: this never throws.
 */
export async function topologyOf(lab: Lab): Promise<Topology> {
  const places = placesOf(lab)
  const seen = new Map(
    places
      .filter(({ netns }) => netns.shares === undefined && !netns.isClosed)
      .map(({ netns }) => [netns, seenNamespace(netns)]),
  )
  const ends = new OtherEnds([...seen.values()])
  return {
    nodes: await Promise.all(places.map(place => nodeOf(place, seen.get(place.netns), ends))),
    networks: read(() => topologyNetworks(lab), []),
  }
}

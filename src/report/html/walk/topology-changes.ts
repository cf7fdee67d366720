import type { Topology, TopologyLink, TopologyNode } from '../../../runner/events.ts'

const MOST = 8

const ofLink = (node: string, { name, kind, isUp, addresses, master }: TopologyLink): string[] => [
  `${node}: ${name} (${kind})`,
  ...addresses.map(address => `${node}: ${address} on ${name}`),
  ...(isUp ? [`${node}: ${name} is up`] : []),
  ...(master === undefined ? [] : [`${node}: ${name} is a port of ${master}`]),
]

const ofNode = ({ label, kind, links, routes, nat }: TopologyNode): string[] => [
  `${label} (${kind})`,
  ...links.flatMap(link => ofLink(label, link)),
  ...routes.map(route => `${label}: route ${route}`),
  ...nat.map(rule => `${label}: ${rule}`),
]

/** What a later topology has that an earlier has not, `+ `, and the other way round, `− `. */
export function topologyChanges(before: Topology | undefined, after: Topology): string[] {
  if (before === undefined) return []
  const [old, now] = [before, after].map(({ nodes }) => new Set(nodes.flatMap(ofNode)))
  const added = [...now!].filter(fact => !old!.has(fact)).map(fact => `+ ${fact}`)
  const gone = [...old!].filter(fact => !now!.has(fact)).map(fact => `− ${fact}`)
  const all = [...added, ...gone]
  const left = all.length - MOST
  return left > 0 ? [...all.slice(0, MOST), `and ${left} more`] : all
}

import type { Topology, TopologyNode } from '../../../runner/events.ts'

/** Where each host and segment is, from left to right; a host left of its segment is one less. */
export type Places = ReadonlyMap<string, number>

/** The host of a container; a host, a segment, or a container that is nobody's stands on its own. */
export function standsOn(node: TopologyNode, nodes: ReadonlyMap<string, TopologyNode>): string {
  if (node.kind !== 'container' || node.host === undefined) return node.id
  return nodes.get(node.host)?.kind === 'host' ? node.host : node.id
}

function neighbours({ nodes }: Topology): Map<string, Set<string>> {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const found = new Map<string, Set<string>>()
  for (const node of nodes) {
    const own = standsOn(node, byId)
    if (!found.has(own)) found.set(own, new Set())
    for (const { peer } of node.links) {
      const other = peer === undefined ? undefined : byId.get(peer.node)
      const there = other === undefined ? own : standsOn(other, byId)
      if (there === own) continue
      found.set(own, (found.get(own) ?? new Set()).add(there))
      found.set(there, (found.get(there) ?? new Set()).add(own))
    }
  }
  return found
}

/** Steps from `start` to everything that it is joined with. */
function distances(start: string, next: (id: string) => Iterable<string>): Map<string, number> {
  const found = new Map([[start, 0]])
  for (const [id, distance] of found) {
    for (const other of next(id)) if (!found.has(other)) found.set(other, distance + 1)
  }
  return found
}

const farthest = (found: ReadonlyMap<string, number>) =>
  [...found].reduce((best, one) => (one[1] > best[1] ? one : best))[0]

/** Of the two ends of everything that is joined with `id`, the one that was made first. */
function firstEnd(id: string, next: (id: string) => Iterable<string>, all: string[]): string {
  const one = farthest(distances(id, next))
  const other = farthest(distances(one, next))
  return all.indexOf(other) < all.indexOf(one) ? other : one
}

/** Those with one neighbour go where there is room: to the outer side, or half to either. */
function placeLeaves(
  around: readonly string[],
  leaves: readonly string[],
  { at, places, weight }: { at: number; places: Map<string, number>; weight: Map<string, number> },
): void {
  const hasLeft = around.some(id => (places.get(id) ?? at) < at)
  const hasRight = around.some(id => (places.get(id) ?? at) > at)
  const weightOf = (id: string) => weight.get(id) ?? 1
  const total = leaves.reduce((sum, id) => sum + weightOf(id), 0)
  let used = 0
  for (const id of leaves) {
    const isInFirstHalf = used + weightOf(id) / 2 <= total / 2
    used += weightOf(id)
    const isLeft = hasLeft === hasRight ? isInFirstHalf : hasRight
    places.set(id, isLeft ? at - 1 : at + 1)
  }
}

/**
 * Routers between segments make a row from one end to the other; the hosts of a segment stand on
 * both sides of it, as many on each.
 */
export function placesOf(topology: Topology): Places {
  const joined = neighbours(topology)
  const weight = new Map<string, number>()
  const byId = new Map(topology.nodes.map(node => [node.id, node]))
  for (const node of topology.nodes) {
    const own = standsOn(node, byId)
    weight.set(own, (weight.get(own) ?? 0) + 1)
  }
  const of = (id: string) => [...(joined.get(id) ?? [])]
  const isInner = (id: string) => of(id).length > 1
  const places = new Map<string, number>()
  for (const id of joined.keys()) {
    if (places.has(id)) continue
    const inner = [...distances(id, of).keys()].find(isInner)
    if (inner === undefined) {
      // One alone, or a pair.
      const isLast = byId.get(id)?.kind === 'segment'
      places.set(id, isLast ? 1 : 0)
      for (const other of of(id)) places.set(other, isLast ? 0 : 1)
      continue
    }
    const next = (one: string) => of(one).filter(isInner)
    const row = distances(firstEnd(inner, next, [...joined.keys()]), next)
    for (const [one, place] of row) places.set(one, place)
    for (const [one, at] of row) {
      const leaves = of(one).filter(other => !isInner(other))
      placeLeaves(next(one), leaves, { at, places, weight })
    }
  }
  return places
}

import type { Topology, TopologyLink, TopologyNode } from '../../runner/events.ts'
import { Atlas } from './plan/atlas.ts'
import type { Box, Plan } from './box.ts'
import { boxOf } from './plan/host-boxes.ts'
import { titleRow } from './plan/title-row.ts'
import { tunnelsOf, type Tunnel } from './plan/tunnels.ts'
import { oneLine } from './visible.ts'
import { Wiring } from './plan/wiring.ts'

const nameOf = (node: TopologyNode | undefined, link: string) =>
  oneLine(`${node?.label ?? '?'} ${link}`)

/** Both ends of a veth pair say so; the first of them wires it. */
function wirePair(node: TopologyNode, link: TopologyLink, atlas: Atlas, wiring: Wiring): void {
  const { peer } = link
  if (peer === undefined) return
  const there = atlas.node(peer.node)
  const other = there?.links.find(({ name }) => name === peer.link)
  const isSaidByBoth = other?.peer?.node === node.id && other.peer.link === link.name
  const isSecond =
    isSaidByBoth && JSON.stringify([peer.node, peer.link]) < JSON.stringify([node.id, link.name])
  const [one, end] = [wiring.endOf(node.id, link.name), wiring.endOf(peer.node, peer.link)]
  if (isSecond || one === undefined || end === undefined || one === end) return
  wiring.connect('veth', one, end, {
    isDown: !link.isUp || other?.isUp === false,
    hint: `${nameOf(node, link.name)} — ${nameOf(there, peer.link)}`,
  })
}

/** A link that has a box of its own, to its bridge or to the link that it is on. */
function wireWithin(node: TopologyNode, link: TopologyLink, atlas: Atlas, wiring: Wiring): void {
  const own = wiring.endOf(node.id, link.name)
  if (own === undefined) return
  const { master, parent } = link
  // A macvlan device moves into its container, and may be called what its parent is called.
  const isOnOwn = node.links.some(({ name }) => name === parent && name !== link.name)
  const place = isOnOwn ? node.id : atlas.hostOf(node)
  const on = [
    master === undefined ? undefined : wiring.endOf(node.id, master),
    parent === undefined ? undefined : wiring.endOf(place, parent),
  ]
  for (const end of on) {
    if (end === undefined || end.box === own.box) continue
    const { label: _, ...place } = end
    wiring.connect('port', own, place, { isDown: !link.isUp, hint: nameOf(node, link.name) })
  }
}

function tunnelBox(tunnel: Tunnel, atlas: Atlas, wiring: Wiring): Box {
  const { title, ends, isStandIn } = tunnel
  const hosts = ends.length > 2 ? `${ends.length} ends` : undefined
  const said = isStandIn ? [{ parts: [{ text: 'stand-in', tone: 'dim' as const }] }] : []
  const hint = ends.map(({ node, link }) => nameOf(node, link.name)).join('\n')
  const box = wiring.box('tunnel', [titleRow(title, hosts), ...said], hint)
  const place = atlas.tunnelPlace(ends.map(({ node }) => node))
  for (const { node, link } of ends) {
    const end = wiring.endOf(node.id, link.name)
    const hint = `${nameOf(node, link.name)}: ${title}`
    if (end !== undefined) {
      wiring.connect('tunnel', end, { box: box.id, place }, { isDown: !link.isUp, hint })
    }
  }
  return box
}

/** What is drawn of a topology. What contradicts itself in it is left out: it was read, not made up. */
export function planOf(topology: Topology): Plan {
  const atlas = new Atlas(topology)
  const wiring = new Wiring()
  const standing = atlas.standing().map(node => boxOf(node, atlas, wiring))
  for (const node of topology.nodes) {
    for (const link of node.links) {
      wirePair(node, link, atlas, wiring)
      wireWithin(node, link, atlas, wiring)
    }
  }
  const tunnels = tunnelsOf(topology).map(tunnel => tunnelBox(tunnel, atlas, wiring))
  return { boxes: [...standing, ...tunnels], wires: wiring.wires }
}

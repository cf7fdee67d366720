import type { Topology, TopologyLink, TopologyNode } from '../../runner/events.ts'
import { rowText } from './box.ts'
import { linkRows } from './plan/link-row.ts'
import { natText } from './plan/nat-row.ts'
import { oneLine } from './visible.ts'

const KINDS = ['host', 'container', 'segment'] as const

/** `2 hosts, 3 containers, 1 segment` */
export function summaryOf({ nodes }: Topology): string {
  const counts = KINDS.map(kind => [kind, nodes.filter(node => node.kind === kind).length] as const)
  const said = counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`)
  return said.length === 0 ? 'nothing' : said.join(', ')
}

/** The other end has the address, and says where it is. */
const isBarePort = ({ kind, master, addresses }: TopologyLink) =>
  kind === 'veth' && master !== undefined && addresses.length === 0

function nodeLine(node: TopologyNode, labels: ReadonlyMap<string, string>): string {
  const on = node.host === undefined ? '' : ` on ${labels.get(node.host) ?? node.host}`
  const links = node.links
    .filter(link => !isBarePort(link))
    .map(link => linkRows(link).map(rowText).join(' '))
  const said = [...(node.isSharing ? ['its host’s own network'] : links), ...node.nat.map(natText)]
  return oneLine(`${node.label}, ${node.kind}${on}: ${said.join('; ')}`)
}

/** A line for each node: what those hear who do not see the drawing. */
export function descriptionOf({ nodes }: Topology): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]))
  return nodes
    .filter(({ kind }) => kind !== 'segment')
    .map(node => nodeLine(node, labels))
    .join('\n')
}

import type { Topology, TopologyLink, TopologyNode } from '../../../src/lab/observe/topology.ts'

/** A node of a topology; the test ends here when there is none. */
export function nodeOf({ nodes }: Topology, id: string): TopologyNode {
  const found = nodes.find(node => node.id === id)
  if (found === undefined) throw new Error(`no node ${id}`)
  return found
}

/** A link of one of its nodes. */
export function linkOf(topology: Topology, node: string, name: string): TopologyLink {
  const found = nodeOf(topology, node).links.find(link => link.name === name)
  if (found === undefined) throw new Error(`no link ${name} of ${node}`)
  return found
}

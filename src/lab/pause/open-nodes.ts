import type { Netns } from '../../kernel/netns.ts'
import {
  closeNamespaces,
  openNamespaces,
  type OpenNamespaces,
} from '../../kernel/open-namespaces.ts'
import { hostsFile } from '../hosts-file.ts'
import type { Lab } from '../lab.ts'

/** What somebody can look around on: a node, or the switch of a segment. */
export interface Enterable {
  /** Unique in a lab; the node's host name. */
  name: string
  label: string
  kind: 'host' | 'container' | 'segment'
}

export type EnterableHere = Enterable & { netns: Netns }

/** Hosts and containers, then segments, each in the order in which they were made. */
export function enterables(lab: Lab): EnterableHere[] {
  const nodes = lab.nodes.map(node => {
    node.netns.setHosts(hostsFile(node))
    return { node, kind: 'host' in node ? ('container' as const) : ('host' as const) }
  })
  const segments = lab.segments.map(node => ({ node, kind: 'segment' as const }))
  return [...nodes, ...segments].map(({ node: { label, netns }, kind }) => {
    return { name: netns.name, label, kind, netns }
  })
}

/** One of them, and descriptors of this process by which others enter it. */
export type OpenNode = Enterable & OpenNamespaces

/** The nodes of a lab that waits: all their namespaces are there, with host name and /etc/hosts. */
export class OpenNodes implements Disposable {
  readonly all: OpenNode[] = []
  /** What kept nodes from being opened: `"web": could not mount …`. */
  readonly refusals: string[] = []

  constructor(lab: Lab) {
    for (const { netns, ...node } of enterables(lab)) {
      try {
        this.all.push({ ...node, ...netns.inside(openNamespaces) })
      } catch (error) {
        this.refusals.push(`"${node.label}": ${(error as Error).message}`)
      }
    }
  }

  [Symbol.dispose](): void {
    for (const node of this.all.splice(0)) closeNamespaces(node)
  }
}

import type { TopologyNode } from '../../../runner/events.ts'
import { rowText, type Row } from '../box.ts'
import { linkRows } from './link-row.ts'
import { shorten } from '../text-size.ts'
import { visible } from '../visible.ts'

const LABEL_COLUMNS = 32

/** The first line of a box: its name, and what it is. */
export function titleRow(label: string, what?: string): Row {
  const kind = what === undefined ? [] : [{ text: what, tone: 'dim' as const }]
  return { parts: [{ text: shorten(label, LABEL_COLUMNS), tone: 'title' }, ...kind] }
}

/** All that there is to say about a node. */
export function hintOf(node: TopologyNode): string {
  const links = node.links.flatMap(link => linkRows(link).map(rowText))
  return visible([node.label, ...links, ...node.routes, ...node.nat].join('\n'))
}

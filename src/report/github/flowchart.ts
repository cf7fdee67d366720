import type { TopologySeen } from '../../runner/events.ts'
import { rowText, type Box, type Plan, type Wire, type WireKind } from '../drawing/box.ts'
import { oneLine } from '../drawing/visible.ts'
import { planOf } from '../drawing/plan.ts'

/** Mermaid draws no more than 50 000 characters and 500 lines; a page can read less. */
const LONGEST = 40_000
const MOST_WIRES = 300

/**
 * Everything but letters, digits and what is plain in addresses becomes one of Mermaid's own
 * entities; a full stop or a dash only where Mermaid before 11.12 takes it for a list, and draws
 * an error instead.
 */
const SPECIAL = /[!-,:-@[-`{-~]|^[-.]|\.(?=\s)/g

const label = (text: string) =>
  oneLine(text).replace(SPECIAL, character => `#${character.charCodeAt(0)};`)

const SHAPES: Readonly<Record<Box['kind'], readonly [string, string]>> = {
  host: ['[', ']'],
  container: ['(', ')'],
  segment: ['([', '])'],
  bridge: ['[', ']'],
  routing: ['[', ']'],
  device: ['[', ']'],
  tunnel: ['{{', '}}'],
}

/** `~~~` is not drawn: it keeps what it joins in order. */
const WIRES: Readonly<Record<WireKind, string>> = {
  veth: '---',
  port: '---',
  tunnel: '-.-',
  order: '~~~',
}

const quoted = (rows: Box['rows']) =>
  `"${rows.map(row => label(rowText(row)) || ' ').join('<br>')}"`

/** A box of boxes is a subgraph; its title is one line, and what else it says stands inside. */
function boxLines({ id, kind, rows, children }: Box): string[] {
  const [open, close] = SHAPES[kind]
  if (children.length === 0) return [`${id}${open}${quoted(rows)}${close}`]
  const [title, ...said] = rows
  return [
    `subgraph ${id}[${quoted(title === undefined ? [] : [title])}]`,
    ...(said.length === 0 ? [] : [`  ${id}said>${quoted(said)}]`]),
    ...children.flatMap(boxLines).map(line => `  ${line}`),
    'end',
  ]
}

/** Names of ports would crowd the lines: each container's own is its name. */
function wireLine({ kind, left, right, isDown }: Wire): string {
  const wire = isDown && kind !== 'order' ? `${WIRES[kind]}|down|` : WIRES[kind]
  return `${left.box} ${wire} ${right.box}`
}

function tunnelBoxes({ boxes }: Plan): Box[] {
  return boxes.filter(({ kind }) => kind === 'tunnel')
}

/** What was built, for Mermaid; nothing when it would be too much for it. */
export function flowchart(topology: Pick<TopologySeen, 'nodes' | 'networks'>): string | undefined {
  const plan = planOf(topology)
  if (plan.boxes.length === 0 || plan.wires.length > MOST_WIRES) return undefined
  const dashed = tunnelBoxes(plan).map(({ id }) => `style ${id} stroke-dasharray: 5 5`)
  const lines = [...plan.boxes.flatMap(boxLines), ...plan.wires.map(wireLine), ...dashed]
  const text = `flowchart LR\n${lines.map(line => `  ${line}\n`).join('')}`
  return text.length > LONGEST ? undefined : text
}

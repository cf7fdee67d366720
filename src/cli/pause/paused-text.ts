import { explain } from '../../errors.ts'
import { coloursOf, colourLevel, type ColouredOutput } from '../../report/terminal/colours.ts'
import { indented, shown, shownName } from '../../report/terminal/shown.ts'
import { entryLine, type EnterableNode } from '../../runner/pause-entry.ts'
import type { Pause } from '../../runner/pauses.ts'

/** So many ways in are shown at once; `nodes` has all. */
const MOST_NODES = 10

/** What a person calls it: the name that is typed, and the label where that is another. */
function row({ name, label, kind }: EnterableNode, width: number): string {
  const also = label === name ? '' : ` ${shownName(label)}`
  return `${name.padEnd(width)}  ${kind}${also}`
}

/** Each node, and what to type in another terminal for a shell on it. */
export function nodesText(nodes: readonly EnterableNode[], output: ColouredOutput): string {
  if (nodes.length === 0) return 'the lab has no nodes yet\n'
  const { bold, dim } = coloursOf(colourLevel(output, process.env))
  const width = Math.max(...nodes.map(({ name }) => name.length))
  return nodes.map(node => `${bold(row(node, width))}\n  ${dim(entryLine(node))}\n`).join('')
}

/** What a person reads first: where it waits, why, and how to get in. */
export function pausedText(pause: Pause, output: ColouredOutput): string {
  const { scenario, file, at, why, nodes } = pause
  const { bold, dim, red } = coloursOf(colourLevel(output, process.env))
  const heading = `${bold(`paused: ${shownName(scenario)}`)} ${dim(shownName(at ?? file))}\n`
  const failure = why === undefined ? '' : `${indented(red(shown(explain(why))), 2)}\n`
  const left = nodes.length - MOST_NODES
  const more = left > 0 ? `and ${left} more: "nodes" shows all\n` : ''
  const entries = indented(nodesText(nodes.slice(0, MOST_NODES), output) + more, 2)
  const advice = 'NODE is a shell on it, NODE COMMAND runs it there; continue, abort, help'
  return `\n${heading}${failure}\n${dim('to enter a node from another terminal:')}\n${entries}\n${dim(advice)}\n`
}

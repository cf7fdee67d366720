import { UsageError } from '../../errors.ts'
import { Node } from '../../lab/node.ts'
import type { Protocol } from '../../firewall/firewall.ts'

/**
 * Who is expected to reach whom: every pair, no pair, a rule, or a table with the names of those
 * whom each one reaches.
 */
export type Reachability<N extends Node = Node> =
  'all' | 'none' | ((from: N, to: N) => boolean) | Readonly<Record<string, readonly (string | N)[]>>

export interface MatrixOptions {
  /** Asks this port of each node. Default: ping. */
  port?: number
  /** Of the port. Default `tcp`. */
  protocol?: Protocol
  /** Milliseconds that an expected answer may take. Default 1000. */
  timeoutMs?: number
  /** Milliseconds for which the others must stay silent. Default 300. */
  windowMs?: number
  /** Looks again until all is as expected, or this many milliseconds have passed. */
  deadlineMs?: number
}

/** One of two nodes, an ordered pair, and what is expected of it. */
export interface Pair {
  from: Node
  to: Node
  isExpected: boolean
}

const invalid = (message: string, hint: string) =>
  new UsageError(message, { code: 'TNET_MATRIX_INVALID', hint })

/** A name for each node that no other of them has: the label where that does. */
export function namesOf(nodes: readonly Node[]): Map<Node, string> {
  const labels = nodes.map(({ label }) => label)
  const isOnly = (label: string) => labels.indexOf(label) === labels.lastIndexOf(label)
  return new Map(nodes.map(node => [node, isOnly(node.label) ? node.label : String(node)]))
}

function checkNodes(nodes: readonly Node[]): void {
  if (!Array.isArray(nodes) || !nodes.every(node => node instanceof Node)) {
    throw invalid('expectMatrix takes a list of nodes', 'expectMatrix([web, app, db], "all")')
  }
  if (nodes.length < 2) {
    throw invalid(`${nodes.length} nodes have nobody to reach`, 'give two nodes or more')
  }
  if (new Set(nodes).size < nodes.length) {
    throw invalid('a node is in the list twice', 'name each node once')
  }
  const [first] = nodes
  const stranger = nodes.find(node => node.lab !== first?.lab)
  if (stranger === undefined) return
  throw new UsageError(`"${stranger.label}" is in another lab than "${first?.label}"`, {
    code: 'TNET_TARGET_FOREIGN',
    hint: 'labs do not reach each other; use nodes of one',
  })
}

/** Reads a table: every node has a row, and every name in it is a node's. */
function ruleOf(
  table: Readonly<Record<string, readonly (string | Node)[]>>,
  names: ReadonlyMap<Node, string>,
): (from: Node, to: Node) => boolean {
  const known = [...names.values()]
  const rows = new Map(
    Object.entries(table).map(([from, row]) => [
      from,
      [row].flat().map(to => (to instanceof Node ? (names.get(to) ?? to.label) : to)),
    ]),
  )
  const stranger = [...rows.keys(), ...[...rows.values()].flat()].find(
    name => !known.includes(name),
  )
  if (stranger !== undefined) {
    throw invalid(
      `the table names "${stranger}", who is not in the list`,
      `${known.join(', ')} are`,
    )
  }
  const missing = known.find(name => !rows.has(name))
  if (missing !== undefined) {
    throw invalid(
      `the table does not say whom "${missing}" reaches`,
      `give it a row, empty for nobody: { ${JSON.stringify(missing)}: [] }`,
    )
  }
  return (from, to) => rows.get(names.get(from) ?? '')?.includes(names.get(to) ?? '') === true
}

/** All ordered pairs of different nodes, each with what is expected of it. */
export function pairsOf<N extends Node>(nodes: readonly N[], expected: Reachability<N>): Pair[] {
  checkNodes(nodes)
  const isRule = typeof expected === 'function'
  if (!isRule && expected !== 'all' && expected !== 'none' && typeof expected !== 'object') {
    throw invalid(
      `${JSON.stringify(expected)} does not say who reaches whom`,
      "say 'all', 'none', (from, to) => boolean, or { web: ['db'], db: [] }",
    )
  }
  const rule = isRule
    ? expected
    : typeof expected === 'object'
      ? (ruleOf(expected, namesOf(nodes)) as (from: N, to: N) => boolean)
      : () => expected === 'all'
  return nodes.flatMap(from =>
    nodes
      .filter(to => to !== from)
      .map(to => {
        const isExpected: unknown = rule(from, to)
        if (typeof isExpected === 'boolean') return { from, to, isExpected }
        throw invalid(
          `the rule says ${String(isExpected)} of ${from.label} and ${to.label}`,
          'it must return true or false, and not a promise',
        )
      }),
  )
}

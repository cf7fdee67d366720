import { scaled } from '../../clock.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Node } from '../../lab/node.ts'
import type { Check, Explanation } from '../check.ts'
import { checkOptions, milliseconds, oneOf, whole } from '../options.ts'
import { pairsOf, type MatrixOptions, type Pair, type Reachability } from './matrix.ts'
import { differencesText, isAsExpected, matrixText, type Probed } from './matrix-text.ts'
import { probePairs } from './probe-pairs.ts'

const demands = {
  port: whole(1, 65535),
  protocol: oneOf('tcp', 'udp'),
  timeoutMs: milliseconds,
  windowMs: milliseconds,
  deadlineMs: milliseconds,
}

function listed(nodes: readonly Node[]): string {
  const names = nodes.map(({ label }) => label)
  if (names.length <= 5) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}

function titleOf(nodes: readonly Node[], pairs: readonly Pair[], deed: string): string {
  const open = pairs.filter(({ isExpected }) => isExpected).length
  if (open === pairs.length) return `${listed(nodes)} all ${deed} each other`
  if (open === 0) return `${listed(nodes)} do not ${deed} each other`
  return `${listed(nodes)} ${deed} each other in ${open} of ${pairs.length} pairs`
}

/** The pairs that differ, and how to look at the first of them by hand. */
function explanation(
  nodes: readonly Node[],
  probed: readonly Probed[],
  { port }: MatrixOptions,
): Explanation {
  const facts = { differ: differencesText(nodes, probed) }
  const first = probed.find(each => !isAsExpected(each))
  if (first === undefined) return { facts }
  const ask = port === undefined ? 'ping -n -c 1 -W 1' : 'nc -vz -w 1'
  const what = port === undefined ? first.address : `${first.address} ${port}`
  return { facts, command: spelled(String(first.from), `${ask} ${what}`) }
}

export async function matrixCheck<N extends Node>(
  nodes: readonly N[],
  expected: Reachability<N>,
  options: MatrixOptions,
): Promise<Check> {
  checkOptions('expectMatrix', options, demands)
  const pairs = pairsOf(nodes, expected)
  const { port, protocol = 'tcp', timeoutMs = 1000, windowMs = 300 } = options
  const deed = port === undefined ? 'ping' : `reach ${protocol.toUpperCase()} port ${port} of`
  const title = titleOf(nodes, pairs, deed)
  await nodes[0]?.lab.settled()
  let last: readonly Probed[] = []
  return {
    title,
    negated: title,
    expected: 'every pair as said',
    unexpected: '',
    command: spelled(String(nodes[0]), 'ping -n -c 1 -W 1 ADDRESS'),
    look: async () => {
      const times = { timeoutMs: scaled(timeoutMs), windowMs: scaled(windowMs) }
      last = await probePairs(pairs, { ...times, port, protocol })
      const different = last.filter(each => !isAsExpected(each)).length
      if (different === 0) return { ok: true, received: `${last.length} pairs as said` }
      const differ = `${different} of ${last.length} pairs differ`
      return { ok: false, received: `${differ}\n${matrixText(nodes, last)}` }
    },
    explain: async () => explanation(nodes, last, options),
  }
}

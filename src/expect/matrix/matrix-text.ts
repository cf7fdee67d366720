import type { PingOutcome, ProbeFailure } from '../../kernel/probe-outcome.ts'
import type { ReachOutcome } from '../../kernel/reach-probe.ts'
import type { Node } from '../../lab/node.ts'
import { outcomeText } from '../outcome-text.ts'
import { namesOf, type Pair } from './matrix.ts'

export type PairOutcome = PingOutcome | ReachOutcome

/** What came of a pair. */
export interface Probed extends Pair {
  address: string
  result: PairOutcome
}

/** What differs from what was expected is a letter; the rest is a dot or a plus. */
const letters: Readonly<Record<ProbeFailure, string>> = {
  'timed out': 'T',
  refused: 'R',
  'unreachable: net': 'N',
  'unreachable: host': 'H',
  'unreachable: protocol': 'C',
  'unreachable: port': 'P',
  'unreachable: admin': 'A',
  'ttl exceeded': 'L',
  'too big': 'B',
  'no neighbour': 'M',
  'no route': 'O',
}
const EXPECTED_ANSWER = '+'
const EXPECTED_SILENCE = '.'
const UNEXPECTED_ANSWER = '!'
const MOST_DIFFERENCES = 12

export function isAnswered({ outcome }: PairOutcome): boolean {
  return outcome === 'answered' || outcome === 'connected'
}

export function isAsExpected({ isExpected, result }: Probed): boolean {
  return isAnswered(result) === isExpected
}

function cell(probed: Probed): string {
  const { result } = probed
  if (isAsExpected(probed)) return isAnswered(result) ? EXPECTED_ANSWER : EXPECTED_SILENCE
  return isAnswered(result) ? UNEXPECTED_ANSWER : (letters[result.outcome as ProbeFailure] ?? '?')
}

function legend(used: ReadonlySet<string>): string {
  const meanings: [string, string][] = [
    [EXPECTED_ANSWER, 'answered, as expected'],
    [EXPECTED_SILENCE, 'not answered, as expected'],
    [UNEXPECTED_ANSWER, 'answered, and should not'],
    ...Object.entries(letters).map(([what, letter]): [string, string] => [
      letter,
      `${what}, and should answer`,
    ]),
  ]
  return meanings
    .filter(([sign]) => used.has(sign))
    .map(([sign, meaning]) => `${sign} ${meaning}`)
    .join('\n')
}

/**
 * The whole matrix: who asks stands at the left, who is asked above.
 *
 *     from \ to  web  app  outside
 *     web          -    +        T
 */
export function matrixText(nodes: readonly Node[], probed: readonly Probed[]): string {
  const names = namesOf(nodes)
  const name = (node: Node) => names.get(node) ?? node.label
  const corner = 'from \\ to'
  const first = Math.max(corner.length, ...nodes.map(node => name(node).length))
  const cells = new Map(probed.map(each => [`${name(each.from)}\0${name(each.to)}`, cell(each)]))
  const rows = nodes.map(from => [
    name(from),
    ...nodes.map(to => (from === to ? '-' : (cells.get(`${name(from)}\0${name(to)}`) ?? '?'))),
  ])
  const table = [[corner, ...nodes.map(name)], ...rows].map(row =>
    row
      .map((text, i) =>
        i === 0 ? text.padEnd(first) : text.padStart(name(nodes[i - 1] as Node).length),
      )
      .join('  '),
  )
  return [...table, legend(new Set(cells.values()))].join('\n')
}

/** The pairs that differ, a line each: `web to db (10.0.1.3): timed out`. */
export function differencesText(nodes: readonly Node[], probed: readonly Probed[]): string {
  const names = namesOf(nodes)
  const different = probed.filter(each => !isAsExpected(each))
  const lines = different
    .slice(0, MOST_DIFFERENCES)
    .map(
      ({ from, to, address, result }) =>
        `${names.get(from)} to ${names.get(to)} (${address}): ${outcomeText(result)}`,
    )
  const left = different.length - lines.length
  return [...lines, ...(left > 0 ? [`… ${left} more`] : [])].join('\n')
}

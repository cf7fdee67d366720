import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { missingLines } from '../text/compare-text.ts'
import { compareFacts, extraDifferences, type Fact } from '../text/compare-facts.ts'
import { failureReason } from './failure.ts'

const TOOLS = /^(?:traceroute6?|tracepath6?|mtr|tracert)(?:\.\w+)?$/
/** Headings. */
const NOTHING = /^\s*$|^(?:Start: |HOST: |\s*Host\s+Loss%)/
const HOP = /^\s*(\d+)(?:\.\|--|\?:|[:.])?\s+(.*)$/
const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]*:[\da-f:]*/gi

/** Who answered at a hop, and what else than an answer it was. */
function hopFacts(number: string, text: string): Fact[] {
  const what = `hop ${number}`
  const pmtu = /pmtu (\d+)/.exec(text)?.[1]
  const facts: Fact[] = pmtu === undefined ? [] : [{ what: 'pmtu', value: pmtu, isOptional: true }]
  if (/\[?LOCALHOST\]?/.test(text)) return facts
  const refusal = /!(?:[HNPXSFVC]|\d+)/.exec(text)?.[0]
  if (refusal !== undefined) facts.push({ what: `refusal at ${what}`, value: refusal })
  const inBrackets = [...text.matchAll(/\(([\da-f.:]+)\)/gi)].map(([, address = '']) => address)
  const addresses = inBrackets.length > 0 ? inBrackets : (text.match(ADDRESS) ?? [])
  if (addresses.length > 0) {
    return [...facts, ...new Set(addresses)].map(one =>
      typeof one === 'string' ? { what, value: one } : one,
    )
  }
  if (/^(?:\*|no reply|\?\?\?)/.test(text)) return [...facts, { what, value: '*' }]
  const [name = ''] = text.split(/\s+/)
  return [...facts, { what, value: name }]
}

function readHops(lines: readonly string[]): { facts: Fact[]; last: number; unread: string[] } {
  const facts: Fact[] = []
  const unread: string[] = []
  let last = 0
  for (const line of lines) {
    const target = /^(?:traceroute|tracert)6? to (\S+) \(([^)]+)\)/.exec(line)
    const [, number, text] = HOP.exec(line) ?? []
    const problem = /^\S+: |unreachable|unknown host|not known/.test(line) && failureReason(line)
    const pmtu = /Resume: pmtu (\d+)/.exec(line)?.[1]
    if (target !== null) facts.push({ what: 'target', value: target[2] ?? '' })
    else if (number !== undefined && text !== undefined) {
      facts.push(...hopFacts(number, text))
      last = Math.max(last, Number(number))
    } else if (typeof problem === 'string') facts.push({ what: 'failure', value: problem })
    else if (pmtu !== undefined) facts.push({ what: 'pmtu', value: pmtu, isOptional: true })
    else if (!NOTHING.test(line) && !isLeftOut(line)) unread.push(line)
  }
  // A router that answers some probes of a hop and not others is there.
  const answered = new Set(facts.filter(({ value }) => value !== '*').map(({ what }) => what))
  return {
    facts: facts.filter(({ what, value }) => value !== '*' || !answered.has(what)),
    last,
    unread,
  }
}

const hopNumber = ({ what }: Fact) => Number(/^hop (\d+)$/.exec(what)?.[1] ?? 0)

/** `traceroute`, `tracepath`, `mtr -r`: which routers are on the way; how far away they are is nothing. */
export function hops({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  if (!TOOLS.test(command.program)) return undefined
  const wanted = readHops(shown)
  const lines = plainLines(seen)
  const given = readHops(lines)
  if (wanted.facts.length === 0) return undefined
  const { differences, extra } = compareFacts(wanted.facts, given.facts)
  const isOver = !shown.some(isLeftOut)
  const isUnanswered = (fact: Fact) => fact.value === '*' && hopNumber(fact) > wanted.last
  const more = extra.filter(fact => isOver && !isUnanswered(fact))
  return {
    differences: [...differences, ...extraDifferences(more), ...missingLines(wanted.unread, lines)],
    explained: [],
    leftOut: extra
      .filter(fact => !more.includes(fact))
      .map(({ what, value }) => `${what}: ${value}`),
  }
}

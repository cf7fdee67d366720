import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { missingLines } from '../text/compare-text.ts'
import { compareFacts, extraDifferences, type Fact } from '../text/compare-facts.ts'
import { failureReason } from './failure.ts'

/** Probes one by one, sums and times. */
const NOTHING =
  /^\s*$|^\S+\s+: \[\d+\], |^ARPING |^Sent \d+ probes|^--- .* statistics|^rtt |^Timeout$|^\s*\d+ (?:targets|alive|unreachable)|^\s*[\d.]+ (?:ms|sec) /

type Reader = (line: string) => Fact[]

const reached = (address: string, is: boolean): Fact[] => [
  { what: address, value: is ? 'answers' : 'does not answer' },
]

/** `fping`: one line a target, or one a probe and a sum. */
const fping: Reader = line => {
  const [, target, word] = /^(\S+) is (alive|unreachable)/.exec(line) ?? []
  if (target !== undefined) return reached(target, word === 'alive')
  const [, of, loss] = /^(\S+)\s+: xmt\/rcv\/%loss = \d+\/\d+\/(\d+)%/.exec(line) ?? []
  if (of !== undefined) {
    const value = loss === '0' ? 'answers' : loss === '100' ? 'does not answer' : 'answers at times'
    return [{ what: of, value }]
  }
  const [, by, about] = /^ICMP .* from (\S+) for ICMP Echo sent to (\S+)/.exec(line) ?? []
  if (by === undefined) return []
  return [{ what: `error about ${about}`, value: `${failureReason(line) ?? line}, says ${by}` }]
}

/** `arping`, of iputils and by Habets. */
const arping: Reader = line => {
  const from = /^ARPING \S+ from (\S+) (\S+)/.exec(line)
  if (from !== null) return [{ what: 'source', value: `${from[1]} ${from[2]}`, isOptional: true }]
  const by =
    /^(?:Uni|Broad)cast re(?:ply|quest) from (\S+) \[/.exec(line) ??
    /^\d+ bytes from (?:[\da-f:]{17} \(([\d.]+)\)|\S+)/i.exec(line)
  if (by !== null) return [{ what: 'who answers', value: by[1] ?? 'somebody' }]
  const count =
    /^Received (\d+) response/.exec(line) ??
    /\d+ packets transmitted, (\d+) packets received/.exec(line)
  if (count !== null) return [{ what: 'answers', value: count[1] === '0' ? 'none' : 'some' }]
  return []
}

const READERS: Readonly<Record<string, Reader>> = { fping, fping6: fping, arping }

/** `fping`, `arping`: who answers; how fast, and with which MAC, is nothing. */
export function reach({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const reader = Object.hasOwn(READERS, command.program) ? READERS[command.program] : undefined
  const wanted = reader && shown.flatMap(reader)
  if (reader === undefined || wanted === undefined || wanted.length === 0) return undefined
  const lines = plainLines(seen)
  const { differences, extra } = compareFacts(wanted, lines.flatMap(reader))
  const unread = shown.filter(
    line => reader(line).length === 0 && !NOTHING.test(line) && !isLeftOut(line),
  )
  const isElided = shown.some(isLeftOut)
  return {
    differences: [
      ...differences,
      ...missingLines(unread, lines),
      ...(isElided ? [] : extraDifferences(extra)),
    ],
    explained: [],
    leftOut: isElided ? extra.map(({ what, value }) => `${what}: ${value}`) : [],
  }
}

import type { ComparedOutput, Comparison, Difference } from '../comparison.ts'
import { isSameLine, plainLines } from '../lines.ts'
import { withoutAskedNames } from './asked-names.ts'
import { readCapture, type Capture } from './capture.ts'
import { comparePackets } from './compare-packets.ts'

function deviceDifference({ listensOn }: Capture, seen: Capture): Difference[] {
  if (listensOn === undefined || listensOn === seen.listensOn) return []
  return [
    {
      what: 'listening on',
      shown: listensOn,
      ...(seen.listensOn === undefined ? {} : { seen: seen.listensOn }),
    },
  ]
}

/** What is shown besides packets, payload or complaints, has to be there as well. */
function otherDifferences(shown: Capture, seen: Capture): Difference[] {
  const lacking = (lines: readonly string[], among: readonly string[]) =>
    lines.filter(line => !among.some(other => isSameLine(line, other)))
  const complaints = seen.complaints.length > 0 && shown.complaints.length === 0
  return [
    ...lacking(shown.others, seen.others).map(line => ({ what: 'content', shown: line })),
    ...lacking(shown.complaints, seen.complaints).map(line => ({ what: 'tcpdump', shown: line })),
    ...(complaints ? [{ what: 'tcpdump', seen: seen.complaints.join('\n') }] : []),
  ]
}

/** `tcpdump`: who sends what to whom. */
export function tcpdump(output: ComparedOutput): Comparison | undefined {
  const { command, seen, isAnswered = false } = output
  if (command.program !== 'tcpdump') return undefined
  const lines = plainLines(seen)
  const { shown, explained } = withoutAskedNames(output.shown, lines)
  const wanted = readCapture(shown)
  const given = readCapture(lines)
  if (given.complaints.length > 0 && given.packets.length === 0 && wanted.complaints.length === 0) {
    const [, ...rest] = wanted.packets
    const more = rest.length > 0 ? `, and ${rest.length} more` : ''
    const first = wanted.packets[0]?.line
    const text = first === undefined ? {} : { shown: first + more }
    return {
      differences: [{ what: 'tcpdump', ...text, seen: given.complaints.join('\n') }],
      explained: [],
      leftOut: [],
    }
  }
  const packets = comparePackets(wanted.packets, given.packets, {
    isElided: wanted.isElided,
    isAnswered,
  })
  return {
    ...packets,
    explained: [...explained, ...packets.explained],
    differences: [
      ...deviceDifference(wanted, given),
      ...packets.differences,
      ...otherDifferences(wanted, given),
    ],
  }
}

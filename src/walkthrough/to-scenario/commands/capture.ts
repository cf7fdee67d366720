import type { SimpleCommand } from '../../compare/comparison.ts'
import { readCapture } from '../../compare/traffic/capture.ts'
import type { Packet } from '../../compare/traffic/packet.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { stringLiteral } from '../code/literal.ts'
import { code, comment, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'

/** A capture that runs, and what the document shows of it. */
export interface RunningCapture {
  variable: string
  start: Statement
  /** For when it is over. */
  expectations: Statement[]
}

/** What comes later than that after the first packet, nobody of the scenario waits for. */
const LATE_SECONDS = 2

/** `-i br01`; `any` is all links. */
export function deviceOf({ args }: SimpleCommand): string | undefined {
  const joined = args.find(arg => /^-[a-z]*i\S+$/.test(arg) && !/^-i$/.test(arg))
  const at = args.findIndex(arg => /^-[a-z]*i$/.test(arg))
  const device = at >= 0 ? args[at + 1] : joined?.replace(/^-[a-z]*?i/, '')
  return device === 'any' ? undefined : device
}

function secondsOf(line: string): number | undefined {
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d\.\d+)/.exec(line) ?? []
  return hours === undefined
    ? undefined
    : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

const END = /^(\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f:]+)(?:\.(\d+))?$/i

/** As a shape: of TCP and UDP, what tcpdump prints behind the ends differs each time. */
function shapeOf(protocol: string, { from, to }: Packet): string | undefined {
  const [, source, sourcePort] = END.exec(from) ?? []
  const [, destination, destinationPort] = END.exec(to) ?? []
  if (source === undefined || destination === undefined) return undefined
  const port = (text: string | undefined) => (text === undefined ? undefined : Number(text))
  return objectLiteral({
    protocol,
    source,
    sourcePort: port(sourcePort),
    destination,
    destinationPort: port(destinationPort),
  })
}

/** What `toSee` takes for it; undefined: nothing that could be expected again. */
function filterOf(packet: Packet): string | undefined {
  const { kind, from, to } = packet
  const [, asked, asker] = /^ARP who-has (\S+) tell (\S+)$/.exec(kind) ?? []
  if (asked !== undefined) return stringLiteral(`ARP, Request who-has ${asked} tell ${asker}`)
  const [, answered] = /^ARP (\S+) is-at$/.exec(kind) ?? []
  if (answered !== undefined) return stringLiteral(`ARP, Reply ${answered} is-at`)
  const isNumeric = END.test(from) && END.test(to)
  const [, echo] = /^ICMP (echo (?:request|reply))$/.exec(kind) ?? []
  if (echo !== undefined && isNumeric) return stringLiteral(`IP ${from} > ${to}: ICMP ${echo}`)
  const [, echo6] = /^ICMP6 (echo (?:request|reply))$/.exec(kind) ?? []
  if (echo6 !== undefined && isNumeric) return stringLiteral(`IP6 ${from} > ${to}: ICMP6, ${echo6}`)
  if (kind.startsWith('TCP')) return shapeOf('tcp', packet)
  return /^(?:UDP|DNS)/.test(kind) ? shapeOf('udp', packet) : undefined
}

function expectationsOf(variable: string, packets: readonly Packet[]): Statement[] {
  const first = secondsOf(packets[0]?.line ?? '')
  const seen = new Set<string>()
  return packets.flatMap((packet): Statement[] => {
    const seconds = secondsOf(packet.line)
    const isLate =
      first !== undefined && seconds !== undefined && Math.abs(seconds - first) > LATE_SECONDS
    if (isLate) return [comment(`shown too, and too late to wait for: ${packet.line}`)]
    const filter = filterOf(packet)
    if (filter === undefined) return [comment(`shown too: ${packet.line}`)]
    if (seen.has(filter)) return []
    seen.add(filter)
    return [code`await expect(${variable}).toSee(${filter})`]
  })
}

/** What `tcpdump` did, by the lab's own capture. */
export function captured(
  command: SimpleCommand,
  node: NodeSymbol,
  { variable, shown }: { variable: string; shown: readonly string[] },
): RunningCapture {
  const device = deviceOf(command)
  const link = device === undefined ? '' : stringLiteral(device)
  const { packets } = readCapture(shown)
  return {
    variable,
    start: code`await using ${variable} = await ${node}.capture(${link})`,
    expectations: expectationsOf(variable, packets),
  }
}

import { isLeftOut } from '../lines.ts'
import { hasTimestamp, readPacket, type Packet } from './packet.ts'

/** What a capture printed. */
export interface Capture {
  /** `listening on X`. */
  listensOn?: string
  packets: Packet[]
  /** Payload, as `-A` prints it, and what else nobody knows. */
  others: string[]
  /** What tcpdump itself complains about. */
  complaints: string[]
  isElided: boolean
}

const HEADER =
  /^(?:tcpdump: )?(?:verbose output suppressed|listening on |reading from file|data link type |dropped privs|WARNING: |Warning: |\d+ packets? (?:captured|received|dropped)|.*full protocol decode$)/
const LISTENING = /listening on ([^\s,]+)/
const HEX = /^\s+0x[\da-f]{4}:/
/** A header whose packet stands on the next line. */
const OPENS_A_TUNNEL = /(?:VXLAN, .*vni \d+|OTV, .*instance \d+|proto TEB[^:]*):?\s*$/
const LAYER =
  /^(?:(?:IP6?|ARP|arp|vlan|STP|LLDP)\b|(?:[\da-f]{2}:){5}[\da-f]{2} (?:\(oui .*?\) )?> )/
/** The bytes of headers, as `-A` shows them. */
const isBytes = (line: string) =>
  (line.match(/[A-Za-z]{3,}/g) ?? []).length === 0 || /\.{3}/.test(line)

function isContinued(line: string, before: string | undefined, hasTimes: boolean): boolean {
  if (before === undefined) return false
  if (/^\s/.test(line)) return true
  return LAYER.test(line) && (hasTimes || OPENS_A_TUNNEL.test(before))
}

/** Reads what `tcpdump` prints, with and without times, `-e`, `-v` and hexadecimal dumps. */
export function readCapture(lines: readonly string[]): Capture {
  const capture: Capture = { packets: [], others: [], complaints: [], isElided: false }
  const hasTimes = lines.some(hasTimestamp)
  const texts: string[] = []
  for (const line of lines) {
    const before = texts.at(-1)
    if (line.trim() === '' || HEX.test(line)) continue
    if (isLeftOut(line)) capture.isElided = true
    else if (HEADER.test(line)) {
      const device = LISTENING.exec(line)?.[1]
      if (device !== undefined) capture.listensOn = device
    } else if (line.startsWith('tcpdump: ')) capture.complaints.push(line)
    else if (hasTimestamp(line)) texts.push(line)
    else if (isContinued(line, before, hasTimes)) {
      texts[texts.length - 1] = `${before} ${line.trim()}`
    } else if (!hasTimes && (LAYER.test(line) || / > \S+: /.test(line))) texts.push(line)
    else if (!isBytes(line)) capture.others.push(line.trim())
  }
  capture.packets = texts.map(readPacket)
  return capture
}

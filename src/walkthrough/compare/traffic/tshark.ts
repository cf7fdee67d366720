import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { missingLines } from '../text/compare-text.ts'
import { comparePackets } from './compare-packets.ts'
import { endpointText } from './packet-endpoint.ts'
import type { Packet } from './packet.ts'

/** Number, seconds, both ends, protocol, length, and what it is. */
const LINE =
  /^\s*(?:\d+\s+)?(?:[\d-]+ )?[\d:.]+\s+(\S+)\s+(?:→|->|\u2192)\s+(\S+)\s+(\S+)\s+\d+\s+(.*)$/
const NOTHING =
  /^\s*$|^Capturing on |^Running as user |^\s*\^?C?\s*\d+ packets? captured|^\s*\d+\s*$/
const PORTS = /^(\d+)\s+(?:→|->|>)\s+(\d+)\s+(.*)$/
const NOISE = /^(?:ARP|ICMPv6 (?:Router|Neighbor|Multicast)|STP|LLDP|MDNS|LLMNR|IGMP|DHCP|SSDP)/

function readLine(line: string): Packet | undefined {
  const [, source, target, protocol = '', info = ''] = LINE.exec(line) ?? []
  if (source === undefined || target === undefined) return undefined
  const [, from, to, rest = info] = PORTS.exec(info) ?? []
  const ends = [source, target].map((address, i) => {
    const port = i === 0 ? from : to
    return port === undefined ? { address } : { address, port: Number(port) }
  })
  const [first = { address: source }, second = { address: target }] = ends
  const says = rest
    .replace(/\s+(?:id|seq|Seq|Ack|Win|Len|MSS|SACK_PERM|TSval|TSecr|WS|ttl)=.*$/, '')
    .replace(/(?:[\da-f]{2}:){5}[\da-f]{2}/gi, 'MAC')
    .replace(/0x[\da-f]+/gi, '#')
    .trim()
    .replace(/,$/, '')
  const kind = `${protocol} ${says}`
  const isArp = protocol === 'ARP'
  return {
    line: line.trim(),
    tunnel: '',
    // ARP names MACs there.
    from: isArp ? '' : endpointText(first, second),
    to: isArp ? '' : endpointText(second, first),
    kind,
    conversation: isArp ? `ARP ${kind}` : [source, target].sort().join(' and '),
    isNoise: NOISE.test(kind),
  }
}

/** `tshark` as it prints without `-T` or `-V`: who sends what to whom. */
export function tshark(output: ComparedOutput): Comparison | undefined {
  const { command, shown, seen, isAnswered = false } = output
  if (command.program !== 'tshark') return undefined
  const read = (lines: readonly string[]) => lines.flatMap(line => readLine(line) ?? [])
  const wanted = read(shown)
  if (wanted.length === 0) return undefined
  const lines = plainLines(seen)
  const unread = shown.filter(
    line => readLine(line) === undefined && !NOTHING.test(line) && !isLeftOut(line),
  )
  const packets = comparePackets(wanted, read(lines), {
    isElided: shown.some(isLeftOut),
    isAnswered,
  })
  return { ...packets, differences: [...packets.differences, ...missingLines(unread, lines)] }
}

import type { Packet } from './packet.ts'

const ECHO = /\becho\b.*\breply\b/i
const ICMP = /^ICMP/
const RESET = /^TCP \[[^\]]*R/
const PORT = /^((?:\d+\.){3}\d+|[\da-f]*:[\da-f:]*)\.\d+$/i

/** A tunnel has the same ends and number both ways; its port is always that of who receives. */
const tunnelEnds = ({ tunnel }: Packet) =>
  tunnel
    .split(/[ ,]+/)
    .map(word => word.replace(PORT, '$1'))
    .sort()
    .join(' ')

function isAnswer(packet: Packet, question: Packet): boolean {
  const isBack = packet.from === question.to && packet.to === question.from
  if (ICMP.test(packet.kind)) return isBack && ECHO.test(packet.kind)
  const isTcp = packet.kind.startsWith('TCP')
  const isOn = isTcp && packet.from === question.from && packet.to === question.to
  return (isBack || isOn) && !RESET.test(packet.kind)
}

/**
 * Whether a packet, in a conversation that all goes well, goes on with one that a document shows: a
 * document may show a request alone. One that shows two of the same, and nothing that comes back,
 * says that nothing does.
 */
export function goesOn(
  packet: Packet,
  { shown, before }: { shown: readonly Packet[]; before: readonly Packet[] },
): boolean {
  const [first] = shown
  const comesBack = shown.some(({ from }) => from !== first?.from)
  const kinds = new Set(shown.map(({ from, to, kind }) => `${from} ${to} ${kind}`))
  if (!comesBack && kinds.size < shown.length) return false
  return before.some(
    question => tunnelEnds(question) === tunnelEnds(packet) && isAnswer(packet, question),
  )
}

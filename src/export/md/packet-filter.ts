import type { PacketTest } from '../play.ts'

const ADDRESS = String.raw`\d{1,3}(?:\.\d{1,3}){3}`
const IP = new RegExp(
  String.raw`^IP (${ADDRESS})(?:\.(\d+))? > (?:(${ADDRESS})(?:\.(\d+))?(?:: (ICMP echo request|ICMP echo reply|ICMP|UDP|Flags)?.*)?)?$`,
)
const REQUEST = new RegExp(`^ARP, Request who-has (${ADDRESS}) tell (${ADDRESS})`)
const REPLY = new RegExp(`^ARP, Reply (${ADDRESS})`)

const kinds: Readonly<Record<string, string>> = {
  'ICMP echo request': 'icmp[icmptype] == 8',
  'ICMP echo reply': 'icmp[icmptype] == 0',
  ICMP: 'icmp',
  UDP: 'udp',
  Flags: 'tcp',
}

function ipFilter([, from, fromPort, to, toPort, kind = '']: readonly (string | undefined)[]) {
  const parts: [string, string | undefined][] = [
    ['src host', from],
    ['src port', fromPort],
    ['dst host', to],
    ['dst port', toPort],
  ]
  const known = parts.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`]))
  return [...known, ...(kinds[kind] === undefined ? [] : [kinds[kind]])].join(' and ')
}

/** What a pattern says when it says just one thing. */
function plainText(packet: PacketTest): string | undefined {
  if (packet.by === 'text') return packet.text
  if (packet.by === 'filter') return undefined
  const text = packet.pattern.replace(/^\^/, '').replaceAll('\\.', '.')
  return /[\\^$|?*+()[\]{}]/.test(text) ? undefined : text
}

/**
 * A filter of tcpdump's for what a part of its line says.
 *
 * @example
 * filterFor({ by: 'text', text: 'ARP, Reply 192.0.2.1' }) // 'arp[6:2] == 2 and src host 192.0.2.1'
 */
export function filterFor(packet: PacketTest): string | undefined {
  if (packet.by === 'filter') return packet.filter
  const text = plainText(packet)
  if (text === undefined) return undefined
  // `length 88` is what a filter says otherwise.
  const ip = /length|\n/.test(text) ? null : IP.exec(text)
  if (ip !== null) return ipFilter(ip)
  const [, whom, who] = REQUEST.exec(text) ?? []
  if (whom !== undefined) return `arp[6:2] == 1 and src host ${who} and dst host ${whom}`
  const [, owner] = REPLY.exec(text) ?? []
  if (owner !== undefined) return `arp[6:2] == 2 and src host ${owner}`
  if (new RegExp(`^${ADDRESS}$`).test(text)) return `host ${text}`
  return text === 'ICMP' ? 'icmp' : undefined
}

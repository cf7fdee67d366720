import { endpointText, readEndpoint, withoutOwnAddresses } from './packet-endpoint.ts'
import { readLeaf } from './packet-leaf.ts'

/** A packet as a capture prints it, without what is other in every capture. */
export interface Packet {
  /** As it stands there, its lines joined. */
  line: string
  /** With `-i any`, and only in newer versions. */
  interface?: string
  direction?: string
  vlan?: string
  /** Around it: `192.0.2.1 > 192.0.2.2 VXLAN 42`; empty when it is in no tunnel. */
  tunnel: string
  from: string
  to: string
  kind: string
  says?: string
  /** What belongs together: two ends, and what they speak. */
  conversation: string
  /** Nobody who types commands causes it. */
  isNoise: boolean
}

const MAC = String.raw`(?:(?:[\da-f]{2}:){5}[\da-f]{2}|Broadcast|[\w.-]+ \(oui [^)]*\))`
const LINK = new RegExp(
  String.raw`^(?:${MAC} > ${MAC}, |ifindex \d+ ${MAC} |${MAC} (?=ethertype|\())(?:802\.3, length \d+: )?`,
  'i',
)
const STAMP =
  /^\s*(?:\d+ {2})?(?:(?:\d{4}-\d\d-\d\d )?(?:\+|-)?\d{1,2}:\d\d:\d\d[.,]\d{1,9}|\d{9,10}\.\d{3,9})\s+/
const CHATTER =
  /multicast listener|router (?:solicitation|advertisement)|neighbor (?:solicitation|advertisement)|^igmp|^STP|^LLDP|^CDP|BOOTP\/DHCP|^dhcp6|^EAPOL|^DNS PTR\?|NBT|^loopback/i
const CHATTER_TO =
  /^(?:ff0\d::|224\.0\.0\.|239\.255\.255\.250)|\.(?:5353|5355|137|138|67|68|546|547)$/

/** Whether a packet begins on this line. */
export const hasTimestamp = (line: string): boolean => STAMP.test(line)

/** Link, IP and checksum details say how a capture was asked for, not what went by. */
function withoutDetails(text: string): string {
  return (
    text
      .replace(/ethertype IPv4(?: \(0x0800\))?,(?: length \d+:)? /g, 'IP ')
      .replace(/ethertype IPv6(?: \(0x86dd\))?,(?: length \d+:)? /g, 'IP6 ')
      .replace(/ethertype ARP(?: \(0x0806\))?,(?: length \d+:)? /g, 'ARP, ')
      .replace(/ethertype 802\.1Q(?:-\w+)?(?: \(0x[\da-f]{4}\))?, (?:length \d+: )?/g, '')
      .replace(/\b(IP6?),? \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*/g, '$1 ')
      // Inside a tunnel, with -e, nothing says that it is IP.
      .replace(/(^|\s)\((?:tos|hlim|flowlabel|class) (?:[^()]|\([^()]*\))*\)\s*/g, '$1IP ')
      .replace(/\bARP, (?:ARP, )?(?:Ethernet \(len 6\), IPv4 \(len 4\), )?/g, 'ARP, ')
      .replace(/ ?\[(?:bad )?(?:icmp6|udp|tcp|icmp)? ?(?:sum|cksum)[^\]]*\]/g, '')
      .replace(/ ?cksum 0x[\da-f]+ \([^)]*\),?/g, '')
      .replace(/ \((?:rtalert|padn)[^)]*\)/g, '')
      .replace(/\b(IP6?) (?:IP6? )+/g, '$1 ')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

interface Place {
  interface?: string
  direction?: string
  rest: string
}

/** `br01  Out IP …`: where `-i any` saw it. Versions before 4.99 only know the direction, with -e. */
function readPlace(text: string): Place {
  const [, device, direction, rest] = /^(?:([^\s,:]+)\s+)?(In|Out|P|B|M)\s+(.*)$/s.exec(text) ?? []
  if (direction === undefined || rest === undefined) return { rest: text }
  return { ...(device === undefined ? {} : { interface: device }), direction, rest }
}

/** Takes one layer off the front: what is around the rest. */
function unwrap(text: string): { around: string; rest: string } | undefined {
  const vxlan =
    /^(?:VXLAN, flags \[[^\]]*\](?: \([^)]*\))?,?.*?vni (\d+)|OTV, .*?instance (\d+)):?\s*(.*)$/
  const [, vni, instance, inVxlan] = vxlan.exec(text) ?? []
  if (inVxlan !== undefined) return { around: `VXLAN ${vni ?? instance}`, rest: inVxlan }
  const [, geneve, inGeneve] = /^Geneve, .*?vni (0x[\da-f]+|\d+).*?: (.*)$/i.exec(text) ?? []
  if (inGeneve !== undefined) return { around: `Geneve ${Number(geneve)}`, rest: inGeneve }
  const gre = /^GREv(\d)(?:, Flags \[[^\]]*\])?(?:, key=(\w+))?.*?, length \d+:? ?(.*)$/
  const [, version, key, inGre] = gre.exec(text) ?? []
  if (inGre !== undefined) {
    return {
      around: `GREv${version}${key === undefined ? '' : ` key ${Number(key)}`}`,
      rest: inGre,
    }
  }
  return undefined
}

const ENDS = /^(?:IP6? )?(\S+) > (\S+?):(?: (.*))?$/s

interface Layers {
  tunnel: string[]
  vlan?: string
  from: string
  to: string
  leaf: string
}

/** From the outside to the inside. */
function readLayers(given: string): Layers {
  const layers: Layers = { tunnel: [], from: '', to: '', leaf: '' }
  let text = given
  let ends = ''
  for (let depth = 0; depth < 12; depth++) {
    text = text.replace(LINK, '')
    const [tag, vlan] = /^vlan (\d+),(?: p \d+,)?(?: DEI,)? /.exec(text) ?? []
    if (tag !== undefined) {
      layers.vlan = [layers.vlan, vlan].filter(Boolean).join(' in ')
      text = text.slice(tag.length)
      continue
    }
    const around = unwrap(text)
    if (around !== undefined) {
      layers.tunnel.push(`${ends} ${around.around}`.trim())
      ;[ends, text] = ['', around.rest]
      continue
    }
    const [, from, to, rest = ''] = /^ARP\b/.test(text) ? [] : (ENDS.exec(text) ?? [])
    if (from === undefined || to === undefined) break
    if (ends !== '') layers.tunnel.push(`${ends} IP`)
    const [source, target] = [readEndpoint(from), readEndpoint(to)]
    layers.from = endpointText(source, target)
    layers.to = endpointText(target, source)
    ends = `${layers.from} > ${layers.to}`
    text = rest
  }
  if (ends === '') [layers.from, layers.to] = ['', '']
  return { ...layers, leaf: text }
}

function conversationOf({ from, to, tunnel }: Layers, kind: string): string {
  if (kind.startsWith('ARP')) {
    const [, asked] = /who-has (\S+)|ARP (\S+) is-at/.exec(kind)?.filter(Boolean) ?? []
    return `ARP ${asked ?? kind}`
  }
  const [protocol = ''] = kind.split(' ')
  const address = (end: string) => end.replace(/^((?:\d+\.){3}\d+)\.\d+$/, '$1')
  return `${protocol} ${[address(from), address(to)].sort().join(' and ')}${tunnel.length > 0 ? ' inside' : ''}`
}

/** A packet's lines, joined. */
export function readPacket(given: string): Packet {
  const line = given.replace(/\s+/g, ' ').trim()
  const { rest, ...place } = readPlace(given.replace(STAMP, '').trimStart())
  const linkless = rest.replace(LINK, '')
  const layers = readLayers(withoutOwnAddresses(withoutDetails(linkless)))
  const { kind, says } = readLeaf(layers.leaf)
  return {
    line,
    ...place,
    ...(layers.vlan === undefined ? {} : { vlan: layers.vlan }),
    tunnel: layers.tunnel.join(', '),
    from: layers.from,
    to: layers.to,
    kind,
    ...(says === undefined ? {} : { says }),
    conversation: conversationOf(layers, kind),
    isNoise: CHATTER.test(kind) || kind.startsWith('ARP') || CHATTER_TO.test(layers.to),
  }
}

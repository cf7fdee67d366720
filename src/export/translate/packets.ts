import type { PacketTest, Range } from '../play.ts'
import type { World } from '../world.ts'
import { perlPattern } from './judged.ts'

/** What an expectation of a capture says: how many, and of what kind. */
export interface WantedPackets {
  range: Range
  packet: PacketTest
}

const COUNT =
  /^(?:at least (?<least>\d+) packets? |at most (?<most>\d+) packets? |(?<from>\d+) to (?<to>\d+) packets? |(?<just>\d+) packets? )?(?<what>.*)$/s

function rangeOf(groups: Record<string, string | undefined>): Range {
  const { least, most, from, to, just } = groups
  if (just !== undefined) return { least: Number(just), most: Number(just) }
  if (from !== undefined) return { least: Number(from), most: Number(to) }
  if (most !== undefined) return { least: 0, most: Number(most) }
  return { least: Number(least ?? 1) }
}

const protocols: Readonly<Record<string, string>> = {
  vlan: 'vlan',
  arp: 'arp',
  ipv4: 'ip',
  ipv6: 'ip6',
  icmp: 'icmp',
  icmpv6: 'icmp6',
  udp: 'udp',
  tcp: 'tcp',
  gre: 'ip proto 47',
}
/** linux/icmp.h */
const messages: Readonly<Record<string, string>> = {
  'echo request': 'icmp[icmptype] == 8',
  'echo reply': 'icmp[icmptype] == 0',
}

function endFilter(world: World, side: 'src' | 'dst', end: string): string | undefined {
  const node = world.named(end)
  const addresses = node === undefined ? [end] : world.addressesOf(node)
  const all = addresses.map(address => `${side} host ${address}`)
  return all.length > 1 ? `(${all.join(' or ')})` : all[0]
}

function partOf(world: World, key: string, value: string): string | undefined {
  if (key === 'protocol') return protocols[value]
  if (key === 'source') return endFilter(world, 'src', value)
  if (key === 'destination') return endFilter(world, 'dst', value)
  if (key === 'sourcePort') return `src port ${value}`
  if (key === 'destinationPort') return `dst port ${value}`
  if (key === 'vlan') return `vlan ${value}`
  return key === 'icmp' ? messages[value] : undefined
}

const KEY =
  /(?:^|, )(protocol|source|destination|sourcePort|destinationPort|icmp|vni|key|vlan|direction): /

/** `{ protocol: tcp, source: alpha }` in the words of pcap-filter(7). */
function filterOf(text: string, world: World): string | undefined {
  const words = text.slice(2, -2).split(KEY).slice(1)
  const parts: string[] = []
  for (let n = 0; n < words.length; n += 2) {
    const part = partOf(world, words[n] ?? '', words[n + 1] ?? '')
    if (part === undefined) return undefined
    // What stands behind it is looked for behind the tag.
    if (part.startsWith('vlan')) parts.unshift(part)
    else parts.push(part)
  }
  return parts.length === 0 ? undefined : parts.join(' and ')
}

function packetOf(what: string, world: World): PacketTest | undefined {
  if (what.startsWith('"')) {
    try {
      return { by: 'text', text: JSON.parse(what) as string }
    } catch {
      return undefined
    }
  }
  const pattern = perlPattern(what)
  if (pattern !== undefined) return { by: 'pattern', pattern }
  const filter = what.startsWith('{ ') ? filterOf(what, world) : undefined
  return filter === undefined ? undefined : { by: 'filter', filter }
}

/** @returns nothing for what only the scenario's own code can tell */
export function wantedPackets(wanted: string, world: World): WantedPackets | undefined {
  const { groups = {} } = COUNT.exec(wanted) ?? {}
  const packet = packetOf(groups['what'] ?? '', world)
  return packet === undefined ? undefined : { range: rangeOf(groups), packet }
}

import { UsageError } from '../../errors.ts'
import type { CapturedPacket } from '../../kernel/packet/captured-packet.ts'
import type { Layer } from '../../kernel/packet/layer.ts'
import { globalAddresses } from '../../lab/hosts-file.ts'
import { Node } from '../../lab/node.ts'
import { addressDemand } from '../node/kernel-state.ts'
import { checkOptions, oneOf, text, whole, type Demand } from '../options.ts'

/** What a packet must be; what is left out may be anything. */
export interface PacketShape {
  /** A header that it has, at whatever depth. */
  protocol?: Exclude<Layer['protocol'], 'data' | 'truncated'>
  /** Of one of its IP headers, or who asks or answers by ARP. A node: any of its addresses. */
  source?: string | Node
  /** Of the same header. */
  destination?: string | Node
  sourcePort?: number
  destinationPort?: number
  /** Of an ICMP message: `echo request`, `echo reply`, `host unreachable`, … */
  icmp?: string
  /** Of VXLAN. */
  vni?: number
  /** Of GRE. */
  key?: number
  /** The VLAN that it is tagged for (802.1Q). */
  vlan?: number
  /** `out` when it left by the link: sent by the node, or passed on. */
  direction?: 'in' | 'out'
}

/** A part of what tcpdump prints of it, a pattern for that, a shape, or any test. */
export type PacketFilter = string | RegExp | PacketShape | ((packet: CapturedPacket) => boolean)

const endDemand: Demand = value => (value instanceof Node ? undefined : addressDemand(value))

const demands = {
  protocol: oneOf(
    'ethernet',
    'vlan',
    'arp',
    'ipv4',
    'ipv6',
    'icmp',
    'icmpv6',
    'udp',
    'tcp',
    'vxlan',
    'gre',
  ),
  source: endDemand,
  destination: endDemand,
  sourcePort: whole(0, 65535),
  destinationPort: whole(0, 65535),
  icmp: text,
  vni: whole(0, 0xffffff),
  key: whole(0, 0xffffffff),
  vlan: whole(0, 4095),
  direction: oneOf('in', 'out'),
}

function addresses(end: string | Node | undefined): readonly string[] | undefined {
  if (end === undefined) return undefined
  if (end instanceof Node) return globalAddresses(end).map(({ address }) => address)
  return [end]
}

function endsOf(layer: Layer): readonly [string, string] | undefined {
  if (layer.protocol === 'ipv4' || layer.protocol === 'ipv6') {
    return [layer.source, layer.destination]
  }
  return layer.protocol === 'arp' ? [layer.sender, layer.target] : undefined
}

function isShaped(packet: CapturedPacket, shape: PacketShape): boolean {
  const { layers } = packet
  const sources = addresses(shape.source)
  const destinations = addresses(shape.destination)
  const some = (wanted: unknown, test: (layer: Layer) => boolean) =>
    wanted === undefined || layers.some(test)
  const has = (layer: Layer, key: string, wanted: unknown) =>
    wanted === undefined || (key in layer && layer[key as keyof Layer] === wanted)
  return (
    (shape.direction === undefined || packet.direction === shape.direction) &&
    some(shape.protocol, layer => layer.protocol === shape.protocol) &&
    some(sources ?? destinations, layer => {
      const ends = endsOf(layer)
      if (ends === undefined) return false
      return (sources?.includes(ends[0]) ?? true) && (destinations?.includes(ends[1]) ?? true)
    }) &&
    some(
      shape.sourcePort ?? shape.destinationPort,
      layer =>
        'sourcePort' in layer &&
        has(layer, 'sourcePort', shape.sourcePort) &&
        has(layer, 'destinationPort', shape.destinationPort),
    ) &&
    some(shape.icmp, layer => 'name' in layer && layer.name === shape.icmp) &&
    some(shape.vni, layer => has(layer, 'vni', shape.vni)) &&
    some(shape.key, layer => has(layer, 'key', shape.key)) &&
    some(shape.vlan, layer => layer.protocol === 'vlan' && layer.id === shape.vlan)
  )
}

/** Whether packets pass a filter. */
export function passes(filter: PacketFilter): (packet: CapturedPacket) => boolean {
  if (typeof filter === 'string') return packet => String(packet).includes(filter)
  if (filter instanceof RegExp) return packet => String(packet).search(filter) >= 0
  if (typeof filter === 'function') return filter
  return packet => isShaped(packet, filter)
}

/** @throws UsageError for what can match nothing, or everything */
export function checkFilter(filter: PacketFilter): void {
  if (filter instanceof RegExp || typeof filter === 'function') return
  if (typeof filter === 'object' && filter !== null) {
    checkOptions('toSee', filter, demands)
    if (Object.values(filter).some(value => value !== undefined)) return
  } else if (typeof filter === 'string' && filter !== '') return
  throw new UsageError('toSee takes a description of the packet', {
    code: 'TNET_FILTER_INVALID',
    hint: "a part of tcpdump's line, a RegExp, or a shape: { icmp: 'echo request', source: web }",
  })
}

/** `"ICMP echo request"`, `{ source: web, icmp: echo request }`. */
export function filterText(filter: PacketFilter): string {
  if (typeof filter === 'string') return JSON.stringify(filter)
  if (filter instanceof RegExp) return String(filter)
  if (typeof filter === 'function') return filter.name === '' ? 'such a packet' : filter.name
  const words = Object.entries(filter).map(
    ([name, value]) => `${name}: ${value instanceof Node ? value.label : String(value)}`,
  )
  return `{ ${words.join(', ')} }`
}

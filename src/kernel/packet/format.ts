import { formatIcmp } from './format-icmp.ts'
import type { Arp, Gre, Ipv4, Ipv6, Layer, Tcp } from './layer.ts'

const LETTERS = { fin: 'F', syn: 'S', rst: 'R', psh: 'P', ack: '.', urg: 'U', ece: 'E', cwr: 'W' }

function arp(layer: Arp): string {
  const { operation, sender, target, targetMac, senderMac } = layer
  const mac = targetMac === '00:00:00:00:00:00' ? '' : ` (${targetMac})`
  const end = `, length ${layer.length}`
  if (operation === 2) return `ARP, Reply ${sender} is-at ${senderMac}${end}`
  if (operation !== 1) return `ARP, operation ${operation}${end}`
  return `ARP, Request who-has ${target}${mac} tell ${sender}${end}`
}

function tcp(layer: Tcp): string {
  const { flags, sequence, acknowledgement, window, options, length } = layer
  const isMarked = flags.includes('syn') || flags.includes('fin') || flags.includes('rst')
  const range = length > 0 ? `${sequence}:${(sequence + length) >>> 0}` : String(sequence)
  return [
    `Flags [${flags.map(flag => LETTERS[flag]).join('') || 'none'}]`,
    ...(length > 0 || isMarked ? [`seq ${range}`] : []),
    ...(flags.includes('ack') ? [`ack ${acknowledgement}`] : []),
    `win ${window}`,
    ...(flags.includes('urg') ? [`urg ${layer.urgent}`] : []),
    ...(options.length > 0 ? [`options [${options.join(',')}]`] : []),
    `length ${length}`,
  ].join(', ')
}

function gre({ version, key, sequence, length }: Gre): string {
  const words = [
    `GREv${version}`,
    ...(key === undefined ? [] : [`key=0x${key.toString(16)}`]),
    ...(sequence === undefined ? [] : [`seq ${sequence}`]),
    `length ${length}`,
  ]
  return `${words.join(', ')}: `
}

/** What stands between the addresses and the next header. */
function ipv6Extensions({ extensions, fragment }: Ipv6): string {
  const hop = extensions.includes(0) ? 'HBH ' : ''
  return fragment === undefined ? hop : `${hop}frag (${fragment.offset}|${fragment.length}) `
}

function ip(layer: Ipv4 | Ipv6, rest: readonly Layer[]): string {
  const inner = rest[0]
  const hasPorts = inner?.protocol === 'tcp' || inner?.protocol === 'udp'
  const [from, to] = hasPorts ? [`.${inner.sourcePort}`, `.${inner.destinationPort}`] : ['', '']
  const is6 = layer.protocol === 'ipv6'
  const ends = `${layer.source}${from} > ${layer.destination}${to}: `
  const extensions = is6 ? ipv6Extensions(layer) : ''
  const isLater = is6 ? (layer.fragment?.offset ?? 0) > 0 : layer.fragmentOffset > 0
  const isUnknown = isLater || inner === undefined || inner.protocol === 'data'
  const what = isUnknown ? (isLater && is6 ? '' : `ip-proto-${layer.carries}`) : format(rest)
  return `${is6 ? 'IP6' : 'IP'} ${ends}${extensions}${what}`.trimEnd()
}

/**
 * A packet as `tcpdump -nn -S` prints it, without the time; a VXLAN packet has a second line. What
 * tcpdump reads further into, DNS for one, is a length here.
 *
 * @example
 * format(decode(bytes)) // 'IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 1, seq 1, length 64'
 */
export function format(layers: readonly Layer[]): string {
  const [layer, ...rest] = layers
  if (layer === undefined) return 'nothing'
  switch (layer.protocol) {
    case 'ethernet': {
      if (rest.length > 0 && rest[0]?.protocol !== 'data') return format(rest)
      const type = layer.type.toString(16).padStart(4, '0')
      return `${layer.source} > ${layer.destination}, ethertype Unknown (0x${type})`
    }
    case 'vlan':
      return `vlan ${layer.id}, p ${layer.priority}, ${format(rest)}`
    case 'arp':
      return arp(layer)
    case 'ipv4':
    case 'ipv6':
      return ip(layer, rest)
    case 'icmp':
    case 'icmpv6':
      return formatIcmp(layer)
    case 'udp':
      return rest[0]?.protocol === 'vxlan' ? format(rest) : `UDP, length ${layer.length}`
    case 'tcp':
      return tcp(layer)
    case 'vxlan':
      return `VXLAN, flags [I] (0x08), vni ${layer.vni}\n${format(rest)}`
    case 'gre':
      return gre(layer) + format(rest)
    case 'truncated':
      return `[|${layer.within}]`
    case 'data':
      return `data, length ${layer.length}`
  }
}

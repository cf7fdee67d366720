import type { Icmp, Ipv4, Ipv6, Layer } from './layer.ts'

interface Quoted {
  source: string
  destination: string
  carries: number
  /** `udp port 53`, where the quoted packet has ports. */
  port: string
}

function quoted(layers: readonly Layer[]): Quoted {
  const outer = layers.find((l): l is Ipv4 | Ipv6 => l.protocol === 'ipv4' || l.protocol === 'ipv6')
  const inner = layers.find(l => l.protocol === 'tcp' || l.protocol === 'udp')
  return {
    source: outer?.source ?? '?',
    destination: outer?.destination ?? '?',
    carries: outer?.carries ?? 0,
    port: inner === undefined ? '' : `${inner.protocol} port ${inner.destinationPort}`,
  }
}

/** print-icmp.c of tcpdump; `%` is the quoted packet's destination. */
const reasons4: readonly string[] = [
  'net % unreachable',
  'host % unreachable',
  '% protocol PROTOCOL unreachable',
  '% PORT unreachable',
  '% unreachable - need to frag (mtu MTU)',
  '% unreachable - source route failed',
  'net % unreachable - unknown',
  'host % unreachable - unknown',
  '% unreachable - source host isolated',
  'net % unreachable - admin prohibited',
  'host % unreachable - admin prohibited',
  'net % unreachable - tos prohibited',
  'host % unreachable - tos prohibited',
  'host % unreachable - admin prohibited filter',
  'host % unreachable - host precedence violation',
  'host % unreachable - precedence cutoff',
]
const redirects: readonly string[] = [
  'redirect % to net',
  'redirect % to host',
  'redirect-tos % to net',
  'redirect-tos % to host',
]

function unreachable4(code: number, mtu: number | undefined, about: Quoted): string {
  return (reasons4[code] ?? `% unreachable - #${code}`)
    .replace('%', about.destination)
    .replace('PROTOCOL', String(about.carries))
    .replace('PORT', about.port === '' ? `protocol ${about.carries} port` : about.port)
    .replace('MTU', String(mtu ?? 0))
}

/** print-icmp6.c of tcpdump */
function unreachable6(code: number, { source, destination: to, port }: Quoted): string {
  const reasons = [
    `unreachable route ${to}`,
    `unreachable prohibited ${to}`,
    `beyond scope ${to}, source address ${source}`,
    `unreachable address ${to}`,
    `unreachable port, ${to} ${port}`,
  ]
  return `destination unreachable, ${reasons[code] ?? `unknown unreach code (${code})`}`
}

function words4(layer: Icmp): string {
  const about = quoted(layer.quoted ?? [])
  switch (layer.type) {
    case 0:
    case 8:
      return `${layer.name}, id ${layer.id}, seq ${layer.sequence}`
    case 3:
      return unreachable4(layer.code, layer.mtu, about)
    case 5:
      return `${(redirects[layer.code] ?? redirects[0] ?? '').replace('%', about.destination)} ${layer.target}`
    case 11:
      return layer.code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded'
    default:
      return layer.name
  }
}

function words6(layer: Icmp): string {
  const about = quoted(layer.quoted ?? [])
  switch (layer.type) {
    case 1:
      return unreachable6(layer.code, about)
    case 2:
      return `packet too big, mtu ${layer.mtu}`
    case 3:
      return layer.code === 0
        ? `time exceeded in-transit for ${about.destination}`
        : 'time exceeded in-transit (reassembly)'
    case 128:
    case 129:
      return `${layer.name}, id ${layer.id}, seq ${layer.sequence}`
    case 135:
      return `neighbor solicitation, who has ${layer.target}`
    case 136:
      return `neighbor advertisement, tgt is ${layer.target}`
    case 143:
      return `multicast listener report v2, ${layer.records} group record(s)`
    default:
      return layer.name
  }
}

/** An ICMP or ICMPv6 message as `tcpdump -nn` prints it. */
export function formatIcmp(layer: Icmp): string {
  const [name, words] =
    layer.protocol === 'icmp' ? ['ICMP ', words4(layer)] : ['ICMP6, ', words6(layer)]
  return `${name}${words}, length ${layer.length}`
}

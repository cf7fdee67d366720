import { arp, ethernet, vlan } from './ethernet.ts'
import { icmp, icmpv6 } from './icmp.ts'
import { ipv4, ipv6 } from './ip.ts'
import type { Layer, Next, Step } from './layer.ts'
import { tcp, udp } from './transport.ts'
import { gre, vxlan } from './tunnel.ts'

const decoders: Readonly<Record<Exclude<Next, 'data'>, (bytes: Buffer) => Step | undefined>> = {
  ethernet,
  vlan,
  arp,
  ipv4,
  ipv6,
  icmp,
  icmpv6,
  udp,
  tcp,
  vxlan,
  gre,
}

/** More headers than this, one in the other, are not looked into. */
const DEEPEST = 32

/**
 * A packet's headers from the outside in, through VXLAN, IPIP and GRE. What cannot be read ends
 * in `truncated` or `data`; no bytes make it throw.
 *
 * @param first what the bytes begin with: `ethernet`, or `ipv4` / `ipv6` on a TUN device
 */
export function decode(bytes: Buffer, first: Next = 'ethernet'): Layer[] {
  const layers: Layer[] = []
  let next: Next | undefined = first
  let rest = bytes
  while (next !== undefined && layers.length < DEEPEST) {
    if (next === 'data') {
      if (rest.length > 0) layers.push({ protocol: 'data', length: rest.length })
      break
    }
    const step: Step | undefined = decoders[next](rest)
    if (step === undefined) {
      layers.push({ protocol: 'truncated', within: next })
      break
    }
    const { layer } = step
    layers.push(layer)
    rest = step.rest ?? Buffer.alloc(0)
    next = step.next
    // An error is about the packet that it quotes; that one was not sent here.
    if ((layer.protocol === 'icmp' || layer.protocol === 'icmpv6') && next !== undefined) {
      layer.quoted = decode(rest, next)
      break
    }
  }
  return layers
}

/** What a TUN device's packet begins with. */
export function ipVersion(bytes: Buffer): 'ipv4' | 'ipv6' {
  return (bytes[0] ?? 0) >> 4 === 6 ? 'ipv6' : 'ipv4'
}

type OfProtocol<P, L = Layer> = L extends { protocol: infer Q } ? (P extends Q ? L : never) : never

/**
 * The headers of one protocol, outermost first.
 *
 * @example
 * layersOf(packet.layers, 'ipv4').at(-1)?.source // of the innermost
 */
export function layersOf<P extends Layer['protocol']>(
  layers: readonly Layer[],
  protocol: P,
): OfProtocol<P>[] {
  return layers.filter((layer): layer is OfProtocol<P> => layer.protocol === protocol)
}

import { UsageError } from '../errors.ts'
import { isAddress } from '../kernel/netlink/address-bytes.ts'
import { Node } from '../lab/node.ts'
import type { Service } from '../lab/service.ts'
import { nodeAddress } from './target.ts'

export type Protocol = 'tcp' | 'udp'

/** A port of a node, or of an address. The protocol is TCP unless it says otherwise. */
export type Port =
  | { readonly node: Node; readonly port: number; readonly protocol?: Protocol }
  | { readonly address: string; readonly port: number; readonly protocol?: Protocol }

/** What answers: a server, a published port, or a port that is named. */
export type ServiceTarget = Service | Port

/** Where that is, as one node sees it. */
export interface Endpoint {
  address: string
  port: number
  protocol: Protocol
  /** Whose it is, when that is known. */
  node?: Node
}

const isWildcard = (address: string) => ['::', '0.0.0.0', ''].includes(address)
const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

function invalid(message: string, hint: string): UsageError {
  return new UsageError(message, { code: 'TNET_TARGET_INVALID', hint })
}

function check(from: Node, target: unknown): asserts target is ServiceTarget {
  const { port, protocol, address, node } = Object(target) as Record<string, unknown>
  const shape = 'give what serve() or publish() returned, or { node, port }, or { address, port }'
  if (typeof target !== 'object' || (address === undefined && !(node instanceof Node))) {
    throw invalid(`"${from.label}" cannot reach ${String(target)} as a service`, shape)
  }
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535) {
    throw invalid(`${String(port)} is not a port`, 'a port is a whole number from 1 to 65535')
  }
  if (![undefined, 'tcp', 'udp'].includes(protocol as undefined)) {
    throw invalid(`${String(protocol)} is not a protocol`, 'it is tcp or udp')
  }
  if (typeof address === 'string' ? isWildcard(address) || isAddress(address) : !address) return
  throw invalid(`"${String(address)}" is not an address`, 'write it as 192.0.2.1 or 2001:db8::1')
}

/** The address and port by which `from` asks for a service. */
export function endpointOf(from: Node, target: ServiceTarget): Endpoint {
  check(from, target)
  const { port, protocol = 'tcp' } = target
  const node = 'node' in target ? target.node : undefined
  const given = 'address' in target ? (target.address ?? '') : ''
  const place = { port, protocol, ...(node === undefined ? {} : { node }) }
  if (node === undefined) {
    if (given !== '' && !isWildcard(given)) return { ...place, address: given }
    throw invalid(`"${given}" is nobody's address`, 'say whose port it is: { node, port }')
  }
  if (isWildcard(given)) return { ...place, address: nodeAddress(from, node) }
  if (!isLoopback(given) || node === from) return { ...place, address: given }
  throw invalid(
    `port ${port} of "${node.label}" answers on ${given} only, which is another place on "${from.label}"`,
    'serve on an address that others can reach, or name the address that is meant',
  )
}

/** `TCP port 80 of db (10.0.1.3)`, `UDP port 53 of 192.0.2.9`. */
export function endpointText({ address, port, protocol, node }: Endpoint): string {
  const whose = node === undefined ? address : `${node.label} (${address})`
  return `${protocol.toUpperCase()} port ${port} of ${whose}`
}

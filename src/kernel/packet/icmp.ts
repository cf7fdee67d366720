import { addressText } from '../netlink/address-bytes.ts'
import type { Icmp, Step } from './layer.ts'

/** RFC 792 */
const names4: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'unreachable',
  5: 'redirect',
  8: 'echo request',
  11: 'time exceeded',
}
const codes4 = [
  'net unreachable',
  'host unreachable',
  'protocol unreachable',
  'port unreachable',
  'too big',
  'source route failed',
  'net unknown',
  'host unknown',
  'host isolated',
  'net prohibited',
  'host prohibited',
  'net unreachable for this service',
  'host unreachable for this service',
  'admin prohibited',
]

/** RFC 4443, RFC 4861 */
const names6: Readonly<Record<number, string>> = {
  1: 'unreachable',
  2: 'too big',
  3: 'time exceeded',
  128: 'echo request',
  129: 'echo reply',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbour solicitation',
  136: 'neighbour advertisement',
  137: 'redirect',
  143: 'multicast listener report v2',
}
const codes6 = [
  'no route',
  'admin prohibited',
  'beyond scope',
  'address unreachable',
  'port unreachable',
  'source address failed policy',
  'reject route',
]

function name(type: number, code: number, is6: boolean): string {
  const isUnreachable = type === (is6 ? 1 : 3)
  const told = isUnreachable ? (is6 ? codes6 : codes4)[code] : undefined
  return told ?? (is6 ? names6 : names4)[type] ?? `type ${type}`
}

function details(bytes: Buffer, type: number, is6: boolean): Partial<Icmp> {
  const isEcho = is6 ? type === 128 || type === 129 : type === 0 || type === 8
  if (isEcho) return { id: bytes.readUInt16BE(4), sequence: bytes.readUInt16BE(6) }
  if (is6 && type === 2) return { mtu: bytes.readUInt32BE(4) }
  if (!is6 && type === 3 && bytes[1] === 4) return { mtu: bytes.readUInt16BE(6) }
  if (!is6 && type === 5) return { target: addressText(bytes.subarray(4, 8)) }
  if (is6 && type === 143) return { records: bytes.readUInt16BE(6) }
  const hasTarget = is6 && type >= 135 && type <= 137 && bytes.length >= 24
  return hasTarget ? { target: addressText(bytes.subarray(8, 24)) } : {}
}

/** Whether the message quotes the packet that it is about, after eight bytes. */
function isError(type: number, is6: boolean): boolean {
  return is6 ? type >= 1 && type <= 4 : type === 3 || type === 5 || type === 11 || type === 12
}

function parse(bytes: Buffer, is6: boolean): Step | undefined {
  if (bytes.length < 8) return undefined
  const type = bytes.readUInt8(0)
  const code = bytes.readUInt8(1)
  const layer: Icmp = {
    protocol: is6 ? 'icmpv6' : 'icmp',
    type,
    code,
    name: name(type, code, is6),
    ...details(bytes, type, is6),
    length: bytes.length,
  }
  if (!isError(type, is6)) return { layer }
  return { layer, next: is6 ? 'ipv6' : 'ipv4', rest: bytes.subarray(8) }
}

export const icmp = (bytes: Buffer) => parse(bytes, false)
export const icmpv6 = (bytes: Buffer) => parse(bytes, true)

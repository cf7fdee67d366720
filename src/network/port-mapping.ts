import { isIPv4, isIPv6 } from 'node:net'
import { UsageError } from '../errors.ts'

/** A port of a host, and the container's port that it leads to. */
export interface PortMapping {
  protocol: 'tcp' | 'udp'
  /** Default: every address of the host. */
  hostAddress?: string
  /** 0: a free one of the host's ephemeral range. */
  hostPort: number
  /** The container's. */
  port: number
}

/** What a script writes for one: see `parsePortMapping`. */
export type PortMappingInput = string | number | (Partial<PortMapping> & { port: number })

function wrong(input: unknown, reason: string): UsageError {
  return new UsageError(`${JSON.stringify(input)} is not a port mapping: ${reason}`, {
    code: 'TNET_PORT_INVALID',
    hint: "write '8080:80', '127.0.0.1:8080:80/udp', '8000-8010:80-90', or '0:80' for any free one",
  })
}

function portNumber(text: string, input: unknown, lowest: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (port >= lowest && port <= 65535) return port
  throw wrong(input, `"${text}" is not a port from ${lowest} to 65535`)
}

/** `80`, or `80-90` as first and last. */
function portRange(text: string, input: unknown, lowest: number): [number, number] {
  const [first = '', last = first, ...rest] = text.split('-')
  if (rest.length > 0) throw wrong(input, `"${text}" is not FIRST-LAST`)
  const range: [number, number] = [
    portNumber(first, input, lowest),
    portNumber(last, input, first === last ? lowest : 1),
  ]
  if (range[0] <= range[1] && (range[0] > 0 || range[1] === 0)) return range
  throw wrong(input, `"${text}" runs backwards`)
}

function checkHost(address: string, input: unknown): string {
  if (isIPv4(address) || (isIPv6(address) && !address.includes('%'))) return address
  throw wrong(input, `"${address}" is not an address`)
}

/** `[2001:db8::1]:8080:80` as host address, host ports and container ports. */
function splitText(text: string, input: unknown): [string | undefined, string, string] {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text)
  const [address, rest] =
    bracketed === null ? [undefined, text] : [bracketed[1] ?? '', bracketed[2] ?? '']
  const parts = rest.split(':')
  const [a = '', b = '', c = ''] = parts
  if (address !== undefined && parts.length === 2) return [checkHost(address, input), a, b]
  if (address === undefined && parts.length === 1) return [undefined, '0', a]
  if (address === undefined && parts.length === 2) return [undefined, a, b]
  if (address === undefined && parts.length === 3) return [checkHost(a, input), b, c]
  throw wrong(input, 'expected HOST:CONTAINER, or ADDRESS:HOST:CONTAINER')
}

function parseText(text: string): PortMapping[] {
  const [, spec = '', protocol = 'tcp'] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? []
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw wrong(text, `"${protocol}" is neither tcp nor udp`)
  }
  const [hostAddress, hostText, containerText] = splitText(spec, text)
  const [first, last] = portRange(containerText, text, 1)
  const [hostFirst, hostLast] = portRange(hostText === '' ? '0' : hostText, text, 0)
  if (hostFirst !== 0 && hostLast - hostFirst !== last - first) {
    throw wrong(text, `${hostText} and ${containerText} are not equally many`)
  }
  return Array.from({ length: last - first + 1 }, (_, n) => ({
    protocol,
    ...(hostAddress === undefined ? {} : { hostAddress }),
    hostPort: hostFirst === 0 ? 0 : hostFirst + n,
    port: first + n,
  }))
}

/**
 * Reads one port mapping, or the several of a range: `HOST:CONTAINER`, `ADDRESS:HOST:CONTAINER`,
 * either with `/tcp` (the default) or `/udp`. The host's port may be 0 or left out: any free one.
 *
 * @throws UsageError TNET_PORT_INVALID
 * @example
 * parsePortMapping('8080:80')              // [{ protocol: 'tcp', hostPort: 8080, port: 80 }]
 * parsePortMapping('8000-8010:80-90')      // eleven of them
 * parsePortMapping('127.0.0.1:5353:53/udp')
 * parsePortMapping({ port: 80 })           // on a free port of the host
 */
export function parsePortMapping(input: PortMappingInput): PortMapping[] {
  if (typeof input === 'number') return parseText(String(input))
  if (typeof input === 'string') return parseText(input)
  const { protocol = 'tcp', hostAddress, hostPort = 0, port } = input
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw wrong(input, `"${String(protocol)}" is neither tcp nor udp`)
  }
  return [
    {
      protocol,
      ...(hostAddress === undefined ? {} : { hostAddress: checkHost(hostAddress, input) }),
      hostPort: portNumber(String(hostPort), input, 0),
      port: portNumber(String(port), input, 1),
    },
  ]
}

/** `192.0.2.1:8080/tcp`; without an address `0.0.0.0`. */
export function hostPortText({ hostAddress = '0.0.0.0', hostPort, protocol }: PortMapping): string {
  const address = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress
  return `${address}:${hostPort}/${protocol}`
}

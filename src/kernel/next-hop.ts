import { KernelError } from '../errors.ts'
import { addressBytes, addressText } from './netlink/address-bytes.ts'
import { NetlinkConnection } from './netlink/connection.ts'
import { body, parseAttributes, type Request } from './netlink/message.ts'
import { neighbourList, parseNeighbour } from './netlink/neighbour.ts'
import type { Netns } from './netns.ts'

/** linux/rtnetlink.h */
const RTM_GETROUTE = 26
const RTA_DST = 1
const RTA_OIF = 4
const RTA_GATEWAY = 5

export interface NextHop {
  /** The gateway, or the destination itself when it is on a link. */
  address: string
  /** Index of the link. */
  index: number
}

/** Asks for the route that a packet of the node's own takes. */
export function routeGet(destination: string): Request {
  const { family, bytes } = addressBytes(destination)
  return {
    type: RTM_GETROUTE,
    flags: 0,
    operation: 'RTM_GETROUTE',
    what: `look up the route to ${destination}`,
    shell: `ip route get ${destination}`,
    body: body(w =>
      w
        .fixed(12, [
          [0, 1, family],
          [1, 1, bytes.length * 8],
        ])
        .bytes(RTA_DST, bytes),
    ),
  }
}

export function parseNextHop(message: Buffer, destination: string): NextHop {
  const attributes = parseAttributes(message, 12)
  const gateway = attributes.get(RTA_GATEWAY)
  return {
    address: gateway === undefined ? destination : addressText(gateway),
    index: attributes.get(RTA_OIF)?.readUInt32LE(0) ?? 0,
  }
}

/** Where a namespace's own packets for an address go; undefined when it has no route there. */
export function nextHopFrom(netns: Pick<Netns, 'get'>, destination: string): NextHop | undefined {
  try {
    return netns.get(routeGet(destination), message => parseNextHop(message, destination))
  } catch (error) {
    if (error instanceof KernelError && error.errno === 'ENETUNREACH') return undefined
    throw error
  }
}

function lookUp(wire: NetlinkConnection, destination: string): NextHop | undefined {
  try {
    return wire.get([routeGet(destination)], message => parseNextHop(message, destination))[0]
  } catch {
    return undefined // no route: no next hop
  }
}

/**
 * Which of the destinations lie behind a next hop that has not answered ARP or neighbour
 * discovery: the kernel says so by itself only after three seconds.
 */
export function withoutNeighbour(
  namespace: number,
  destinations: readonly string[],
  label: string,
): Set<string> {
  using wire = new NetlinkConnection(namespace, { label, name: label })
  const silent = new Set(
    wire
      .dump(neighbourList, parseNeighbour)
      .filter(({ state }) => state === 'incomplete' || state === 'failed')
      .map(({ address, index }) => `${address} ${index}`),
  )
  if (silent.size === 0) return new Set()
  const isSilent = (destination: string) => {
    const hop = lookUp(wire, destination)
    return hop !== undefined && silent.has(`${hop.address} ${hop.index}`)
  }
  return new Set(destinations.filter(isSilent))
}

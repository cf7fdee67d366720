import { addressList, parseAddress, type AddressInfo } from '../../kernel/netlink/address.ts'
import { parseLinkDetails, type LinkDetails } from '../../kernel/netlink/link-details.ts'
import { linkList } from '../../kernel/netlink/link-list.ts'
import {
  fdbList,
  neighbourList,
  parseFdb,
  parseNeighbour,
  type FdbInfo,
  type NeighbourInfo,
} from '../../kernel/netlink/neighbour.ts'
import { mainRouteList, routeText } from '../../kernel/netlink/route-text.ts'
import type { Netns } from '../../kernel/netns.ts'

/** What the kernel has in a namespace; what could not be read is empty. */
export interface SeenNamespace {
  netns: Netns
  links: readonly LinkDetails[]
  addresses: readonly AddressInfo[]
  /** Of the main table. */
  routes: readonly string[]
  /** Where a VXLAN device is. */
  fdb: readonly FdbInfo[]
  /** Where a GRE device is. */
  neighbours: readonly NeighbourInfo[]
}

/** Of a lab that is half made or half broken, what can be read is shown. */
export function read<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}

/** The lists that a node needs for a drawing, no others. */
export function seenNamespace(netns: Netns): SeenNamespace {
  const links = read(() => netns.dump(linkList, parseLinkDetails), [])
  const names = new Map(links.map(({ index, name }) => [index, name]))
  const nameOf = (index: number) => names.get(index) ?? `if${index}`
  const has = (...kinds: string[]) => links.some(({ kind }) => kinds.includes(kind))
  return {
    netns,
    links,
    addresses: read(() => netns.dump(addressList, parseAddress), []),
    routes: read(() => netns.dump(mainRouteList, route => routeText(route, nameOf)), []),
    fdb: has('vxlan') ? read(() => netns.dump(fdbList, parseFdb), []) : [],
    neighbours: has('gre') ? read(() => netns.dump(neighbourList, parseNeighbour), []) : [],
  }
}

import { addressText } from './address-bytes.ts'
import { parseLink, type LinkInfo } from './link-list.ts'
import { parseAttributes } from './message.ts'

/** linux/if_link.h */
const IFLA_LINKINFO = 18
const IFLA_LINK_NETNSID = 37
const IFLA_INFO_DATA = 2
const IFLA_VXLAN_ID = 1
const IFLA_VXLAN_GROUP = 2
const IFLA_VXLAN_LOCAL = 4
const IFLA_VXLAN_GROUP6 = 16
const IFLA_VXLAN_LOCAL6 = 17
const IFLA_VLAN_ID = 1
/** linux/if_tunnel.h */
const IFLA_IPTUN_LOCAL = 2
const IFLA_IPTUN_REMOTE = 3
const IFLA_GRE_OFLAGS = 3
const IFLA_GRE_OKEY = 5
const IFLA_GRE_LOCAL = 6
const IFLA_GRE_REMOTE = 7
const GRE_KEY = 0x2000

/** What a link puts around packets. */
export interface LinkTunnel {
  /** VNI, key or VLAN tag. */
  id?: number
  local?: string
  /** The remote, or the multicast group. */
  remote?: string
}

export interface LinkDetails extends LinkInfo {
  /** What this namespace calls the one that `peer` is in; none: they are in the same. */
  peerNamespace?: number
  tunnel?: LinkTunnel
}

type Attributes = Map<number, Buffer>

/** The first of these that is an address, and not "any". */
function address(data: Attributes, ...types: number[]): string | undefined {
  const bytes = types.flatMap(type => data.get(type) ?? []).find(one => one.some(byte => byte > 0))
  return bytes === undefined ? undefined : addressText(bytes)
}

function tunnelOf(kind: string, data: Attributes): LinkTunnel | undefined {
  const found = (id: number | undefined, local?: string, remote?: string): LinkTunnel => ({
    ...(id === undefined ? {} : { id }),
    ...(local === undefined ? {} : { local }),
    ...(remote === undefined ? {} : { remote }),
  })
  switch (kind) {
    case 'vxlan':
      return found(
        data.get(IFLA_VXLAN_ID)?.readUInt32LE(0),
        address(data, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6),
        address(data, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6),
      )
    case 'vlan':
      return found(data.get(IFLA_VLAN_ID)?.readUInt16LE(0))
    case 'ipip':
      return found(undefined, address(data, IFLA_IPTUN_LOCAL), address(data, IFLA_IPTUN_REMOTE))
    case 'gre':
    case 'gretap': {
      const hasKey = ((data.get(IFLA_GRE_OFLAGS)?.readUInt16BE(0) ?? 0) & GRE_KEY) !== 0
      const key = hasKey ? data.get(IFLA_GRE_OKEY)?.readUInt32BE(0) : undefined
      return found(key, address(data, IFLA_GRE_LOCAL), address(data, IFLA_GRE_REMOTE))
    }
    default:
      return undefined
  }
}

/** A link with what it is to other namespaces and to the underlay. */
export function parseLinkDetails(message: Buffer): LinkDetails | undefined {
  const link = parseLink(message)
  if (link === undefined) return undefined
  const attributes = parseAttributes(message, 16)
  const peerNamespace = attributes.get(IFLA_LINK_NETNSID)?.readInt32LE(0)
  const info = attributes.get(IFLA_LINKINFO)
  const data = info === undefined ? undefined : parseAttributes(info).get(IFLA_INFO_DATA)
  const tunnel = data === undefined ? undefined : tunnelOf(link.kind, parseAttributes(data))
  return {
    ...link,
    ...(peerNamespace === undefined ? {} : { peerNamespace }),
    ...(tunnel === undefined ? {} : { tunnel }),
  }
}

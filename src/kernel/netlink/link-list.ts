import { AF_UNSPEC, macText } from './address-bytes.ts'
import { body, parseAttributes, text, type Request } from './message.ts'

const RTM_GETLINK = 18
/** linux/if_link.h */
const IFLA_ADDRESS = 1
const IFLA_IFNAME = 3
const IFLA_MTU = 4
const IFLA_LINK = 5
const IFLA_MASTER = 10
const IFLA_OPERSTATE = 16
const IFLA_LINKINFO = 18
const IFLA_CARRIER = 33
const IFLA_EXT_MASK = 29
const IFLA_INFO_KIND = 1
const IFLA_INFO_SLAVE_KIND = 4
const IFLA_INFO_SLAVE_DATA = 5
const IFLA_BRPORT_STATE = 1
/** Leave the counters out: they are half of the answer and nobody reads them. */
const RTEXT_FILTER_SKIP_STATS = 1 << 3
const IFF_UP = 1

/** linux/if.h, RFC 2863 */
const operStates = [
  'unknown',
  'notpresent',
  'down',
  'lowerlayerdown',
  'testing',
  'dormant',
  'up',
] as const
export type OperState = (typeof operStates)[number]

/** linux/if_bridge.h */
const portStates = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const
export type PortState = (typeof portStates)[number]

export interface LinkInfo {
  index: number
  name: string
  /** `veth`, `bridge`, `vxlan`, `tun`; empty for lo and hardware. */
  kind: string
  mtu: number
  mac: string
  /** Administratively up. */
  isUp: boolean
  operState: OperState
  hasCarrier: boolean
  /** Index of the bridge that it is a port of. */
  master?: number
  /** Index of the other end, in whatever namespace that is. */
  peer?: number
  /** For a bridge port. */
  portState?: PortState
}

function linkBody(index: number, name?: string): Buffer {
  return body(w => {
    w.fixed(16, [
      [0, 1, AF_UNSPEC],
      [4, 4, index],
    ])
    if (name !== undefined) w.string(IFLA_IFNAME, name)
    w.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)
  })
}

export const linkList: Request = {
  type: RTM_GETLINK,
  flags: 0,
  operation: 'RTM_GETLINK',
  what: 'list links',
  shell: 'ip link',
  body: linkBody(0),
}

export function linkGet(name: string): Request {
  return {
    type: RTM_GETLINK,
    flags: 0,
    operation: 'RTM_GETLINK',
    what: `find link "${name}"`,
    shell: `ip link show ${name}`,
    body: linkBody(0, name),
    hints: { ENODEV: 'look at what is there: (await node.links())' },
  }
}

export function linkByIndex(index: number): Request {
  return {
    type: RTM_GETLINK,
    flags: 0,
    operation: 'RTM_GETLINK',
    what: `look at link ${index}`,
    shell: 'ip link',
    body: linkBody(index),
  }
}

/** The operational state alone: of hundreds of links that were just made, nobody asks for more. */
export function parseOperState(message: Buffer): OperState | undefined {
  for (let at = 16; at + 4 <= message.length;) {
    const length = message.readUInt16LE(at)
    if (message.readUInt16LE(at + 2) === IFLA_OPERSTATE) {
      return operStates[message.readUInt8(at + 4)] ?? 'unknown'
    }
    if (length < 4) break
    at += (length + 3) & ~3
  }
  return undefined
}

export function parseLink(message: Buffer): LinkInfo | undefined {
  const attributes = parseAttributes(message, 16)
  const name = attributes.get(IFLA_IFNAME)
  if (name === undefined) return undefined
  const info = attributes.get(IFLA_LINKINFO)
  const details = info === undefined ? new Map<number, Buffer>() : parseAttributes(info)
  const kind = details.get(IFLA_INFO_KIND)
  const port =
    text(details.get(IFLA_INFO_SLAVE_KIND) ?? Buffer.alloc(0)) === 'bridge'
      ? parseAttributes(details.get(IFLA_INFO_SLAVE_DATA) ?? Buffer.alloc(0))
      : undefined
  const portState = portStates[port?.get(IFLA_BRPORT_STATE)?.readUInt8(0) ?? -1]
  const master = attributes.get(IFLA_MASTER)?.readUInt32LE(0)
  const peer = attributes.get(IFLA_LINK)?.readUInt32LE(0)
  return {
    index: message.readInt32LE(4),
    name: text(name),
    kind: kind === undefined ? '' : text(kind),
    mtu: attributes.get(IFLA_MTU)?.readUInt32LE(0) ?? 0,
    mac: macText(attributes.get(IFLA_ADDRESS) ?? Buffer.alloc(0)),
    isUp: (message.readUInt32LE(8) & IFF_UP) !== 0,
    operState: operStates[attributes.get(IFLA_OPERSTATE)?.readUInt8(0) ?? 0] ?? 'unknown',
    hasCarrier: attributes.get(IFLA_CARRIER)?.readUInt8(0) === 1,
    ...(master === undefined ? {} : { master }),
    ...(peer === undefined ? {} : { peer }),
    ...(portState === undefined ? {} : { portState }),
  }
}

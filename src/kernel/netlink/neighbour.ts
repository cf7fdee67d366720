import { isIPv4 } from 'node:net'
import { shellWord } from '../../names.ts'
import {
  addressBytes,
  addressText,
  AF_BRIDGE,
  AF_INET6,
  AF_UNSPEC,
  macBytes,
  macText,
} from './address-bytes.ts'
import {
  body,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  parseAttributes,
  type Request,
} from './message.ts'

/** linux/rtnetlink.h, linux/neighbour.h */
const RTM_NEWNEIGH = 28
const RTM_DELNEIGH = 29
const RTM_GETNEIGH = 30
const NDA_DST = 1
const NDA_LLADDR = 2
const NDA_VLAN = 5
const NDA_MASTER = 9
const NUD_REACHABLE = 0x02
const NUD_NOARP = 0x40
const NUD_FAILED = 0x20
const NUD_PERMANENT = 0x80
const NTF_SELF = 0x02
const NTF_MASTER = 0x04

const states: readonly (readonly [number, NeighbourState])[] = [
  [0x01, 'incomplete'],
  [0x02, 'reachable'],
  [0x04, 'stale'],
  [0x08, 'delay'],
  [0x10, 'probe'],
  [0x20, 'failed'],
  [0x40, 'noarp'],
  [0x80, 'permanent'],
]
export type NeighbourState =
  'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed' | 'noarp' | 'permanent'

export interface NeighbourInfo {
  address: string
  family: 'inet' | 'inet6'
  /** Empty while it is not known; on a GRE device, the remote's address. */
  mac: string
  index: number
  state: NeighbourState | 'none'
}

export interface FdbInfo {
  mac: string
  index: number
  /** Index of the bridge, for a bridge port's entry. */
  master?: number
  /** The remote VTEP, for a VXLAN device's entry. */
  dst?: string
  vlan?: number
  isPermanent: boolean
}

type Link = { index: number; name: string }

function header(family: number, index: number, state: number, flags: number) {
  return [
    [0, 1, family],
    [4, 4, index],
    [8, 2, state],
    [10, 1, flags],
  ] as const
}

/** Of an Ethernet link a MAC, of a tunnel the remote's address. */
const linkLayer = (address: string) =>
  isIPv4(address) ? addressBytes(address).bytes : macBytes(address)

/**
 * A neighbour that is never asked for: `ip neigh replace … nud permanent`.
 *
 * @param mac on a GRE device without a remote, the underlay address of who is meant
 */
export function neighbourReplace(link: Link, address: string, mac: string): Request {
  const { family, bytes } = addressBytes(address)
  return {
    type: RTM_NEWNEIGH,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    operation: 'RTM_NEWNEIGH',
    what: `set neighbour ${address} on "${link.name}"`,
    shell: `ip neigh replace ${address} lladdr ${mac} dev ${shellWord(link.name)} nud permanent`,
    body: body(w => {
      w.fixed(12, header(family, link.index, NUD_PERMANENT, 0))
      w.bytes(NDA_DST, bytes).bytes(NDA_LLADDR, linkLayer(mac))
    }),
  }
}

/** Nobody answers there, as if all questions had been asked; whoever sends next asks again. */
export function neighbourFailed(link: Link, address: string): Request {
  const { family, bytes } = addressBytes(address)
  return {
    type: RTM_NEWNEIGH,
    flags: NLM_F_REPLACE,
    operation: 'RTM_NEWNEIGH',
    what: `give up neighbour ${address} on "${link.name}"`,
    shell: `ip neigh change ${address} dev ${shellWord(link.name)} nud failed`,
    body: body(w => w.fixed(12, header(family, link.index, NUD_FAILED, 0)).bytes(NDA_DST, bytes)),
  }
}

export function neighbourDelete(link: Link, address: string): Request {
  const { family, bytes } = addressBytes(address)
  return {
    type: RTM_DELNEIGH,
    flags: 0,
    operation: 'RTM_DELNEIGH',
    what: `delete neighbour ${address} from "${link.name}"`,
    shell: `ip neigh del ${address} dev ${shellWord(link.name)}`,
    body: body(w => w.fixed(12, header(family, link.index, 0, 0)).bytes(NDA_DST, bytes)),
  }
}

export interface FdbSpec {
  mac: string
  /** The remote VTEP's address: an entry of a VXLAN device itself. */
  dst?: string
  /** Beside other entries of the same MAC: head-end replication on 00:00:00:00:00:00. */
  append?: boolean
  vlan?: number
}

function fdb(verb: 'add' | 'append' | 'del', link: Link, spec: FdbSpec): Request {
  const isSelf = spec.dst !== undefined
  const words = [
    `bridge fdb ${verb} ${spec.mac} dev ${shellWord(link.name)}`,
    spec.dst === undefined ? 'master static' : `dst ${spec.dst} self permanent`,
    spec.vlan === undefined ? '' : `vlan ${spec.vlan}`,
  ]
  const state = isSelf ? NUD_PERMANENT | NUD_NOARP : NUD_REACHABLE | NUD_NOARP
  return {
    type: verb === 'del' ? RTM_DELNEIGH : RTM_NEWNEIGH,
    flags: verb === 'del' ? 0 : NLM_F_CREATE | (verb === 'append' ? NLM_F_APPEND : NLM_F_EXCL),
    operation: verb === 'del' ? 'RTM_DELNEIGH' : 'RTM_NEWNEIGH',
    what: `${verb} FDB entry ${spec.mac} on "${link.name}"`,
    shell: words.join(' ').trimEnd(),
    body: body(w => {
      w.fixed(12, header(AF_BRIDGE, link.index, state, isSelf ? NTF_SELF : NTF_MASTER))
      w.bytes(NDA_LLADDR, macBytes(spec.mac))
      if (spec.dst !== undefined) w.bytes(NDA_DST, addressBytes(spec.dst).bytes)
      if (spec.vlan !== undefined) w.u16(NDA_VLAN, spec.vlan)
    }),
  }
}

export const fdbAdd = (link: Link, spec: FdbSpec): Request =>
  fdb(spec.append === true ? 'append' : 'add', link, spec)
export const fdbDelete = (link: Link, spec: FdbSpec): Request => fdb('del', link, spec)

const list = (family: number, what: string, shell: string): Request => ({
  type: RTM_GETNEIGH,
  flags: 0,
  operation: 'RTM_GETNEIGH',
  what,
  shell,
  body: body(w => w.fixed(12, [[0, 1, family]])),
})

export const neighbourList = list(AF_UNSPEC, 'list neighbours', 'ip neigh')
export const fdbList = list(AF_BRIDGE, 'list FDB entries', 'bridge fdb')

export function parseNeighbour(message: Buffer): NeighbourInfo | undefined {
  const attributes = parseAttributes(message, 12)
  const bytes = attributes.get(NDA_DST)
  if (bytes === undefined || message.readUInt8(0) === AF_BRIDGE) return undefined
  const state = message.readUInt16LE(8)
  const mac = attributes.get(NDA_LLADDR)
  return {
    address: addressText(bytes),
    family: message.readUInt8(0) === AF_INET6 ? 'inet6' : 'inet',
    mac: mac === undefined ? '' : mac.length === 4 ? addressText(mac) : macText(mac),
    index: message.readInt32LE(4),
    state: states.find(([bit]) => (state & bit) !== 0)?.[1] ?? 'none',
  }
}

export function parseFdb(message: Buffer): FdbInfo | undefined {
  const attributes = parseAttributes(message, 12)
  const mac = attributes.get(NDA_LLADDR)
  if (mac === undefined || message.readUInt8(0) !== AF_BRIDGE) return undefined
  const dst = attributes.get(NDA_DST)
  const master = attributes.get(NDA_MASTER)?.readUInt32LE(0)
  const vlan = attributes.get(NDA_VLAN)?.readUInt16LE(0)
  return {
    mac: macText(mac),
    index: message.readInt32LE(4),
    isPermanent: (message.readUInt16LE(8) & NUD_PERMANENT) !== 0,
    ...(dst === undefined ? {} : { dst: addressText(dst) }),
    ...(master === undefined ? {} : { master }),
    ...(vlan === undefined ? {} : { vlan }),
  }
}

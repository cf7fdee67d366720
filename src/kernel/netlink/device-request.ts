import { shellWord } from '../../names.ts'
import { addressBytes, AF_INET6 } from './address-bytes.ts'
import { linkExists, linkHeader, linkWords, writeLinkEnd, type LinkEnd } from './link-request.ts'
import { body, NLM_F_CREATE, NLM_F_EXCL, type MessageWriter, type Request } from './message.ts'

/** linux/rtnetlink.h */
const RTM_NEWLINK = 16
/** linux/if_link.h */
const IFLA_LINK = 5
const IFLA_MASTER = 10
const IFLA_LINKINFO = 18
const IFLA_NET_NS_FD = 28
const IFLA_INFO_KIND = 1
const IFLA_INFO_DATA = 2
const IFLA_VXLAN_ID = 1
const IFLA_VXLAN_GROUP = 2
const IFLA_VXLAN_LINK = 3
const IFLA_VXLAN_LOCAL = 4
const IFLA_VXLAN_TTL = 5
const IFLA_VXLAN_LEARNING = 7
const IFLA_VXLAN_PORT = 15
const IFLA_VXLAN_GROUP6 = 16
const IFLA_VXLAN_LOCAL6 = 17
const IFLA_VLAN_ID = 1
const IFLA_MACVLAN_MODE = 1
const macvlanModes = { private: 1, vepa: 2, bridge: 4, passthru: 8 } as const
/** linux/if_tunnel.h */
const IFLA_IPTUN_LINK = 1
const IFLA_IPTUN_LOCAL = 2
const IFLA_IPTUN_REMOTE = 3
const IFLA_IPTUN_TTL = 4
const IFLA_IPTUN_PMTUDISC = 10
const IFLA_GRE_LINK = 1
const IFLA_GRE_IFLAGS = 2
const IFLA_GRE_OFLAGS = 3
const IFLA_GRE_IKEY = 4
const IFLA_GRE_OKEY = 5
const IFLA_GRE_LOCAL = 6
const IFLA_GRE_REMOTE = 7
const IFLA_GRE_TTL = 8
const IFLA_GRE_PMTUDISC = 10
const GRE_KEY = 0x2000
/** linux/if.h */
const IFF_UP = 1

type Link = { index: number; name: string }

/** What the links of this file have in common. */
export interface DeviceSpec extends LinkEnd {
  /** Default: down. */
  up?: boolean
  /** The bridge that it becomes a port of. */
  master?: Link
}

interface Device {
  kind: string
  /** What follows `type KIND` in the shell. */
  words: string
  data: (writer: MessageWriter) => unknown
  /** The link that it stands on. */
  parent?: Link
  /** Where it is born, if not here. */
  namespace?: { fd: number; name: string }
  /** What to try when the kernel has such a link already. Default: another name. */
  twin?: string
}

function deviceAdd(spec: DeviceSpec, device: Device): Request {
  const { kind, words, parent, namespace, twin } = device
  const up = spec.up === true ? IFF_UP : 0
  const name = shellWord(spec.name)
  const shell =
    `ip link add ${parent === undefined ? '' : `link ${shellWord(parent.name)} `}${name}` +
    (namespace === undefined ? '' : ` netns ${shellWord(namespace.name)}`) +
    `${linkWords(spec)} type ${kind}${words}` +
    (spec.master === undefined ? '' : `\nip link set ${name} master ${spec.master.name}`) +
    (up === 0 ? '' : `\nip link set ${name} up`)
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    operation: 'RTM_NEWLINK',
    what: `create ${kind} device "${spec.name}"`,
    shell,
    hints: {
      ...(twin === undefined ? linkExists(spec.name) : { EEXIST: twin }),
      EOPNOTSUPP: `this kernel has no ${kind}; see what it has: tnet-lab doctor`,
    },
    body: body(w => {
      linkHeader(spec.index ?? 0, up, up)(w)
      writeLinkEnd(w, spec)
      if (parent !== undefined) w.u32(IFLA_LINK, parent.index)
      if (spec.master !== undefined) w.u32(IFLA_MASTER, spec.master.index)
      if (namespace !== undefined) w.u32(IFLA_NET_NS_FD, namespace.fd)
      w.nest(IFLA_LINKINFO, info =>
        info.string(IFLA_INFO_KIND, kind).nest(IFLA_INFO_DATA, device.data),
      )
    }),
  }
}

export interface VxlanSpec extends DeviceSpec {
  /** VXLAN network identifier, 24 bits. */
  id: number
  /** The host's own address on the underlay. */
  local?: string
  /** A multicast group that unknown destinations are asked in, or one remote. */
  group?: string
  /** The underlay's link: its MTU counts, and a multicast group is joined there. */
  dev?: Link
  /** UDP port of the outer header: 8472 is the kernel's and Flannel's, 4789 IANA's. Default 8472. */
  port?: number
  /** Learns which MAC is behind which remote. Default true, as the kernel. */
  learning?: boolean
  /** Of the outer header; the kernel's default for a multicast group is 1. */
  ttl?: number
}

/**
 * A VXLAN device: Ethernet over UDP (RFC 7348).
 *
 * @example
 * host.execute(vxlanAdd({ name: 'flannel.1', id: 1, local: '192.0.2.1', dev: eth0, learning: false }))
 */
export function vxlanAdd(spec: VxlanSpec): Request {
  const { id, local, group, dev, port = 8472, learning = true, ttl } = spec
  const words = [
    ` id ${id}`,
    group === undefined ? '' : ` group ${group}`,
    local === undefined ? '' : ` local ${local}`,
    dev === undefined ? '' : ` dev ${shellWord(dev.name)}`,
    ttl === undefined ? '' : ` ttl ${ttl}`,
    ` dstport ${port}`,
    learning ? '' : ' nolearning',
  ]
  const address = (w: MessageWriter, text: string, types: readonly [number, number]) => {
    const { family, bytes } = addressBytes(text)
    w.bytes(types[family === AF_INET6 ? 1 : 0], bytes)
  }
  return deviceAdd(spec, {
    kind: 'vxlan',
    words: words.join(''),
    // The kernel means either by EEXIST (vxlan_config_validate in drivers/net/vxlan/vxlan_core.c).
    twin:
      `there is already a link called "${spec.name}" here or, if that name is free, a VXLAN device ` +
      `with VNI ${id} and port ${port}; use another`,
    data: w => {
      w.u32(IFLA_VXLAN_ID, id)
      if (group !== undefined) address(w, group, [IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6])
      if (dev !== undefined) w.u32(IFLA_VXLAN_LINK, dev.index)
      if (local !== undefined) address(w, local, [IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6])
      if (ttl !== undefined) w.u8(IFLA_VXLAN_TTL, ttl)
      w.u8(IFLA_VXLAN_LEARNING, Number(learning)).be16(IFLA_VXLAN_PORT, port)
    },
  })
}

export interface TunnelSpec extends DeviceSpec {
  /** IPIP (protocol 4), GRE (protocol 47) with IP packets in it, or with Ethernet frames. */
  kind: 'ipip' | 'gre' | 'gretap'
  local: string
  /** Default: any; then each route's gateway says who. */
  remote?: string
  dev?: Link
  /** GRE alone: 32 bits that both ends have to agree on; four bytes more a packet. */
  key?: number
  ttl?: number
}

function ipipData({ local, remote, dev, ttl = 0 }: TunnelSpec) {
  return (w: MessageWriter) => {
    if (dev !== undefined) w.u32(IFLA_IPTUN_LINK, dev.index)
    w.bytes(IFLA_IPTUN_LOCAL, addressBytes(local).bytes)
    if (remote !== undefined) w.bytes(IFLA_IPTUN_REMOTE, addressBytes(remote).bytes)
    w.u8(IFLA_IPTUN_TTL, ttl).u8(IFLA_IPTUN_PMTUDISC, 1)
  }
}

function greData({ local, remote, dev, key, ttl = 0 }: TunnelSpec) {
  return (w: MessageWriter) => {
    if (dev !== undefined) w.u32(IFLA_GRE_LINK, dev.index)
    if (key !== undefined) {
      w.be16(IFLA_GRE_IFLAGS, GRE_KEY).be16(IFLA_GRE_OFLAGS, GRE_KEY)
      w.be32(IFLA_GRE_IKEY, key).be32(IFLA_GRE_OKEY, key)
    }
    w.bytes(IFLA_GRE_LOCAL, addressBytes(local).bytes)
    if (remote !== undefined) w.bytes(IFLA_GRE_REMOTE, addressBytes(remote).bytes)
    w.u8(IFLA_GRE_TTL, ttl).u8(IFLA_GRE_PMTUDISC, 1)
  }
}

/** An IPIP, GRE or gretap device over IPv4, with the kernel's defaults: TTL inherited, DF set. */
export function tunnelAdd(spec: TunnelSpec): Request {
  const { kind, local, remote, dev, key, ttl } = spec
  const words = [
    remote === undefined ? '' : ` remote ${remote}`,
    ` local ${local}`,
    dev === undefined ? '' : ` dev ${shellWord(dev.name)}`,
    ttl === undefined ? '' : ` ttl ${ttl}`,
    key === undefined ? '' : ` key ${key}`,
  ]
  const data = kind === 'ipip' ? ipipData(spec) : greData(spec)
  return deviceAdd(spec, { kind, words: words.join(''), data })
}

export interface VlanSpec extends DeviceSpec {
  parent: Link
  /** 802.1Q, 1 to 4094. */
  id: number
}

/** A VLAN of a link: what leaves by it is tagged. */
export function vlanAdd(spec: VlanSpec): Request {
  return deviceAdd(spec, {
    kind: 'vlan',
    words: ` id ${spec.id}`,
    parent: spec.parent,
    data: w => w.u16(IFLA_VLAN_ID, spec.id),
  })
}

export interface MacvlanSpec extends DeviceSpec {
  parent: Link
  mode: keyof typeof macvlanModes
  /** Where it is born, if not beside its parent: its descriptor, and its name for the shell. */
  namespace?: { fd: number; name: string }
}

/** One more MAC address on a link. Its parent and it never reach each other. */
export function macvlanAdd(spec: MacvlanSpec): Request {
  const { parent, mode, namespace } = spec
  return deviceAdd(spec, {
    kind: 'macvlan',
    words: ` mode ${mode}`,
    parent,
    ...(namespace === undefined ? {} : { namespace }),
    data: w => w.u32(IFLA_MACVLAN_MODE, macvlanModes[mode]),
  })
}

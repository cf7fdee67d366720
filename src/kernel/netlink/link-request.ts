import { isLinkName, shellWord } from '../../names.ts'
import { UsageError } from '../../errors.ts'
import { AF_BRIDGE, AF_UNSPEC, macBytes } from './address-bytes.ts'
import { body, NLM_F_CREATE, NLM_F_EXCL, type MessageWriter, type Request } from './message.ts'

/** linux/rtnetlink.h */
const RTM_NEWLINK = 16
const RTM_DELLINK = 17
const RTM_SETLINK = 19
/** linux/if_link.h */
const IFLA_ADDRESS = 1
const IFLA_IFNAME = 3
const IFLA_MTU = 4
const IFLA_MASTER = 10
const IFLA_PROTINFO = 12
const IFLA_LINKINFO = 18
const IFLA_NET_NS_FD = 28
const IFLA_NUM_TX_QUEUES = 31
const IFLA_NUM_RX_QUEUES = 32
const IFLA_INFO_KIND = 1
const IFLA_INFO_DATA = 2
const IFLA_BR_FORWARD_DELAY = 1
const IFLA_BR_STP_STATE = 5
const IFLA_BR_MCAST_SNOOPING = 23
const IFLA_BRPORT_MODE = 4
const IFLA_BRPORT_ISOLATED = 33
/** linux/veth.h */
const VETH_INFO_PEER = 1
/** linux/if.h */
const IFF_UP = 1

export interface LinkEnd {
  name: string
  /** Index chosen by the caller; 0 or none lets the kernel choose. */
  index?: number
  mac?: string
  mtu?: number
}

export interface VethSpec extends LinkEnd {
  peer: LinkEnd & {
    /** Descriptor of the namespace that the peer is born in; none: the same. */
    namespace?: number
    /** That namespace's name, for the shell spelling. */
    namespaceName?: string
  }
  /** The bridge that this end belongs to: its index and, for the shell spelling, its name. */
  master?: { index: number; name: string }
  /** Bring this end up. The peer cannot be: the kernel refuses it (ENOTCONN). */
  up?: boolean
}

export interface BridgeSpec extends LinkEnd {
  /** Default false: a live bridge with snooping floods queries to every port. */
  multicastSnooping?: boolean
}

export function linkHeader(index: number, flags: number, change: number, family = AF_UNSPEC) {
  return (writer: MessageWriter) =>
    writer.fixed(16, [
      [0, 1, family],
      [4, 4, index],
      [8, 4, flags],
      [12, 4, change],
    ])
}

/** Throws a `UsageError` when the kernel would not take the name. */
export function checkLinkName(name: string): void {
  if (isLinkName(name)) return
  throw new UsageError(`${JSON.stringify(name)} cannot be the name of a link`, {
    code: 'TNET_LINK_NAME_INVALID',
    hint: 'a link name has 1 to 15 bytes, without spaces, "/" or ":" (dev_valid_name)',
  })
}

export function writeLinkEnd(writer: MessageWriter, spec: LinkEnd): void {
  checkLinkName(spec.name)
  writer.string(IFLA_IFNAME, spec.name)
  if (spec.mac !== undefined) writer.bytes(IFLA_ADDRESS, macBytes(spec.mac))
  if (spec.mtu !== undefined) writer.u32(IFLA_MTU, spec.mtu)
}

/** What `ip link add` and `ip link set` take of it. */
export const linkWords = (spec: LinkEnd) =>
  (spec.mac === undefined ? '' : ` address ${spec.mac}`) +
  (spec.mtu === undefined ? '' : ` mtu ${spec.mtu}`)

export const linkExists = (name: string) => ({
  EEXIST: `there is already a link called "${name}" here or where its peer goes; use another name`,
})

/**
 * A veth pair, complete in one message: names, the peer's namespace, master, up. One queue each:
 * more cost memory and time. The spelling leaves the queues out, as no packet notices them.
 */
export function vethAdd(spec: VethSpec): Request {
  const { peer, master } = spec
  const up = spec.up === true ? IFF_UP : 0
  const shell =
    `ip link add ${shellWord(spec.name)}${linkWords(spec)}` +
    ` type veth peer name ${shellWord(peer.name)}${linkWords(peer)}` +
    (peer.namespaceName === undefined ? '' : ` netns ${shellWord(peer.namespaceName)}`) +
    (master === undefined ? '' : `\nip link set ${shellWord(spec.name)} master ${master.name}`) +
    (up === 0 ? '' : `\nip link set ${shellWord(spec.name)} up`)
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    operation: 'RTM_NEWLINK',
    what: `create veth "${spec.name}" with peer "${peer.name}"`,
    shell,
    hints: linkExists(spec.name),
    body: body(w => {
      linkHeader(spec.index ?? 0, up, up)(w)
      writeLinkEnd(w, spec)
      w.u32(IFLA_NUM_TX_QUEUES, 1).u32(IFLA_NUM_RX_QUEUES, 1)
      if (master !== undefined) w.u32(IFLA_MASTER, master.index)
      w.nest(IFLA_LINKINFO, info => {
        info.string(IFLA_INFO_KIND, 'veth').nest(IFLA_INFO_DATA, data =>
          data.nest(VETH_INFO_PEER, inner => {
            linkHeader(peer.index ?? 0, 0, 0)(inner)
            writeLinkEnd(inner, peer)
            inner.u32(IFLA_NUM_TX_QUEUES, 1).u32(IFLA_NUM_RX_QUEUES, 1)
            if (peer.namespace !== undefined) inner.u32(IFLA_NET_NS_FD, peer.namespace)
          }),
        )
      })
    }),
  }
}

/** A bridge, down, without spanning tree, so that a port forwards as soon as it has carrier. */
export function bridgeAdd(spec: BridgeSpec): Request {
  const snooping = spec.multicastSnooping === true ? 1 : 0
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    operation: 'RTM_NEWLINK',
    what: `create bridge "${spec.name}"`,
    shell: `ip link add ${shellWord(spec.name)}${linkWords(spec)} type bridge forward_delay 0 stp_state 0 mcast_snooping ${snooping}`,
    hints: linkExists(spec.name),
    body: body(w => {
      linkHeader(spec.index ?? 0, 0, 0)(w)
      writeLinkEnd(w, spec)
      w.nest(IFLA_LINKINFO, info => {
        info.string(IFLA_INFO_KIND, 'bridge').nest(IFLA_INFO_DATA, data => {
          data
            .u32(IFLA_BR_FORWARD_DELAY, 0)
            .u32(IFLA_BR_STP_STATE, 0)
            .u8(IFLA_BR_MCAST_SNOOPING, snooping)
        })
      })
    }),
  }
}

export interface LinkChange {
  up?: boolean
  mtu?: number
  mac?: string
  name?: string
  /** A bridge, or `undefined` index 0 to leave it. */
  master?: { index: number; name: string } | null
  namespace?: { fd: number; name: string }
}

/** Changes a link; the shell spelling is one `ip link set`. */
export function linkSet(link: { index: number; name: string }, change: LinkChange): Request {
  if (change.name !== undefined) checkLinkName(change.name)
  const flags = change.up === true ? IFF_UP : 0
  const words = [
    change.name === undefined ? '' : ` name ${shellWord(change.name)}`,
    linkWords({ name: '', ...change }),
    change.master === undefined
      ? ''
      : change.master === null
        ? ' nomaster'
        : ` master ${shellWord(change.master.name)}`,
    change.namespace === undefined ? '' : ` netns ${shellWord(change.namespace.name)}`,
    change.up === undefined ? '' : change.up ? ' up' : ' down',
  ]
  return {
    // RTM_NEWLINK without NLM_F_CREATE changes what is there, and knows more than RTM_SETLINK.
    type: RTM_NEWLINK,
    flags: 0,
    operation: 'RTM_NEWLINK',
    what: `set link "${link.name}"${words.join('')}`,
    shell: `ip link set ${shellWord(link.name)}${words.join('')}`,
    ...(change.name === undefined ? {} : { hints: linkExists(change.name) }),
    body: body(w => {
      linkHeader(link.index, flags, change.up === undefined ? 0 : IFF_UP)(w)
      if (change.name !== undefined) w.string(IFLA_IFNAME, change.name)
      if (change.mac !== undefined) w.bytes(IFLA_ADDRESS, macBytes(change.mac))
      if (change.mtu !== undefined) w.u32(IFLA_MTU, change.mtu)
      if (change.master !== undefined) w.u32(IFLA_MASTER, change.master?.index ?? 0)
      if (change.namespace !== undefined) w.u32(IFLA_NET_NS_FD, change.namespace.fd)
    }),
  }
}

export function linkDelete(link: { index: number; name: string }): Request {
  return {
    type: RTM_DELLINK,
    flags: 0,
    operation: 'RTM_DELLINK',
    what: `delete link "${link.name}"`,
    shell: `ip link delete ${shellWord(link.name)}`,
    body: body(linkHeader(link.index, 0, 0)),
  }
}

/** A bridge port's own switches: hairpin sends a packet back out of the port it came in by. */
export function bridgePortSet(
  link: { index: number; name: string },
  port: { hairpin?: boolean; isolated?: boolean },
): Request {
  const state = (on: boolean) => (on ? 'on' : 'off')
  const shell =
    `bridge link set dev ${shellWord(link.name)}` +
    (port.hairpin === undefined ? '' : ` hairpin ${state(port.hairpin)}`) +
    (port.isolated === undefined ? '' : ` isolated ${state(port.isolated)}`)
  return {
    type: RTM_SETLINK,
    flags: 0,
    operation: 'RTM_SETLINK',
    what: `set bridge port "${link.name}"`,
    shell,
    body: body(w => {
      linkHeader(link.index, 0, 0, AF_BRIDGE)(w)
      w.nest(IFLA_PROTINFO | 0x8000, info => {
        if (port.hairpin !== undefined) info.u8(IFLA_BRPORT_MODE, Number(port.hairpin))
        if (port.isolated !== undefined) info.u8(IFLA_BRPORT_ISOLATED, Number(port.isolated))
      })
    }),
  }
}

import fs from 'node:fs'
import { refused } from '../failure.ts'
import { openSocket, SOCK_RAW } from '../inet-socket.ts'
import { lastErrno, libcCalls } from '../libc.ts'
import { AF_INET, AF_UNSPEC } from '../netlink/address-bytes.ts'
import {
  body,
  HEADER,
  MessageWriter,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
} from '../netlink/message.ts'
import { failed, present, sandbox, type FeatureAnswer } from './answer.ts'

const AF_NETLINK = 16
const NETLINK_NETFILTER = 12
const NLMSG_ERROR = 2
const MSG_DONTWAIT = 0x40
const ENODATA = 61
/** linux/netfilter/nfnetlink.h */
const NFNL_SUBSYS_IPSET = 6
const NFNL_SUBSYS_NFTABLES = 10
const NFNL_MSG_BATCH_BEGIN = 0x10
const NFNL_MSG_BATCH_END = 0x11
/** linux/netfilter/nf_tables.h, linux/netfilter.h */
const NFT_MSG_NEWTABLE = 0
const NFTA_TABLE_NAME = 1
const NFPROTO_INET = 1
/** linux/netfilter/ipset/ip_set.h */
const IPSET_CMD_CREATE = 2
const IPSET_ATTR_PROTOCOL = 1
const IPSET_ATTR_SETNAME = 2
const IPSET_ATTR_TYPENAME = 3
const IPSET_ATTR_REVISION = 4
const IPSET_ATTR_FAMILY = 5
const IPSET_ATTR_DATA = 7
const IPSET_PROTOCOL_MIN = 6
const NLA_F_NESTED = 0x8000

/** A message's type, flags and body. */
type Message = readonly [type: number, flags: number, body: Buffer]

/** struct nfgenmsg: the family, version 0, a resource in network byte order; then attributes. */
function generic(
  family: number,
  resource = 0,
  attributes: (writer: MessageWriter) => unknown = () => {},
) {
  return body(writer => {
    writer.fixed(4, [
      [0, 1, family],
      [3, 1, resource],
    ])
    attributes(writer)
  })
}

/** The first refusal among the answers that wait in the socket; 0 when all were acks. */
function firstRefusal(fd: number): number {
  const received = Buffer.alloc(8192)
  let answers = 0
  for (;;) {
    const length = libcCalls.recv(fd, received, received.length, MSG_DONTWAIT)
    if (length <= 0) return answers === 0 ? ENODATA : 0
    for (let at = 0; at + HEADER + 4 <= length;) {
      if (received.readUInt16LE(at + 4) === NLMSG_ERROR) {
        answers++
        const errno = -received.readInt32LE(at + HEADER)
        if (errno !== 0) return errno
      }
      at += Math.max(HEADER, (received.readUInt32LE(at) + 3) & ~3)
    }
  }
}

/** Sends messages to netfilter in one go; throws the kernel's first refusal. */
function execute(namespace: number, what: string, messages: readonly Message[]): void {
  const message = `could not ${what} in a sandbox`
  const fd = openSocket(namespace, AF_NETLINK, SOCK_RAW, {
    label: sandbox.label,
    protocol: NETLINK_NETFILTER,
  })
  try {
    const writer = new MessageWriter()
    for (const [type, flags, content] of messages) {
      writer.message(type, NLM_F_REQUEST | flags, 1, content)
    }
    const bytes = writer.view()
    const sent = libcCalls.send(fd, bytes, bytes.length, 0) === bytes.length
    const errno = sent ? firstRefusal(fd) : lastErrno()
    if (errno !== 0) throw refused({ message, operation: 'nfnetlink', errno, noun: 'NETFILTER' })
  } finally {
    fs.closeSync(fd)
  }
}

/** Makes a table of nf_tables, as `nft add table inet probe` does. */
export function probeNftables(namespace: number): FeatureAnswer {
  const batch = generic(AF_UNSPEC, NFNL_SUBSYS_NFTABLES)
  const table = generic(NFPROTO_INET, 0, w => w.string(NFTA_TABLE_NAME, 'probe'))
  const add = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWTABLE
  try {
    execute(namespace, 'make a table of nf_tables', [
      [NFNL_MSG_BATCH_BEGIN, 0, batch],
      [add, NLM_F_CREATE | NLM_F_ACK, table],
      [NFNL_MSG_BATCH_END, 0, batch],
    ])
    return present
  } catch (error) {
    return failed(error, { name: 'nf_tables' })
  }
}

/** Makes a set, as `ipset create probe hash:ip` does. */
export function probeIpset(namespace: number): FeatureAnswer {
  const set = generic(AF_INET, 0, w =>
    w
      .u8(IPSET_ATTR_PROTOCOL, IPSET_PROTOCOL_MIN)
      .string(IPSET_ATTR_SETNAME, 'probe')
      .string(IPSET_ATTR_TYPENAME, 'hash:ip')
      .u8(IPSET_ATTR_REVISION, 0)
      .u8(IPSET_ATTR_FAMILY, AF_INET)
      .nest(IPSET_ATTR_DATA | NLA_F_NESTED, () => {}),
  )
  const create = (NFNL_SUBSYS_IPSET << 8) | IPSET_CMD_CREATE
  try {
    execute(namespace, 'make a set', [[create, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, set]])
    return present
  } catch (error) {
    // EINVAL is what nfnetlink says of a subsystem that it does not know.
    return failed(error, { name: 'ip_set_hash_ip' }, ['EINVAL'])
  }
}

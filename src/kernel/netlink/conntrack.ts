import fs from 'node:fs'
import { openSocket } from '../inet-socket.ts'
import { libcCalls } from '../libc.ts'
import {
  HEADER,
  MessageWriter,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  parseAttributes,
} from './message.ts'

const AF_NETLINK = 16
const SOCK_RAW = 3
/** linux/netlink.h, linux/netfilter/nfnetlink.h */
const NETLINK_NETFILTER = 12
const NFNL_SUBSYS_CTNETLINK = 1 << 8
/** linux/netfilter/nfnetlink_conntrack.h */
const IPCTNL_MSG_CT_NEW = 0
const IPCTNL_MSG_CT_GET = 1
const IPCTNL_MSG_CT_DELETE = 2
const CTA_TUPLE_ORIG = 1
const CTA_TUPLE_PROTO = 2
const CTA_PROTO_NUM = 1
const CTA_PROTO_DST_PORT = 3
const IPPROTO_UDP = 17
const NLMSG_DONE = 3
const NLMSG_ERROR = 2
const MSG_DONTWAIT = 0x40

const received = Buffer.alloc(64 * 1024)
const writer = new MessageWriter()

/** struct nfgenmsg: the family, version 0, no resource. */
const generic = (family: number) => Buffer.from([family, 0, 0, 0])

function isUdpTo(tuple: Buffer, ports: ReadonlySet<number>): boolean {
  const proto = parseAttributes(tuple).get(CTA_TUPLE_PROTO)
  if (proto === undefined) return false
  const fields = parseAttributes(proto)
  return (
    fields.get(CTA_PROTO_NUM)?.readUInt8(0) === IPPROTO_UDP &&
    ports.has(fields.get(CTA_PROTO_DST_PORT)?.readUInt16BE(0) ?? 0)
  )
}

function send(fd: number, type: number, flags: number, body: Buffer): void {
  writer.reset()
  writer.message(NFNL_SUBSYS_CTNETLINK | type, NLM_F_REQUEST | flags, 1, body)
  libcCalls.send(fd, writer.view(), writer.view().length, 0)
}

/** The tuples of all connections that begin as UDP to one of `ports`. */
function udpTuples(fd: number, family: number, ports: ReadonlySet<number>): Buffer[] {
  const tuples: Buffer[] = []
  send(fd, IPCTNL_MSG_CT_GET, NLM_F_DUMP, generic(family))
  for (;;) {
    const length = libcCalls.recv(fd, received, received.length, MSG_DONTWAIT)
    if (length <= 0) return tuples
    for (let at = 0; at + HEADER <= length;) {
      const size = received.readUInt32LE(at)
      const type = received.readUInt16LE(at + 4)
      if (type === NLMSG_DONE || type === NLMSG_ERROR) return tuples
      const attributes = parseAttributes(received.subarray(at + HEADER, at + size), 4)
      const tuple = attributes.get(CTA_TUPLE_ORIG)
      if (type === (NFNL_SUBSYS_CTNETLINK | IPCTNL_MSG_CT_NEW) && tuple !== undefined) {
        if (isUdpTo(tuple, ports)) tuples.push(Buffer.from(tuple))
      }
      at += (size + 3) & ~3
    }
  }
}

/**
 * Ends what connection tracking remembers of UDP to these ports of a namespace. UDP has no end of
 * its own: a client that goes on sending would keep its old translation (C10). Does nothing on a
 * kernel without connection tracking over netlink.
 *
 * @param family AF_INET or AF_INET6
 * @returns how many it ended.
 */
export function conntrackForgetUdp(
  namespace: { fd: number; label: string },
  family: number,
  ports: ReadonlySet<number>,
): number {
  const options = { label: namespace.label, protocol: NETLINK_NETFILTER }
  const fd = openSocket(namespace.fd, AF_NETLINK, SOCK_RAW, options)
  try {
    const tuples = udpTuples(fd, family, ports)
    for (const tuple of tuples) {
      const nested = Buffer.alloc(4)
      nested.writeUInt16LE(4 + tuple.length, 0)
      nested.writeUInt16LE(CTA_TUPLE_ORIG | 0x8000, 2)
      const body = Buffer.concat([generic(family), nested, tuple])
      send(fd, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, body)
      // Gone already is as good.
      libcCalls.recv(fd, received, received.length, MSG_DONTWAIT)
    }
    return tuples.length
  } finally {
    fs.closeSync(fd)
  }
}

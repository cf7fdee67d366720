import fs from 'node:fs'
import { openSocket } from '../inet-socket.ts'
import { libcCalls } from '../libc.ts'
import { AF_INET, AF_INET6, AF_UNSPEC } from './address-bytes.ts'
import {
  HEADER,
  MessageWriter,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  parseAttributes,
  text,
} from './message.ts'

const AF_NETLINK = 16
const SOCK_RAW = 3
/** linux/netlink.h, linux/netfilter/nfnetlink.h */
const NETLINK_NETFILTER = 12
const NFNL_SUBSYS_NFTABLES = 10 << 8
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const MSG_DONTWAIT = 0x40
/** linux/netfilter/nf_tables.h */
const NFT_MSG_NEWCHAIN = 3
const NFT_MSG_GETCHAIN = 4
const NFTA_CHAIN_TABLE = 1
const NFTA_CHAIN_NAME = 3
const NFTA_CHAIN_USE = 6
const NFTA_CHAIN_TYPE = 7

const families: Readonly<Record<number, string>> = {
  1: 'inet',
  [AF_INET]: 'ip',
  [AF_INET6]: 'ip6',
}

/** A chain of nf_tables. */
export interface NftChain {
  /** `ip`, `ip6`, `inet`; empty for others. */
  family: string
  table: string
  name: string
  /** `nat`, `filter`; empty for one that only others lead to. */
  type: string
  /** How many rules it has, and how many lead to it. */
  uses: number
}

const received = Buffer.alloc(64 * 1024)
const writer = new MessageWriter()

function parseChain(message: Buffer): NftChain {
  const attributes = parseAttributes(message, 4)
  const word = (type: number) => text(attributes.get(type) ?? Buffer.alloc(0))
  return {
    family: families[message.readUInt8(0)] ?? '',
    table: word(NFTA_CHAIN_TABLE),
    name: word(NFTA_CHAIN_NAME),
    type: word(NFTA_CHAIN_TYPE),
    uses: attributes.get(NFTA_CHAIN_USE)?.readUInt32BE(0) ?? 0,
  }
}

function dump(fd: number): NftChain[] {
  // struct nfgenmsg: every family, version 0, no resource
  writer.reset()
  const type = NFNL_SUBSYS_NFTABLES | NFT_MSG_GETCHAIN
  writer.message(type, NLM_F_REQUEST | NLM_F_DUMP, 1, Buffer.from([AF_UNSPEC, 0, 0, 0]))
  libcCalls.send(fd, writer.view(), writer.view().length, 0)
  const chains: NftChain[] = []
  for (;;) {
    const length = libcCalls.recv(fd, received, received.length, MSG_DONTWAIT)
    if (length <= 0) return chains
    for (let at = 0; at + HEADER <= length;) {
      const size = received.readUInt32LE(at)
      const type = received.readUInt16LE(at + 4)
      if (type === NLMSG_DONE || type === NLMSG_ERROR) return chains
      if (type === (NFNL_SUBSYS_NFTABLES | NFT_MSG_NEWCHAIN)) {
        chains.push(parseChain(received.subarray(at + HEADER, at + size)))
      }
      at += (size + 3) & ~3
    }
  }
}

/**
 * The chains of nf_tables in a namespace, in which iptables' rules are as well; none on a kernel
 * without nf_tables. It takes microseconds, and a program that prints rules milliseconds.
 */
export function nftChains(namespace: { fd: number; label: string }): NftChain[] {
  const options = { label: namespace.label, protocol: NETLINK_NETFILTER }
  const fd = openSocket(namespace.fd, AF_NETLINK, SOCK_RAW, options)
  try {
    return dump(fd)
  } finally {
    fs.closeSync(fd)
  }
}

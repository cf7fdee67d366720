import { shellWord } from '../../names.ts'
import { addressText, AF_INET6, AF_UNSPEC, prefixBytes } from './address-bytes.ts'
import {
  body,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  parseAttributes,
  type Request,
} from './message.ts'

const RTM_NEWADDR = 20
const RTM_DELADDR = 21
const RTM_GETADDR = 22
/** linux/if_addr.h */
const IFA_ADDRESS = 1
const IFA_LOCAL = 2
const IFA_BROADCAST = 4
const IFA_FLAGS = 8
const IFA_F_NODAD = 0x02
const IFA_F_DADFAILED = 0x08
const IFA_F_TENTATIVE = 0x40

const scopes: Readonly<Record<number, AddressInfo['scope']>> = {
  0: 'global',
  253: 'link',
  254: 'host',
}

export interface AddressInfo {
  /** Index of the link that has it. */
  index: number
  /** `192.0.2.1/24` */
  prefix: string
  address: string
  family: 'inet' | 'inet6'
  scope: 'global' | 'link' | 'host'
  /** IPv6: duplicate address detection is not over. */
  isTentative: boolean
  /** IPv6: somebody else has it. */
  isDuplicate: boolean
}

type Link = { index: number; name: string }

function change(verb: 'add' | 'delete', link: Link, prefix: string): Request {
  const { family, bytes, length } = prefixBytes(prefix)
  const isIPv6 = family === AF_INET6
  const broadcast =
    !isIPv6 && length < 31 && verb === 'add'
      ? (bytes.readUInt32BE(0) | (0xffffffff >>> length)) >>> 0
      : undefined
  const words = `dev ${shellWord(link.name)}${isIPv6 && verb === 'add' ? ' nodad' : ''}`
  return {
    type: verb === 'add' ? RTM_NEWADDR : RTM_DELADDR,
    flags: verb === 'add' ? NLM_F_CREATE | NLM_F_EXCL : 0,
    operation: verb === 'add' ? 'RTM_NEWADDR' : 'RTM_DELADDR',
    what: `${verb} address ${prefix} ${verb === 'add' ? 'to' : 'from'} "${link.name}"`,
    shell: `ip addr ${verb} ${prefix} ${broadcast === undefined ? '' : 'brd + '}${words}`,
    body: body(w => {
      w.fixed(8, [
        [0, 1, family],
        [1, 1, length],
        [4, 4, link.index],
      ])
      w.bytes(IFA_LOCAL, bytes).bytes(IFA_ADDRESS, bytes)
      if (broadcast !== undefined) w.be32(IFA_BROADCAST, broadcast)
      // An address that waits a second for a duplicate which cannot be there helps nobody.
      if (isIPv6 && verb === 'add') w.u32(IFA_FLAGS, IFA_F_NODAD)
    }),
  }
}

/** Adds `192.0.2.1/24` or `2001:db8::1/64`; IPv6 without duplicate address detection. */
export const addressAdd = (link: Link, prefix: string): Request => change('add', link, prefix)

/**
 * The address and, for IPv6, a link-local one of the same last 64 bits, for links that get none by
 * themselves (see quiet-link.ts): a router asks for neighbours from no other address (RFC 4861).
 */
export function addressWithLinkLocal(link: Link, prefix: string): Request[] {
  const { family, bytes } = prefixBytes(prefix)
  const add = addressAdd(link, prefix)
  if (family !== AF_INET6 || bytes.readUInt16BE(0) === 0xfe80) return [add]
  const local = Buffer.concat([Buffer.from('fe80000000000000', 'hex'), bytes.subarray(8)])
  const linkLocal = addressAdd(link, `${addressText(local)}/64`)
  // Two addresses may have the same last bits.
  const flags = NLM_F_CREATE | NLM_F_REPLACE
  const shell = linkLocal.shell.replace('addr add', 'addr replace')
  return [{ ...linkLocal, flags, shell }, add]
}

export const addressDelete = (link: Link, prefix: string): Request => change('delete', link, prefix)

export const addressList: Request = {
  type: RTM_GETADDR,
  flags: 0,
  operation: 'RTM_GETADDR',
  what: 'list addresses',
  shell: 'ip addr',
  body: body(w => w.fixed(8, [[0, 1, AF_UNSPEC]])),
}

export function parseAddress(message: Buffer): AddressInfo | undefined {
  const attributes = parseAttributes(message, 8)
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS)
  if (bytes === undefined) return undefined
  const flags = attributes.get(IFA_FLAGS)?.readUInt32LE(0) ?? message.readUInt8(2)
  const address = addressText(bytes)
  return {
    index: message.readUInt32LE(4),
    prefix: `${address}/${message.readUInt8(1)}`,
    address,
    family: bytes.length === 16 ? 'inet6' : 'inet',
    scope: scopes[message.readUInt8(3)] ?? 'global',
    isTentative: (flags & IFA_F_TENTATIVE) !== 0,
    isDuplicate: (flags & IFA_F_DADFAILED) !== 0,
  }
}

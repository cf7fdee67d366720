import { body, parseAttributes, type Request } from './message.ts'

/** linux/rtnetlink.h, linux/net_namespace.h */
const RTM_GETNSID = 90
const NETNSA_NSID = 1
const NETNSA_FD = 3

/**
 * Asks a namespace what number it has for another one: the kernel gives it one when a link leads
 * there (peernet2id_alloc), and shows it with the link.
 */
export function namespaceIdGet(other: { descriptor: number; name: string }): Request {
  return {
    type: RTM_GETNSID,
    flags: 0,
    operation: 'RTM_GETNSID',
    what: `find the number of namespace "${other.name}"`,
    shell: 'ip netns list-id',
    body: body(w => w.fixed(4, []).u32(NETNSA_FD, other.descriptor)),
  }
}

/** Negative when it has none. */
export function parseNamespaceId(message: Buffer): number {
  return parseAttributes(message, 4).get(NETNSA_NSID)?.readInt32LE(0) ?? -1
}

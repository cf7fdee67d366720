import { KernelError } from '../errors.ts'
import { poll } from '../poll.ts'
import type { Netns } from './netns.ts'
import { routeGet } from './next-hop.ts'

/** linux/rtnetlink.h, struct rtmsg: rtm_type */
const TYPE_AT = 7
const RTN_LOCAL = 2

function isOwn(netns: Netns, address: string): boolean {
  try {
    return netns.get(routeGet(address), message => message.readUInt8(TYPE_AT)) === RTN_LOCAL
  } catch (error) {
    if (error instanceof KernelError) return false // no route at all
    throw error
  }
}

/**
 * Waits until a node takes packets for the addresses that it was given. For IPv6 a work queue makes the
 * route that says so, a moment after the address is there (net/ipv6/addrconf.c, addrconf_dad_work,
 * without detection of duplicates as well); until then a node that forwards passes them on.
 *
 * @param prefixes `2001:db8::1/64`; those of IPv4 are there at once
 */
export async function untilOwn(
  netns: Netns,
  ...prefixes: readonly (string | undefined)[]
): Promise<void> {
  for (const prefix of prefixes) {
    const [address = ''] = prefix?.split('/') ?? []
    if (!address.includes(':')) continue
    await poll(() => (isOwn(netns, address) ? true : undefined), { timeoutMs: 1000 })
  }
}

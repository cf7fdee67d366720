import fs from 'node:fs'
import { shellWord } from '../../names.ts'
import { AF_INET6, AF_UNSPEC } from './address-bytes.ts'
import { body, type Request } from './message.ts'

const RTM_SETLINK = 19
/** linux/if_link.h */
const IFLA_AF_SPEC = 26
const IFLA_INET6_ADDR_GEN_MODE = 8
const IN6_ADDR_GEN_MODE_NONE = 1

let hasIPv6: boolean | undefined

/**
 * No link-local IPv6 address, and so none of the packets that check whether it is a duplicate:
 * they would go on for seconds and stall the first pings of a large lab. To be sent before the
 * link is up; the kernel refuses it when a link is made. Nothing where the kernel has no IPv6.
 */
export function quietLink(link: { index: number; name: string; mtu?: number }): Request[] {
  // Below IPV6_MIN_MTU a link has no IPv6: nothing to silence, and the kernel refuses it.
  if (link.mtu !== undefined && link.mtu < 1280) return []
  hasIPv6 ??= fs.existsSync('/proc/sys/net/ipv6')
  if (!hasIPv6) return []
  return [
    {
      type: RTM_SETLINK,
      flags: 0,
      operation: 'RTM_SETLINK',
      what: `set link "${link.name}" addrgenmode none`,
      shell: `ip link set ${shellWord(link.name)} addrgenmode none`,
      body: body(w => {
        w.fixed(16, [
          [0, 1, AF_UNSPEC],
          [4, 4, link.index],
        ])
        w.nest(IFLA_AF_SPEC, families =>
          families.nest(AF_INET6, ipv6 =>
            ipv6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE),
          ),
        )
      }),
    },
  ]
}

import fs from 'node:fs'
import { EnvironmentError } from '../errors.ts'

/**
 * What a node starts from, whatever the machine is set to: a new namespace takes some of these
 * from the machine (net.core.devconf_inherit_init_net), and a scenario must inherit none.
 */
const wanted: readonly (readonly [path: string, value: string])[] = [
  ['net/ipv4/ip_forward', '0'],
  ['net/ipv4/conf/all/rp_filter', '0'],
  ['net/ipv4/conf/default/rp_filter', '0'],
  ['net/ipv6/conf/all/forwarding', '0'],
  ['net/ipv6/conf/all/disable_ipv6', '0'],
  ['net/ipv6/conf/default/disable_ipv6', '0'],
  // Every "unreachable" is said: by default the kernel keeps most to itself, one a second a peer.
  ['net/ipv4/icmp_ratelimit', '0'],
  ['net/ipv6/icmp/ratelimit', '0'],
  // On where br_netfilter is there, as on a Docker host.
  ['net/bridge/bridge-nf-call-iptables', '1'],
  ['net/bridge/bridge-nf-call-ip6tables', '1'],
]

/** Its links get no link-local addresses by themselves; see quiet-link.ts for why. */
const quiet = ['net/ipv6/conf/default/addr_gen_mode', '1'] as const

type Setting = readonly [path: string, value: string]

function isOther([path, value]: Setting): boolean {
  try {
    return fs.readFileSync(`/proc/sys/${path}`, 'latin1').trim() !== value
  } catch {
    return false // a kernel without IPv6 or br_netfilter
  }
}

/** Those that a new namespace here does not have already; the same for every one of them. */
let different: { plain: readonly Setting[]; bridging: readonly Setting[] } | undefined

/**
 * Called with the main thread in a namespace that was just made.
 *
 * @param bridges whether it will have bridges: containers of hundreds set what keeps their links
 *   quiet link by link, which costs a tenth of the file
 * @returns what was set
 */
export function setFreshSysctls(bridges = false): readonly Setting[] {
  if (different === undefined) {
    const plain = wanted.filter(isOther)
    different = { plain, bridging: [...plain, quiet].filter(isOther) }
  }
  const settings = bridges ? different.bridging : different.plain
  for (const [path, value] of settings) set(path, value)
  return settings
}

function set(path: string, value: string): void {
  try {
    fs.writeFileSync(`/proc/sys/${path}`, value)
  } catch (error) {
    throw new EnvironmentError(`could not set ${path.replaceAll('/', '.')} in a new namespace`, {
      code: 'TNET_SYSCTL_DENIED',
      hint: '/proc/sys is read-only here; a container must be privileged to run a lab',
      facts: { kernel: (error as Error).message },
      cause: error,
    })
  }
}

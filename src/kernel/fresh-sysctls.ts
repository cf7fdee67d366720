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
  // On where br_netfilter is there, as on a Docker host.
  ['net/bridge/bridge-nf-call-iptables', '1'],
  ['net/bridge/bridge-nf-call-ip6tables', '1'],
]

/** Every "unreachable" is said: by default the kernel keeps most to itself, one a second a peer. */
const outspoken: readonly (readonly [path: string, value: string])[] = [
  ['net/ipv4/icmp_ratelimit', '0'],
  ['net/ipv6/icmp/ratelimit', '0'],
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
let different: Record<'fresh' | 'bridging' | 'used', readonly Setting[]> | undefined

/**
 * Called with the main thread in a namespace. A file of /proc/sys costs a namespace a tenth of what
 * the namespace itself costs, so each stage sets only what it needs and does not have.
 *
 * @param stage `fresh` for a namespace that was just made, `bridging` for one that will have
 *   bridges, `used` when something is about to be done in one that was fresh
 * @returns what was set
 */
export function setSysctls(stage: 'fresh' | 'bridging' | 'used'): readonly Setting[] {
  different ??= {
    fresh: wanted.filter(isOther),
    bridging: [...wanted, ...outspoken, quiet].filter(isOther),
    used: outspoken.filter(isOther),
  }
  const settings = different[stage]
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

import fs from 'node:fs'

/**
 * What a node starts from, whatever the machine is set to: a new namespace takes some of these
 * from the machine (net.core.devconf_inherit_init_net), and a scenario must inherit none.
 */
const wanted: readonly (readonly [path: string, value: string])[] = [
  ['net/ipv4/ip_forward', '0'],
  ['net/ipv4/conf/all/rp_filter', '0'],
  ['net/ipv4/conf/default/rp_filter', '0'],
  ['net/ipv4/conf/all/accept_redirects', '1'],
  ['net/ipv4/conf/default/accept_redirects', '1'],
  ['net/ipv4/conf/all/send_redirects', '1'],
  ['net/ipv4/conf/default/send_redirects', '1'],
  ['net/ipv6/conf/all/forwarding', '0'],
  ['net/ipv6/conf/all/disable_ipv6', '0'],
  ['net/ipv6/conf/default/disable_ipv6', '0'],
  // On where br_netfilter is there, as on a Docker host.
  ['net/bridge/bridge-nf-call-iptables', '1'],
  ['net/bridge/bridge-nf-call-ip6tables', '1'],
]

/** Those that a new namespace here does not have already; the same for every one of them. */
let different: readonly (readonly [path: string, value: string])[] | undefined

function write(path: string, value: string): void {
  fs.writeFileSync(`/proc/sys/${path}`, value)
}

function find(): readonly (readonly [string, string])[] {
  return wanted.filter(([path, value]) => {
    try {
      return fs.readFileSync(`/proc/sys/${path}`, 'latin1').trim() !== value
    } catch {
      return false // a kernel without IPv6 or br_netfilter
    }
  })
}

/** Called with the main thread in a namespace that was just made. */
export function setFreshSysctls(): void {
  different ??= find()
  for (const [path, value] of different) write(path, value)
}

/**
 * The same for a namespace that bridges: its links get no link-local addresses, whose duplicate
 * detection and MLD reports would flood every port. Containers of hundreds set this link by link,
 * which costs a tenth of the file.
 */
export function setQuietSysctls(): void {
  setFreshSysctls()
  const file = '/proc/sys/net/ipv6/conf/default/addr_gen_mode'
  if (fs.existsSync(file)) fs.writeFileSync(file, '1')
}

import fs from 'node:fs'
import { insideNet } from '../../kernel/net-namespace.ts'
import type { Netns } from '../../kernel/netns.ts'
import { read } from './seen-namespace.ts'

/** Those that decide whether a packet goes on. */
const ofNode = [
  'net/ipv4/ip_forward',
  'net/ipv4/conf/all/forwarding',
  'net/ipv6/conf/all/forwarding',
  'net/bridge/bridge-nf-call-iptables',
  'net/bridge/bridge-nf-call-ip6tables',
]
const ofLink = ['rp_filter', 'proxy_arp', 'route_localnet']

/** What prints the same. */
export const sysctlCommand =
  "sysctl -a -r 'ip_forward$|conf.all.forwarding|bridge-nf-call-ip|rp_filter|proxy_arp$|route_localnet'"

/** As `sysctl` spells a path: dots for slashes, and slashes for the dots of a link's name. */
const spelling = (path: string) =>
  path.replace(/[./]/g, separator => (separator === '/' ? '.' : '/'))

/** `net.ipv4.ip_forward = 1`, a line each; read here, where a program would take milliseconds. */
export function sysctlLines({ descriptor }: Netns): string {
  return insideNet(descriptor, () => {
    const links = read(() => fs.readdirSync('/proc/sys/net/ipv4/conf'), [])
    const paths = [
      ...ofNode,
      ...links.flatMap(link => ofLink.map(key => `net/ipv4/conf/${link}/${key}`)),
    ]
    return paths
      .flatMap(path => {
        const value = read(() => fs.readFileSync(`/proc/sys/${path}`, 'latin1').trim(), undefined)
        return value === undefined ? [] : `${spelling(path)} = ${value}`
      })
      .join('\n')
  })
}

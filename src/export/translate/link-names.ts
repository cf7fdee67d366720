/**
 * What `ip link` reads before it reads a name: these words and, of most, any beginning, so that `a`
 * is `address`. See iplink_parse() and iplink_modify() of iproute2.
 */
const WORDS =
  'address addrgenmode alias allmulticast arp broadcast carrier dev down dynamic group gro_max_size gso_max_segs gso_max_size help index link link-netnsid master mode mtu multicast name netns nomaster nomulticast numrxqueues numtxqueues parentdev peer promisc protodown protodown_reason qlen queuelen state trailers txqlen txqueuelen type up vf vrf xdp xdpdrv xdpgeneric xdpoffload'.split(
    ' ',
  )

const LINE = /^(ip (?:-n \S+ )?link )(add (?:link \S+ )?|set |delete )(\S+)(?=$| )/

/**
 * A line that this project spells, in which a link's name is no word of `ip` itself.
 *
 * @example
 * withPlainName('ip -n host link set a up') // 'ip -n host link set dev a up'
 */
export function withPlainName(line: string): string {
  return line.replace(LINE, (whole, start: string, deed: string, name: string) => {
    // It is called so already: `ip link add link eth0 name eth0.42`.
    if (name === 'name' && deed.startsWith('add link ')) return whole
    const key = deed.startsWith('add ') ? 'name' : 'dev'
    return WORDS.some(word => word.startsWith(name)) ? `${start}${deed}${key} ${name}` : whole
  })
}

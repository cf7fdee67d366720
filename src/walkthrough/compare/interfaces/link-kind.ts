import { NONE, factsOf } from './thing.ts'
import type { Device } from './device.ts'
import { wordValues } from './device.ts'

/** What `ip -d link` says of a kind that is worth comparing; `id 42`. */
const KINDS: Readonly<Record<string, string>> = {
  vxlan: 'id remote group local dev dstport',
  vlan: 'protocol id',
  geneve: 'id remote dstport',
  ipip: 'remote local dev',
  sit: 'remote local dev',
  gre: 'remote local dev key ikey okey',
  gretap: 'remote local dev key ikey okey',
  ip6tnl: 'remote local dev',
  ip6gre: 'remote local dev',
  ip6gretap: 'remote local dev',
  vti: 'remote local dev key',
  erspan: 'remote local dev',
  macvlan: 'mode',
  macvtap: 'mode',
  ipvlan: 'mode',
  ipvtap: 'mode',
  vrf: 'table',
  bond: 'mode',
  tun: 'type',
  bridge: 'stp_state vlan_filtering',
  veth: '',
  dummy: '',
  ifb: '',
  wireguard: '',
  nlmon: '',
  team: '',
  xfrm: '',
  vcan: '',
  can: '',
}
const PORT = new Set(['state', 'hairpin', 'isolated', 'vlan_tunnel', 'neigh_suppress'])
const SWITCHES = ['nolearning', 'external', 'proxy', 'l2miss', 'l3miss']

/** Reads a line of `ip -d link` that says of which kind a device is; whether it was one. */
export function readKind(line: string, device: Device): boolean {
  const [kind = '', ...rest] = line.trim().split(/\s+/)
  if (kind.endsWith('_slave')) {
    const { state } = wordValues(line, PORT)
    if (state !== undefined && kind === 'bridge_slave') device.facts.set('port state', state)
    return true
  }
  const words = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (words === undefined) return false
  device.facts.set('kind', kind)
  const values = wordValues(rest.join(' '), new Set(words.split(' ')))
  // Other kinds have other facts of the same name, so these are called after theirs.
  for (const [word, value] of Object.entries(values)) device.facts.set(`${kind} ${word}`, value)
  if (kind === 'vxlan') {
    const switches = SWITCHES.filter(word => rest.includes(word)).join(' ')
    device.facts.set('vxlan switches', switches || NONE)
  }
  return true
}

export const anyOf = (address: string | undefined) =>
  address === undefined || /^(?:0\.0\.0\.0|::|any)$/.test(address) ? 'any' : address

/** Reads `link/ether …`; of tunnels the addresses at their ends. Whether it was one. */
export function readLinkLine(line: string, device: Device): boolean {
  const [, type, rest = ''] = /^\s*link\/(\S+)\s*(.*)$/.exec(line) ?? []
  if (type === undefined) return false
  const namespace = wordValues(rest, new Set(['link-netns']))['link-netns']
  // Where its namespace has no name here, it is `link-netnsid 0`, a number that says nothing.
  if (namespace !== undefined) device.mutually = factsOf({ 'link-netns': namespace })
  const [local, word, remote] = rest.split(/\s+/)
  if (/^(?:ipip|sit|gre|tunnel6|gre6)$/.test(type) && (word === 'peer' || word === 'brd')) {
    device.facts.set('local', anyOf(local))
    device.facts.set('remote', anyOf(remote))
  }
  return true
}

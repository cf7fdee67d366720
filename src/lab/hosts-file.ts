import { addressList, parseAddress, type AddressInfo } from '../kernel/netlink/address.ts'
import { isOnSubnet } from '../kernel/netlink/address-bytes.ts'
import { sharedAddresses } from './attachments.ts'
import type { Node } from './node.ts'

/** Addresses that other nodes can use, read again after each action of the lab. */
const known = new WeakMap<Node, { actions: number; addresses: readonly AddressInfo[] }>()

export function globalAddresses(node: Node): readonly AddressInfo[] {
  const cached = known.get(node)
  if (cached?.actions === node.lab.actions) return cached.addresses
  const addresses = node.netns
    .dump(addressList, parseAddress)
    .filter(address => address.scope === 'global')
  known.set(node, { actions: node.lab.actions, addresses })
  return addresses
}

/** What a container's host has: an address of the target that is there too means that host. */
function addressesAround(from: Node, target: Node): readonly AddressInfo[] {
  const { host } = from as { host?: Node }
  return host === undefined || host === target ? [] : globalAddresses(host)
}

/**
 * The addresses of `target` as `from` had best use them: those on a shared subnet first, and last
 * those that mean somebody else there, as two hosts may both have a 172.17.0.1.
 */
export function addressesFor(from: Node, target: Node): readonly AddressInfo[] {
  const all = globalAddresses(target)
  if (all.length < 2) return all
  const own = globalAddresses(from)
  const taken = from === target ? [] : [...own, ...addressesAround(from, target)]
  const rank = ({ address }: AddressInfo) => {
    if (taken.some(mine => mine.address === address)) return 2
    return own.some(mine => isOnSubnet(address, mine.prefix)) ? 0 : 1
  }
  return [...all].sort((a, b) => rank(a) - rank(b))
}

/**
 * A node's /etc/hosts: itself, then every other node of the lab; of containers on networks only
 * those that share one (D18).
 */
export function hostsFile(node: Node): string {
  const lines = ['127.0.0.1 localhost', '::1 localhost ip6-localhost']
  const others = node.lab.nodes.filter(other => other !== node)
  for (const other of [node, ...others]) {
    const names = [...new Set([other.netns.name, ...plainLabel(other.label)])].join(' ')
    const shared = sharedAddresses(node, other)
    const addresses = shared ?? addressesFor(node, other).map(({ address }) => address)
    for (const address of addresses) lines.push(`${address} ${names}`)
  }
  return lines.join('\n') + '\n'
}

/** The label as it stands, where it can be a host name. */
function plainLabel(label: string): string[] {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(label) ? [label] : []
}

import fs from 'node:fs'
import { setSysctls } from './fresh-sysctls.ts'
import { createMountNamespace } from './mount-namespace.ts'
import { createNetNamespace, insideNet } from './net-namespace.ts'
import { failed, missing, notInKernel, present, type FeatureAnswer } from './probe/answer.ts'
import { probeIp6tables, probeIptables } from './probe/iptables.ts'
import { probeLinkKind, type LinkKindName } from './probe/link-kinds.ts'
import { probeIpset, probeNftables } from './probe/netfilter.ts'
import { probeQdisc, type QdiscName } from './probe/qdiscs.ts'
import { probeTun } from './probe/tun.ts'

export type { FeatureAnswer }

/** What a reader looks for together. */
export type FeatureGroup = 'nodes' | 'links' | 'netfilter' | 'traffic control'

interface Feature {
  group: FeatureGroup
  /** What it is for, in a few words. */
  purpose: string
  /** No scenario gets far without it. */
  isEssential?: true
  /** Tries it, with the main thread in a network namespace that is then thrown away. */
  probe: (namespace: number) => FeatureAnswer
}

/** A file view and host name of a node's own, as every command on a node gets. */
function probeMounts(namespace: number): FeatureAnswer {
  const { mnt, uts } = createMountNamespace(namespace, 'probe')
  fs.closeSync(mnt)
  fs.closeSync(uts)
  return present
}

/** What a node starts from, and a change to that. */
function probeSysctls(): FeatureAnswer {
  setSysctls('fresh')
  fs.writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
  const value = fs.readFileSync('/proc/sys/net/ipv4/ip_forward', 'latin1').trim()
  return value === '1' ? present : missing(`net.ipv4.ip_forward stays ${value}`)
}

/** Bridged packets pass iptables, as on a Docker host: the kernel keeps a switch for it. */
function probeBridgeNetfilter(): FeatureAnswer {
  const key = 'net.bridge.bridge-nf-call-iptables'
  if (fs.existsSync(`/proc/sys/${key.replaceAll('.', '/')}`)) return present
  return notInKernel(`no ${key}`, { name: 'br_netfilter' })
}

const link = (kind: LinkKindName, purpose: string): Feature => ({
  group: 'links',
  purpose,
  probe: namespace => probeLinkKind(namespace, kind),
})
const qdisc = (kind: QdiscName, purpose: string): Feature => ({
  group: 'traffic control',
  purpose,
  probe: namespace => probeQdisc(namespace, kind),
})
const iptables = (name: Parameters<typeof probeIptables>[0], purpose: string): Feature => ({
  group: 'netfilter',
  purpose,
  isEssential: true,
  probe: () => probeIptables(name),
})

const features = {
  mounts: {
    group: 'nodes',
    purpose: '/etc/hosts, /run/netns',
    isEssential: true,
    probe: probeMounts,
  },
  sysctls: {
    group: 'nodes',
    purpose: 'ip_forward and others',
    isEssential: true,
    probe: probeSysctls,
  },
  veth: { ...link('veth', 'a wire between two nodes'), isEssential: true },
  bridge: { ...link('bridge', 'a switch'), isEssential: true },
  vxlan: link('vxlan', 'Ethernet over UDP'),
  geneve: link('geneve', 'Ethernet over UDP'),
  ipip: link('ipip', 'IPv4 over IPv4'),
  sit: link('sit', 'IPv6 over IPv4'),
  gre: link('gre', 'IP over GRE'),
  gretap: link('gretap', 'Ethernet over GRE'),
  wireguard: link('wireguard', 'an encrypted tunnel'),
  macvlan: link('macvlan', 'more MACs on one link'),
  ipvlan: link('ipvlan', 'more addresses on one link'),
  vlan: link('vlan', '802.1Q tags'),
  vrf: link('vrf', 'a routing table of its own'),
  dummy: link('dummy', 'a link to nowhere'),
  bond: link('bond', 'two links as one'),
  ifb: link('ifb', 'shaping what comes in'),
  tun: { group: 'links', purpose: 'packets to a program', probe: () => probeTun('tun') },
  tap: { group: 'links', purpose: 'frames to a program', probe: () => probeTun('tap') },
  'iptables filter': iptables('iptables filter', 'to let pass or drop'),
  'iptables nat': iptables('iptables nat', 'to translate addresses'),
  MASQUERADE: iptables('MASQUERADE', "the uplink's address"),
  DNAT: iptables('DNAT', 'published ports'),
  addrtype: iptables('addrtype', "any of the host's addresses"),
  conntrack: iptables('conntrack', 'answers of what was let pass'),
  ip6tables: { group: 'netfilter', purpose: 'filter and nat, IPv6', probe: probeIp6tables },
  nftables: { group: 'netfilter', purpose: 'tables of nft', probe: probeNftables },
  ipset: { group: 'netfilter', purpose: 'sets of addresses', probe: probeIpset },
  br_netfilter: { group: 'netfilter', purpose: 'for bridged packets', probe: probeBridgeNetfilter },
  netem: qdisc('netem', 'delay and loss'),
  htb: qdisc('htb', 'limits of rate'),
} as const satisfies Record<string, Feature>

export type FeatureName = keyof typeof features

/** What `hasFeature` knows of. */
export const featureNames = Object.keys(features) as FeatureName[]

/** What a reader wants to know of a feature. */
export function describeFeature(name: FeatureName): Omit<Feature, 'probe'> {
  return features[name]
}

function tryFeature(name: FeatureName): FeatureAnswer {
  try {
    const namespace = createNetNamespace(() => {})
    try {
      return insideNet(namespace, () => features[name].probe(namespace))
    } finally {
      fs.closeSync(namespace)
    }
  } catch (error) {
    return failed(error)
  }
}

const answers = new Map<FeatureName, FeatureAnswer>()

/**
 * Whether this machine can do something, found out by doing it in a network namespace that is
 * then thrown away; asked once, remembered. For use inside a sandbox. The kernel may load a module
 * for it, as it would for `ip link add`, but never one that adds links to the machine's own
 * network.
 *
 * @example
 * const { available, reason } = hasFeature('vxlan')
 */
export function hasFeature(name: FeatureName): FeatureAnswer {
  let answer = answers.get(name)
  if (answer === undefined) answers.set(name, (answer = tryFeature(name)))
  return answer
}

import t from 'tap'
import { clusterNetworkRules } from '../../src/firewall/cluster-network-rules.ts'
import type { ClusterNetwork } from '../../src/firewall/firewall.ts'
import { saveText } from '../../src/firewall/rule-text.ts'

const cluster = '10.244.0.0/16'

function network(options: Partial<ClusterNetwork> = {}): ClusterNetwork {
  return {
    mode: 'cluster',
    bridge: 'br-blue',
    subnets: ['10.244.1.0/24'],
    cluster,
    masquerade: true,
    callsIptables: true,
    ...options,
  }
}

/** Kept apart from other networks, then accepted; published ports are asked for first. */
const filter = `*filter
-A TNET-FORWARD -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m conntrack --ctstate NEW -j TNET-APART
-A TNET-APART -d 10.244.0.0/16 -m conntrack ! --ctstate DNAT -j DROP
-A TNET-INTO -o br-blue -j TNET-PUBLISHED
-A TNET-FORWARD -s 10.244.0.0/16 -j ACCEPT
-A TNET-FORWARD -d 10.244.0.0/16 -j ACCEPT
COMMIT
`

const golden: readonly [string, Partial<ClusterNetwork>, string][] = [
  [
    'Flannel’s: out of the network and into another host’s part it is rewritten (F9, R1)',
    {},
    `*nat
-A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE
-A TNET-POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 ! -o br-blue -j MASQUERADE
-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
${filter}`,
  ],
  [
    'MASQUERADE off: what is left serves 127.0.0.1 of the host',
    { masquerade: false },
    `*nat
-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
${filter}`,
  ],
  [
    'Calico’s: what comes from outside keeps its source to any host',
    { isHidingOutside: false },
    `*nat
-A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE
-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
COMMIT
${filter}`,
  ],
  [
    'without br_netfilter: answers between two containers go back through the host (R4)',
    { callsIptables: false },
    `*nat
-A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE
-A TNET-POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 ! -o br-blue -j MASQUERADE
-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
-A TNET-POSTROUTING -s 10.244.0.0/16 -o br-blue -m conntrack --ctstate DNAT -j MASQUERADE
COMMIT
${filter}`,
  ],
  [
    'and on a flat network what comes from outside is rewritten for all its containers',
    { callsIptables: false, subnets: [cluster] },
    `*nat
-A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE
-A TNET-POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 ! -o br-blue -j MASQUERADE
-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
-A TNET-POSTROUTING -s 10.244.0.0/16 -o br-blue -m conntrack --ctstate DNAT -j MASQUERADE
-A TNET-POSTROUTING ! -s 10.244.0.0/16 -o br-blue -m conntrack ! --ctstate DNAT -j MASQUERADE
COMMIT
${filter}`,
  ],
  [
    'but not when nothing is',
    { callsIptables: false, subnets: [cluster], masquerade: false },
    `*nat
-A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
-A TNET-POSTROUTING -s 10.244.0.0/16 -o br-blue -m conntrack --ctstate DNAT -j MASQUERADE
COMMIT
${filter}`,
  ],
]

for (const [behaviour, options, rules] of golden) {
  t.test(behaviour, async t => {
    const set = clusterNetworkRules(network(options))
    t.equal(saveText(set), rules)
    t.equal(set.family, 4)
    t.same(set.chains, [])
    t.equal(set.forwardPolicy, undefined, 'FORWARD goes on accepting what no rule decides')
  })
}

t.test('many links whose names begin alike, as a routed network has them', async t => {
  const text = saveText(clusterNetworkRules(network({ bridge: 'cali1f2-+', subnets: [] })))
  t.match(text, '-A TNET-POSTROUTING -o cali1f2-+ -m addrtype --src-type LOCAL -j MASQUERADE')
  t.match(text, '-A TNET-INTO -o cali1f2-+ -j TNET-PUBLISHED')
})

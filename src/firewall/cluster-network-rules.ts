import { APART, FORWARD, INTO, POSTROUTING, PUBLISHED } from './base-chains.ts'
import type { ClusterNetwork } from './firewall.ts'
import { familyOf, inTable, type Rule, type RuleSet } from './rule.ts'

const filter = inTable('filter')
const nat = inTable('nat')
/** Before what accepts: a network's own FORWARD rules come after those of the networks before it. */
const first = inTable('filter', { at: 1 })

function masqueradeRules({ bridge, cluster, isHidingOutside = true }: ClusterNetwork): Rule[] {
  const toOne = ['-m', 'addrtype', '!', '--dst-type', 'MULTICAST']
  return [
    nat`${POSTROUTING} -s ${cluster} ! -d ${cluster} ${toOne} -j MASQUERADE`,
    ...(isHidingOutside
      ? [nat`${POSTROUTING} ! -s ${cluster} -d ${cluster} ! -o ${bridge} -j MASQUERADE`]
      : []),
  ]
}

/** Where every host has addresses of one subnet, its own containers and others' look the same. */
function isFlat({ subnets, cluster }: ClusterNetwork): boolean {
  return subnets.includes(cluster)
}

function unbridgedRules(network: ClusterNetwork): Rule[] {
  const { bridge, cluster, masquerade, isHidingOutside = true } = network
  const translated = ['-m', 'conntrack', '--ctstate', 'DNAT']
  const direct = ['-m', 'conntrack', '!', '--ctstate', 'DNAT']
  return [
    nat`${POSTROUTING} -s ${cluster} -o ${bridge} ${translated} -j MASQUERADE`,
    ...(masquerade && isHidingOutside && isFlat(network)
      ? [nat`${POSTROUTING} ! -s ${cluster} -o ${bridge} ${direct} -j MASQUERADE`]
      : []),
  ]
}

/**
 * What a network of many hosts needs on one of them; 10.244.0.0/16 with br-blue:
 *
 *     *nat
 *     -A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE
 *     -A TNET-POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 ! -o br-blue -j MASQUERADE
 *     -A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
 *     *filter
 *     -I TNET-FORWARD 1 -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m conntrack --ctstate NEW -j TNET-APART
 *     -A TNET-APART -d 10.244.0.0/16 -m conntrack ! --ctstate DNAT -j DROP
 *     -A TNET-INTO -o br-blue -j TNET-PUBLISHED
 *     -A TNET-FORWARD -s 10.244.0.0/16 -j ACCEPT
 *     -A TNET-FORWARD -d 10.244.0.0/16 -j ACCEPT
 *
 * TNET-APART keeps networks of many hosts apart, which the hosts would else route between: what
 * begins in one meets what every other does not want. Ports that another publishes stay open.
 *
 * The rest are Flannel's rules (F9) without its RETURNs, which would end the chain for other networks too:
 * container to container keeps its source, also from another host; container to outside does not;
 * outside to containers of another host does not, or their answer would take another way; outside
 * to this host's containers keeps it. The third rule serves the host's own 127.0.0.1 (R1). Where
 * bridged packets do not pass iptables, answers between two containers by a published port go back
 * through the host (R4):
 *
 *     -A TNET-POSTROUTING -s 10.244.0.0/16 -o br-blue -m conntrack --ctstate DNAT -j MASQUERADE
 *
 * There, on a flat network, what comes from outside for a container's own address gets the host's:
 * the container would answer by its own host, which did not see the question, takes the answer for
 * something new and gives it another source.
 *
 *     -A TNET-POSTROUTING ! -s 10.244.0.0/16 -o br-blue -m conntrack ! --ctstate DNAT -j MASQUERADE
 */
export function clusterNetworkRules(network: ClusterNetwork): RuleSet {
  const { bridge, cluster, masquerade, callsIptables } = network
  return {
    family: familyOf(cluster),
    chains: [],
    rules: [
      ...(masquerade ? masqueradeRules(network) : []),
      nat`${POSTROUTING} -o ${bridge} -m addrtype --src-type LOCAL -j MASQUERADE`,
      ...(callsIptables ? [] : unbridgedRules(network)),
      first`${FORWARD} -s ${cluster} ! -d ${cluster} -m conntrack --ctstate NEW -j ${APART}`,
      filter`${APART} -d ${cluster} -m conntrack ! --ctstate DNAT -j DROP`,
      filter`${INTO} -o ${bridge} -j ${PUBLISHED}`,
      filter`${FORWARD} -s ${cluster} -j ACCEPT`,
      filter`${FORWARD} -d ${cluster} -j ACCEPT`,
    ],
  }
}

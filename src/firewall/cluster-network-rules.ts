import { APART, FORWARD, INTO, POSTROUTING, PREROUTING, PUBLISHED } from './base-chains.ts'
import type { ClusterNetwork } from './firewall.ts'
import { familyOf, inTable, type Rule, type RuleSet } from './rule.ts'

const filter = inTable('filter')
const nat = inTable('nat')
const raw = inTable('raw')

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
 *     *raw
 *     -A TNET-PREROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j TNET-APART
 *     -A TNET-APART -d 10.244.0.0/16 -m addrtype ! --dst-type LOCAL -j DROP
 *     *nat
 *     -A TNET-POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -m addrtype ! --dst-type MULTICAST -j MASQUERADE
 *     -A TNET-POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 ! -o br-blue -j MASQUERADE
 *     -A TNET-POSTROUTING -o br-blue -m addrtype --src-type LOCAL -j MASQUERADE
 *     *filter
 *     -A TNET-INTO -o br-blue -j TNET-PUBLISHED
 *     -A TNET-FORWARD -s 10.244.0.0/16 -j ACCEPT
 *     -A TNET-FORWARD -d 10.244.0.0/16 -j ACCEPT
 *
 * `raw` keeps networks of many hosts apart, which the hosts would else route between: what comes from
 * one meets what any of them does not want. Ports that another publishes on the host stay open.
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
      raw`${PREROUTING} -s ${cluster} ! -d ${cluster} -j ${APART}`,
      raw`${APART} -d ${cluster} -m addrtype ! --dst-type LOCAL -j DROP`,
      ...(masquerade ? masqueradeRules(network) : []),
      nat`${POSTROUTING} -o ${bridge} -m addrtype --src-type LOCAL -j MASQUERADE`,
      ...(callsIptables ? [] : unbridgedRules(network)),
      filter`${INTO} -o ${bridge} -j ${PUBLISHED}`,
      filter`${FORWARD} -s ${cluster} -j ACCEPT`,
      filter`${FORWARD} -d ${cluster} -j ACCEPT`,
    ],
  }
}

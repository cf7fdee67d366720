import { FORWARD, INTO, POSTROUTING, PREROUTING, PUBLISHED } from './base-chains.ts'
import type { BridgeNetwork } from './firewall.ts'
import { familyOf, inTable, type Rule, type RuleSet } from './rule.ts'

const filter = inTable('filter')
const nat = inTable('nat')

/**
 * Nothing in or out (D10). First in the chain: no other network's rule may let it pass before.
 * By device for IPv6, whose neighbour discovery goes to addresses outside the subnet.
 */
function internalRules({ bridge }: BridgeNetwork, subnet: string): Rule[] {
  const first = inTable('filter', { at: 1 })
  if (familyOf(subnet) === 6) {
    return [
      first`${FORWARD} ! -i ${bridge} -o ${bridge} -j DROP`,
      first`${FORWARD} -i ${bridge} ! -o ${bridge} -j DROP`,
    ]
  }
  return [
    first`${FORWARD} ! -s ${subnet} -o ${bridge} -j DROP`,
    first`${FORWARD} ! -d ${subnet} -i ${bridge} -j DROP`,
  ]
}

function forwardRules({ bridge, mode, icc }: BridgeNetwork, subnet: string): Rule[] {
  const icmp = familyOf(subnet) === 6 ? 'ipv6-icmp' : 'icmp'
  return [
    filter`${INTO} -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ...(mode === 'internal' ? [] : [filter`${INTO} -o ${bridge} -j ${PUBLISHED}`]),
    ...(mode === 'routed'
      ? [filter`${INTO} ! -i ${bridge} -o ${bridge} -p ${icmp} -j ACCEPT`]
      : []),
    filter`${INTO} ! -i ${bridge} -o ${bridge} -j DROP`,
    ...(icc ? [] : [filter`${INTO} -i ${bridge} -o ${bridge} -j DROP`]),
    filter`${FORWARD} -i ${bridge} -j ACCEPT`,
  ]
}

function natRules(network: BridgeNetwork, subnet: string): Rule[] {
  const { bridge, masquerade, callsIptables } = network
  return [
    ...(masquerade ? [nat`${POSTROUTING} -s ${subnet} ! -o ${bridge} -j MASQUERADE`] : []),
    nat`${POSTROUTING} -o ${bridge} -m addrtype --src-type LOCAL -j MASQUERADE`,
    ...(callsIptables
      ? []
      : [nat`${POSTROUTING} -s ${subnet} -o ${bridge} -m conntrack --ctstate DNAT -j MASQUERADE`]),
  ]
}

/**
 * What one bridge network needs, for one of its subnets; 172.18.0.0/16 on br-shop:
 *
 *     *raw
 *     -A TNET-PREROUTING -d 172.18.0.0/16 ! -i br-shop -m addrtype ! --dst-type LOCAL -j DROP
 *     *nat
 *     -A TNET-POSTROUTING -s 172.18.0.0/16 ! -o br-shop -j MASQUERADE
 *     -A TNET-POSTROUTING -o br-shop -m addrtype --src-type LOCAL -j MASQUERADE
 *     *filter
 *     -A TNET-INTO -o br-shop -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
 *     -A TNET-INTO -o br-shop -j TNET-PUBLISHED
 *     -A TNET-INTO ! -i br-shop -o br-shop -j DROP
 *     -A TNET-FORWARD -i br-shop -j ACCEPT
 *
 * `raw` keeps everybody outside from the containers' own addresses (D7), in one rule for all of
 * them; the bridge's own address is LOCAL, so ports published on it answer. It is left out when
 * nothing is masqueraded: replies then come to those addresses. The second MASQUERADE serves the
 * host's own 127.0.0.1 (R1). Where bridged packets do not pass iptables a third one sends replies
 * between two containers back through the host (R4):
 *
 *     -A TNET-POSTROUTING -s 172.18.0.0/16 -o br-shop -m conntrack --ctstate DNAT -j MASQUERADE
 */
export function bridgeNetworkRules(network: BridgeNetwork, subnet: string): RuleSet {
  const { bridge, mode, masquerade } = network
  const raw = inTable('raw')
  const isHidden = mode === 'internal' || (mode === 'nat' && masquerade)
  return {
    family: familyOf(subnet),
    chains: [],
    rules: [
      ...(isHidden
        ? [raw`${PREROUTING} -d ${subnet} ! -i ${bridge} -m addrtype ! --dst-type LOCAL -j DROP`]
        : []),
      ...(mode === 'nat' ? natRules(network, subnet) : []),
      ...(mode === 'internal' ? internalRules(network, subnet) : []),
      ...forwardRules(network, subnet),
    ],
  }
}

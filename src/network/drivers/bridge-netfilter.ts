import { EnvironmentError, UsageError } from '../../errors.ts'
import type { Netns } from '../../kernel/netns.ts'

const CALL_IPTABLES = 'net.bridge.bridge-nf-call-iptables'

const relying = new WeakMap<Netns, Set<string>>()

/** The networks of a host whose rules were made for the switch as it is. */
export function networksRelyingOn(host: Netns): Set<string> {
  const names = relying.get(host) ?? new Set<string>()
  relying.set(host, names)
  return names
}

/** Whether packets between the ports of a host's bridges pass iptables now. */
function callsIptables(host: Netns): boolean {
  try {
    return host.sysctl(CALL_IPTABLES) === '1'
  } catch (error) {
    // A kernel without br_netfilter.
    if (error instanceof EnvironmentError && error.code === 'TNET_SYSCTL_MISSING') return false
    throw error
  }
}

/**
 * Lets bridged packets pass iptables, or not, or leaves it as it is on the host. The switch is one
 * for all bridges of a host, so it stays as networks that are there already found it.
 *
 * @returns which it came to be
 */
export function setBridgeNetfilter(host: Netns, wanted?: boolean): boolean {
  const is = callsIptables(host)
  if (wanted === undefined || wanted === is) return is
  const neighbours = [...networksRelyingOn(host)]
  if (neighbours.length > 0) {
    throw new UsageError(
      `"${host.label}" has networks that rely on ${CALL_IPTABLES}=${Number(is)}`,
      {
        code: 'TNET_NETWORK_OPTION',
        hint: 'ask for the same "bridgeNetfilter" in all networks of a host, or leave it out',
        facts: { networks: neighbours.join(', ') },
      },
    )
  }
  host.setSysctl(CALL_IPTABLES, Number(wanted))
  return wanted
}

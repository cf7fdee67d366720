import { UsageError } from '../../errors.ts'
import { linkName } from '../../names.ts'

/** What the bridge driver can be asked for. */
export interface BridgeOptions {
  /** Nothing leaves or enters, no default route, nothing published (D10). Default false. */
  internal?: boolean
  /** Containers on it reach each other (inter-container communication, D6). Default true. */
  icc?: boolean
  /** What leaves the host gets the host's source address (D9). Default true. */
  masquerade?: boolean
  /**
   * `nat`: reached by published ports of the host. `routed`: by the containers' own addresses, but
   * only ICMP and the published ports, which are then the containers' (D11). Default `nat`.
   */
  mode?: 'nat' | 'routed'
  /** Largest packet in bytes, of the bridge and its containers. Default 1500. */
  mtu?: number
  /** The bridge's device name. Default: `br-` and the network's name, as far as it fits. */
  bridgeName?: string
  /**
   * Packets between containers pass iptables: net.bridge.bridge-nf-call-iptables, which is one for
   * all bridges of a host. Default: as it is there, on where the kernel has br_netfilter. Without
   * it, MASQUERADE and isolated ports do what rules would (R4).
   */
  bridgeNetfilter?: boolean
}

const types: Readonly<Record<keyof BridgeOptions, 'boolean' | 'string' | 'number'>> = {
  internal: 'boolean',
  icc: 'boolean',
  masquerade: 'boolean',
  mode: 'string',
  mtu: 'number',
  bridgeName: 'string',
  bridgeNetfilter: 'boolean',
}

function wrong(name: string, network: string, reason: string): UsageError {
  return new UsageError(`network "${network}": ${reason}`, {
    code: 'TNET_NETWORK_OPTION',
    facts: { option: name },
    hint: `a bridge network takes ${Object.keys(types).join(', ')}`,
  })
}

/** The options as they came, checked. Throws a `UsageError` TNET_NETWORK_OPTION. */
export function bridgeOptions(
  network: string,
  options: Readonly<Record<string, unknown>>,
): BridgeOptions {
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(types, name) ? types[name as keyof BridgeOptions] : undefined
    if (type === undefined) throw wrong(name, network, `there is no option "${name}"`)
    if (value !== undefined && typeof value !== type) {
      throw wrong(name, network, `"${name}" is a ${type}, not ${JSON.stringify(value)}`)
    }
  }
  const { mode, mtu, internal } = options as BridgeOptions
  if (mode !== undefined && mode !== 'nat' && mode !== 'routed') {
    throw wrong('mode', network, `"mode" is nat or routed, not ${JSON.stringify(mode)}`)
  }
  if (internal === true && mode === 'routed') {
    throw wrong('mode', network, 'an internal network is not routed')
  }
  // ETH_MIN_MTU and ETH_MAX_MTU of linux/if_ether.h.
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535)) {
    throw wrong('mtu', network, `"mtu" is from 68 to 65535 bytes, not ${mtu}`)
  }
  return options
}

/** The device name of a network's bridge. */
export function bridgeNameFor(network: string, { bridgeName }: BridgeOptions): string {
  return linkName(bridgeName ?? `br-${network}`)
}

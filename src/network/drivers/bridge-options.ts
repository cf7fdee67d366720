import { linkName } from '../../names.ts'
import {
  checkMtu,
  checkOptions,
  wrongOption,
  type OptionTable,
  type OptionType,
} from './driver-options.ts'

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

const table: OptionTable = {
  driver: 'bridge',
  types: {
    internal: 'boolean',
    icc: 'boolean',
    masquerade: 'boolean',
    mode: 'string',
    mtu: 'number',
    bridgeName: 'string',
    bridgeNetfilter: 'boolean',
  } satisfies Record<keyof BridgeOptions, OptionType>,
}

/** The options as they came, checked. Throws a `UsageError` TNET_NETWORK_OPTION. */
export function bridgeOptions(
  network: string,
  options: Readonly<Record<string, unknown>>,
): BridgeOptions {
  checkOptions(table, network, options)
  const { mode, mtu, internal } = options as BridgeOptions
  if (mode !== undefined && mode !== 'nat' && mode !== 'routed') {
    const reason = `"mode" is nat or routed, not ${JSON.stringify(mode)}`
    throw wrongOption(table, network, { option: 'mode', reason })
  }
  if (internal === true && mode === 'routed') {
    const reason = 'an internal network is not routed'
    throw wrongOption(table, network, { option: 'mode', reason })
  }
  checkMtu(table, network, mtu)
  return options
}

/** The device name of a network's bridge. */
export function bridgeNameFor(
  network: string,
  { bridgeName }: Pick<BridgeOptions, 'bridgeName'>,
): string {
  return linkName(bridgeName ?? `br-${network}`)
}

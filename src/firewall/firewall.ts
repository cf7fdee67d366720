import type { RuleCounter } from './counters.ts'
import type { Family, Table } from './rule.ts'
import type { SourceNat } from './source-nat-rules.ts'

export type Protocol = 'tcp' | 'udp'

/** What a bridge network asks of its host's firewall. */
export interface BridgeNetwork {
  /** The bridge's device name. */
  bridge: string
  /** One, or one of each family: `172.18.0.0/16`, `2001:db8::/64`. */
  subnets: readonly string[]
  /** `nat`: hidden behind the host. `routed`: reached by its own addresses. `internal`: by nobody. */
  mode: 'nat' | 'routed' | 'internal'
  /** Containers on it reach each other. */
  icc: boolean
  /** `nat` only: what leaves the host gets the host's source address. */
  masquerade: boolean
  /** Packets between its ports pass iptables: net.bridge.bridge-nf-call-iptables. */
  callsIptables: boolean
}

/** What a network of many hosts asks of the firewall of one of them (F9). */
export interface ClusterNetwork {
  mode: 'cluster'
  /** The link by which this host's own containers are reached; with a `+` at its end, several. */
  bridge: string
  /** This host's own part of the network; empty when all of it may be anywhere. */
  subnets: readonly string[]
  /** All of the network: `10.244.0.0/16`. */
  cluster: string
  /** What leaves the network gets the host's source address. */
  masquerade: boolean
  /**
   * So does what comes from outside for containers of another host, so that the answer comes back
   * this way. Default: as `masquerade`.
   */
  isHidingOutside?: boolean
  /** Packets between ports of a bridge pass iptables. */
  callsIptables: boolean
}

/** A network as the firewall knows it. */
export type FirewallNetwork = BridgeNetwork | ClusterNetwork

/** A port of a host that leads to a port of a container. */
export interface PublishedPort {
  protocol: Protocol
  /** Default: every address of the host. */
  hostAddress?: string
  hostPort: number
  /** The container's. */
  address: string
  port: number
}

/**
 * The rules of one node. Every change is one batch and happens entirely or not at all; changes of
 * one node take turns. What is removed is what was added, so the rest stays as it was.
 */
export interface Firewall {
  /**
   * Also turns on forwarding; if that was off, and the network is of one host, it lets FORWARD drop
   * what no rule accepts (D12).
   */
  addNetwork(network: FirewallNetwork): Promise<void>
  removeNetwork(network: FirewallNetwork): Promise<void>
  /** Ports of containers on a network that was added. */
  addPorts(network: FirewallNetwork, ports: readonly PublishedPort[]): Promise<void>
  removePorts(network: FirewallNetwork, ports: readonly PublishedPort[]): Promise<void>
  /** A port that leads to a server behind `device`, without a network. */
  addService(device: string, port: PublishedPort): Promise<void>
  removeService(device: string, port: PublishedPort): Promise<void>
  addSourceNat(nat: SourceNat): Promise<void>
  removeSourceNat(nat: SourceNat): Promise<void>
  /** Every rule with what it counted, in order; of one table or all. */
  counters(options?: { family?: Family; table?: Table }): Promise<RuleCounter[]>
}

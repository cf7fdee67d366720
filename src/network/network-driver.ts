import type { Netns } from '../kernel/netns.ts'
import type { Endpoint, HostPart, Network, Place } from './network.ts'

/** An endpoint that is to be, and the container that gets it. */
export interface Joining {
  readonly endpoint: Endpoint
  readonly container: Netns
}

/** What is asked of a driver before there is a subnet. */
export interface NetworkRequest {
  name: string
  hosts: readonly Netns[]
  /** As it was asked for, if it was. */
  subnet: string | undefined
  /** All options that are not everybody's. */
  options: Readonly<Record<string, unknown>>
  /** The device by which a host reaches the others. Default: see `uplinkOf`. */
  over: Underlay | undefined
}

/** Which device of a host leads to the other hosts. */
export type Underlay = (host: Netns) => string

/** A subnet that is divided among hosts: what `BlockIpam.createSpace` takes of it. */
export interface BlockPlan {
  /** Length of a host's part: 24 for a /24. */
  prefix: number
  /** Each block keeps its first usable address for a gateway. */
  hasGateways: boolean
  /** How many a host may have. Default 1. */
  perHost?: number
  /** A host never takes single addresses of another host's block. Default true. */
  isStrict?: boolean
  /** The first block of the subnet is left out (F8). Default false. */
  skipFirst?: boolean
}

/** What a driver wants of the network that it is going to create. */
export interface NetworkPlan {
  /** No gateway, no default route: nothing leaves it. Default false. */
  isInternal?: boolean
  /**
   * How hosts share the subnet. `one-gateway`: all have the network's. `gateway-each`: one subnet,
   * but each host has a gateway of its own in it. `no-gateway`: the network has one only if it is
   * told which; it is somebody else's. Blocks: each host has a part of the subnet. `hosts`: there is
   * no subnet, containers have their host's address. Default `one-gateway`.
   */
  addressing?: 'one-gateway' | 'gateway-each' | 'no-gateway' | 'hosts' | BlockPlan
  /** The subnet when none is asked for. Default: a free automatic one. */
  subnet?: string
  /** Where containers send what is not for their subnet, when that is no address of the pool. */
  nextHop?: string
  /** Addresses that others have already, by whose they are; those elsewhere do not matter. */
  taken?: Readonly<Record<string, string>>
}

/**
 * One way to join containers. `create`, `addHost` and `connect` do all or nothing: on a failure they
 * undo what they did, then throw. `delete`, `removeHost` and `disconnect` undo exactly what those
 * did.
 *
 * @example
 * registerDriver({
 *   name: 'none',
 *   create: async () => {},
 *   delete: async () => {},
 *   connect: async () => {},
 *   disconnect: async () => {},
 * })
 */
export interface NetworkDriver {
  readonly name: string
  /** First of all: refuses what it cannot do, before anything is made or allocated. */
  plan?(request: NetworkRequest): NetworkPlan
  /** Makes the network's devices on its hosts; it has its subnet and its parts by now. */
  create(network: Network): Promise<void>
  delete(network: Network): Promise<void>
  /** A host joins while the network runs. Without it, the hosts stay as they are. */
  addHost?(network: Network, part: HostPart): Promise<void>
  /** A host without containers of the network leaves. */
  removeHost?(network: Network, part: HostPart): Promise<void>
  /** Puts back ways between hosts that got lost: the kernel drops routes of a link that goes down. */
  repair?(network: Network): Promise<void>
  /** What the reader of a report should know, a line each: whether a stand-in carries it. */
  notes?(network: Network): readonly string[]
  /**
   * Joins a container: devices, addresses, routes, ports. Everything in `endpoint` is decided but
   * the host ports that are 0, which the driver picks.
   *
   * @returns the endpoint as it came to be.
   */
  connect(network: Network, endpoint: Endpoint, place: Place): Promise<Endpoint>
  /** The same for many containers of one host, all or none. Default: one after the other. */
  connectMany?(
    network: Network,
    host: Netns,
    joining: readonly Joining[],
  ): Promise<readonly Endpoint[]>
  disconnect(network: Network, endpoint: Endpoint, place: Place): Promise<void>
}

import type { Netns } from '../kernel/netns.ts'
import type { Endpoint, Network, Place } from './network.ts'

/** What is asked of a driver before there is a subnet. */
export interface NetworkRequest {
  name: string
  hosts: readonly Netns[]
  /** All options that are not everybody's. */
  options: Readonly<Record<string, unknown>>
}

/** What a driver wants of the network that it is going to create. */
export interface NetworkPlan {
  /** No gateway, no default route: nothing leaves it. Default false. */
  isInternal?: boolean
}

/**
 * One way to join containers. `create` and `connect` do all or nothing: on a failure they undo what
 * they did, then throw. `delete` and `disconnect` undo exactly what those did.
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
  /** Makes the network's devices on its hosts; it has its subnet and gateway by now. */
  create(network: Network): Promise<void>
  delete(network: Network): Promise<void>
  /**
   * Joins a container: devices, addresses, routes, ports. Everything in `endpoint` is decided but
   * the host ports that are 0, which the driver picks.
   *
   * @returns the endpoint as it came to be.
   */
  connect(network: Network, endpoint: Endpoint, place: Place): Promise<Endpoint>
  disconnect(network: Network, endpoint: Endpoint, place: Place): Promise<void>
}

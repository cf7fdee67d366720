import { randomBytes } from 'node:crypto'
import { UsageError } from '../errors.ts'
import { Ipam } from '../ipam/ipam.ts'
import type { PoolDetails } from '../ipam/pool-info.ts'
import type { Store } from '../ipam/store/store.ts'
import type { Netns } from '../kernel/netns.ts'
import type { Undo } from '../undo.ts'
import { allocateAddresses, createPools, deletePools, gatewaysFor } from './addressing.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { driverNamed } from './driver-registry.ts'
import { freeDevice } from './links.ts'
import {
  alreadyConnected,
  elsewhere,
  nameless,
  networkExists,
  networkInUse,
  networkUnknown,
  notConnected,
} from './network-failures.ts'
import type { ConnectOptions, CreateNetworkOptions } from './network-options.ts'
import { NetworkRecords, type NetworkRecord } from './network-records.ts'
import { macFor, type Endpoint, type Network, type Place } from './network.ts'
import { parsePortMapping } from './port-mapping.ts'

/** A network with all that is on it. */
export interface NetworkDetails extends NetworkRecord {
  readonly endpoints: readonly Endpoint[]
  /** The state of its pool. */
  readonly pool: PoolDetails
}

interface Placed {
  network: string
  place: Place
  /** Not there while it is being connected. */
  endpoint: Endpoint | undefined
}

/**
 * The networks of a lab: which there are, who is on them. The order of calls is the driver's plan,
 * then subnet and gateway from IPAM, then devices, then the record; a failure undoes what was done.
 * To delete: devices, addresses, and the record last, so that a crash leaves a trace and no address
 * is free while a device still has it.
 *
 * @example
 * const networks = new Networks(new MemoryStore())
 * await networks.create('shop', { hosts: [alpha], subnet: '10.244.0.0/16' })
 * await networks.connect('shop', { host: alpha, container: web }, { publish: ['8080:80'] })
 */
export class Networks {
  readonly ipam: Ipam
  readonly #records: NetworkRecords
  readonly #networks = new Map<string, Network>()
  readonly #placed = new Set<Placed>()
  /** What is under way with a container: its devices and routes are counted before they are made. */
  readonly #turns = new WeakMap<Netns, Promise<unknown>>()

  constructor(store: Store) {
    this.ipam = new Ipam(store)
    this.#records = new NetworkRecords(store)
  }

  /**
   * Creates a network on its hosts.
   *
   * @throws UsageError TNET_NETWORK_EXISTS, TNET_NETWORK_NAME, TNET_DRIVER_UNKNOWN, what the driver
   * refuses, and what `Ipam.createPool` throws.
   */
  async create(name: string, options: CreateNetworkOptions): Promise<Network> {
    if (typeof name !== 'string' || name === '' || /\p{Surrogate}/u.test(name)) throw nameless()
    if (await this.#records.network(name)) throw networkExists(name)
    const driver = await driverNamed(options.driver ?? 'bridge')
    const { hosts } = options
    const request = { name, hosts, options: options.options ?? {} }
    const { isInternal = false } = driver.plan?.(request) ?? {}
    return allOrNothing(`network "${name}"`, async undo => {
      const pools = await this.#createPools(name, options, undo)
      const sharesNames = options.names ?? name !== 'bridge'
      const network = { ...request, ...pools, driver: driver.name, isInternal, sharesNames }
      await driver.create(network)
      undo.push('devices', () => driver.delete(network))
      await this.#records.putNetwork(network)
      this.#networks.set(name, network)
      return network
    })
  }

  async #createPools(name: string, options: CreateNetworkOptions, undo: Undo) {
    try {
      return await createPools(this.ipam, name, options, undo)
    } catch (error) {
      // Somebody with the same store was faster.
      if (error instanceof UsageError && error.code === 'TNET_POOL_EXISTS')
        throw networkExists(name)
      throw error
    }
  }

  /** Every network in the store, those that others made too; by name. */
  list(): Promise<NetworkRecord[]> {
    return this.#records.networks()
  }

  /** @throws UsageError TNET_NETWORK_UNKNOWN */
  async inspect(name: string): Promise<NetworkDetails> {
    const record = await this.#records.network(name)
    if (record === undefined) throw networkUnknown(name, [...this.#networks.keys()])
    const endpoints = await this.#records.endpointsOf(name)
    return { ...record, endpoints, pool: await this.ipam.inspect(name) }
  }

  /**
   * Deletes a network that nobody is on.
   *
   * @throws UsageError TNET_NETWORK_IN_USE naming who is, TNET_NETWORK_UNKNOWN
   */
  async delete(name: string): Promise<void> {
    const network = this.#network(name)
    const there = (await this.#records.endpointsOf(name)).map(({ container }) => container)
    const coming = [...this.#placed].filter(placed => placed.network === name)
    const containers = new Set([...there, ...coming.map(({ place }) => place.container.label)])
    if (containers.size > 0) throw networkInUse(name, [...containers])
    this.#networks.delete(name)
    try {
      await (await driverNamed(network.driver)).delete(network)
    } catch (failure) {
      this.#networks.set(name, network)
      throw failure
    }
    await deletePools(this.ipam, network)
    await this.#records.deleteNetwork(name)
  }

  /**
   * Connects a container: address, endpoint, devices, ports, record.
   *
   * @throws UsageError TNET_ENDPOINT_EXISTS, TNET_NETWORK_HOSTS, TNET_PORT_INVALID, TNET_PORT_TAKEN,
   * what the driver refuses, and what `Ipam.allocate` throws.
   */
  async connect(name: string, place: Place, options: ConnectOptions = {}): Promise<Endpoint> {
    const network = this.#network(name)
    const { host, container } = place
    if (!network.hosts.includes(host)) throw elsewhere(container.label, host.label, name)
    if (this.#find(name, container) !== undefined) throw alreadyConnected(container.label, name)
    const placed: Placed = { network: name, place, endpoint: undefined }
    this.#placed.add(placed)
    try {
      placed.endpoint = await this.#inTurn(container, () => this.#connect(network, place, options))
      return placed.endpoint
    } catch (failure) {
      this.#placed.delete(placed)
      throw failure
    }
  }

  #connect(network: Network, place: Place, options: ConnectOptions): Promise<Endpoint> {
    const what = `endpoint of "${place.container.label}" on "${network.name}"`
    return allOrNothing(what, async undo => {
      const driver = await driverNamed(network.driver)
      const planned = await this.#plan(network, place, options, undo)
      const endpoint = await driver.connect(network, planned, place)
      undo.push('devices', () => driver.disconnect(network, endpoint, place))
      await this.#records.putEndpoint(endpoint)
      return endpoint
    })
  }

  /** Addresses from IPAM, and all that follows from them. */
  async #plan(
    network: Network,
    { host, container }: Place,
    options: ConnectOptions,
    undo: Undo,
  ): Promise<Endpoint> {
    const id = randomBytes(6).toString('hex')
    const addresses = await allocateAddresses(this.ipam, network, { owner: id, options, undo })
    return {
      id,
      network: network.name,
      container: container.label,
      host: host.label,
      device: options.device ?? freeDevice(container),
      ...addresses,
      mac: options.mac ?? macFor(addresses.address),
      ports: (options.publish ?? []).flatMap(parsePortMapping),
      gateways: gatewaysFor(network, container, options.defaultRoute),
    }
  }

  /** @throws UsageError TNET_ENDPOINT_UNKNOWN, TNET_NETWORK_UNKNOWN */
  disconnect(name: string, container: Netns): Promise<void> {
    return this.#inTurn(container, async () => {
      const network = this.#network(name)
      const placed = this.#find(name, container)
      if (placed?.endpoint === undefined) throw notConnected(container.label, name)
      const { endpoint, place } = placed
      await (await driverNamed(network.driver)).disconnect(network, endpoint, place)
      await this.ipam.releaseOwner(endpoint.id)
      await this.#records.deleteEndpoint(endpoint.id)
      this.#placed.delete(placed)
    })
  }

  #inTurn<T>(container: Netns, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(container) ?? Promise.resolve()).then(work)
    const settled = mine.catch(() => undefined)
    this.#turns.set(container, settled)
    return mine
  }

  #network(name: string): Network {
    const network = this.#networks.get(name)
    if (network === undefined) throw networkUnknown(name, [...this.#networks.keys()])
    return network
  }

  #find(network: string, container: Netns): Placed | undefined {
    for (const placed of this.#placed) {
      if (placed.network === network && placed.place.container === container) return placed
    }
    return undefined
  }
}

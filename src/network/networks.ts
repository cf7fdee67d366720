import { UsageError } from '../errors.ts'
import { BlockIpam } from '../ipam/blocks/block-ipam.ts'
import { Ipam } from '../ipam/ipam.ts'
import type { Store } from '../ipam/store/store.ts'
import type { Netns } from '../kernel/netns.ts'
import type { Undo } from '../undo.ts'
import type { Addressing, NetworkSubnets } from './addressing/addressing.ts'
import { addressingFor } from './addressing/addressing-for.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { driverNamed } from './driver-registry.ts'
import { connectAll, type Wanted } from './connecting.ts'
import { Members, type LiveNetwork } from './live-network.ts'
import {
  alreadyConnected,
  elsewhere,
  hostInUse,
  hostsAreFixed,
  nameless,
  networkExists,
  networkInUse,
  networkUnknown,
  notConnected,
  refuseIPv6Alone,
  refuseTwice,
} from './network-failures.ts'
import type { ConnectOptions, CreateNetworkOptions } from './network-options.ts'
import { NetworkRecords, type NetworkDetails, type NetworkRecord } from './network-records.ts'
import { type Endpoint, type Network, type Place } from './network.ts'
import { Placements, type Placement } from './placements.ts'
import { Turns } from './turns.ts'

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
  readonly blocks: BlockIpam
  readonly #records: NetworkRecords
  readonly #networks = new Map<string, LiveNetwork>()
  readonly #placements = new Placements()
  /**
   * Of containers, whose devices and routes are counted before they are made; of networks, whose
   * hosts come and go.
   */
  readonly #turns = new Turns()

  constructor(store: Store) {
    this.ipam = new Ipam(store)
    this.blocks = new BlockIpam(store)
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
    const { hosts, over, subnet } = options
    refuseTwice(name, hosts)
    refuseIPv6Alone(name, subnet)
    const request = { name, subnet, hosts, over, options: options.options ?? {} }
    const plan = driver.plan?.(request) ?? {}
    const addressing = addressingFor(plan, this)
    return allOrNothing(`network "${name}"`, async undo => {
      const subnets = await this.#createSubnets(addressing, { name, options, undo })
      const members = new Members()
      const network = {
        ...request,
        ...subnets,
        hosts: members.hosts,
        parts: members.parts,
        driver: driver.name,
        isInternal: plan.isInternal ?? false,
        isDivided: typeof plan.addressing === 'object',
        sharesNames: options.names ?? name !== 'bridge',
      }
      for (const host of hosts) {
        members.add({ host, ...(await addressing.addHost(network, host)) })
        undo.push('part of a host', () => addressing.removeHost(network, host))
      }
      await driver.create(network)
      undo.push('devices', () => driver.delete(network))
      await this.#records.putNetwork(network)
      this.#networks.set(name, { network, members, driver, plan, addressing })
      return network
    })
  }

  async #createSubnets(
    addressing: Addressing,
    { name, options, undo }: { name: string; options: CreateNetworkOptions; undo: Undo },
  ): Promise<NetworkSubnets> {
    try {
      return await addressing.create(name, options, undo)
    } catch (error) {
      // Somebody with the same store was faster.
      if (error instanceof UsageError && error.code === 'TNET_POOL_EXISTS')
        throw networkExists(name)
      throw error
    }
  }

  /**
   * A host joins while the network runs: its part of the addresses, its devices, and the ways
   * between it and the others.
   *
   * @throws UsageError TNET_NETWORK_HOSTS when the driver cannot, or it is on it; what the driver
   * refuses.
   */
  async addHost(name: string, host: Netns): Promise<Network> {
    return this.#turns.take(this.#live(name).network, () => this.#addHost(name, host))
  }

  async #addHost(name: string, host: Netns): Promise<Network> {
    const { network, members, driver, addressing } = this.#live(name)
    if (driver.addHost === undefined) throw hostsAreFixed(name, driver.name)
    refuseTwice(name, [...network.hosts, host])
    return allOrNothing(`"${host.label}" on network "${name}"`, async undo => {
      const { subnet, options, over } = network
      const taken = driver.plan?.({ name, subnet, options, over, hosts: [host] }).taken
      const part = { host, ...(await addressing.addHost(network, host, taken)) }
      undo.push('part of a host', () => addressing.removeHost(network, host))
      await driver.addHost?.(network, part)
      undo.push('devices', () => driver.removeHost?.(network, part))
      members.add(part)
      undo.push('member', () => void members.remove(host))
      await this.#records.putNetwork(network)
      return network
    })
  }

  /**
   * A host leaves while the network runs.
   *
   * @throws UsageError TNET_NETWORK_IN_USE naming its containers that are on it, TNET_NETWORK_HOSTS
   */
  async removeHost(name: string, host: Netns): Promise<void> {
    await this.#turns.take(this.#live(name).network, () => this.#removeHost(name, host))
  }

  async #removeHost(name: string, host: Netns): Promise<void> {
    const { network, members, driver, addressing } = this.#live(name)
    if (driver.removeHost === undefined) throw hostsAreFixed(name, driver.name)
    const part = network.parts.find(part => part.host === host)
    if (part === undefined) throw elsewhere(undefined, host.label, name)
    const there = this.#placements.on(name, host).map(({ place }) => place.container.label)
    if (there.length > 0) throw hostInUse(name, host.label, there)
    const putBack = members.remove(host)
    try {
      // First, because it may refuse: containers of others can have addresses of this host's part.
      await addressing.removeHost(network, host)
      await driver.removeHost(network, part)
    } catch (failure) {
      putBack()
      throw failure
    }
    await this.#records.putNetwork(network)
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
    const { isDivided, subnet } = record
    const hasPool = !isDivided && subnet !== ''
    return {
      ...record,
      endpoints,
      pool: hasPool ? await this.ipam.inspect(name) : undefined,
      space: isDivided ? await this.blocks.inspect(name) : undefined,
    }
  }

  /**
   * Deletes a network that nobody is on.
   *
   * @throws UsageError TNET_NETWORK_IN_USE naming who is, TNET_NETWORK_UNKNOWN
   */
  async delete(name: string): Promise<void> {
    await this.#turns.take(this.#live(name).network, () => this.#delete(name))
  }

  async #delete(name: string): Promise<void> {
    const live = this.#live(name)
    const { network, driver, addressing } = live
    const there = (await this.#records.endpointsOf(name)).map(({ container }) => container)
    const coming = this.#placements.on(name)
    const containers = new Set([...there, ...coming.map(({ place }) => place.container.label)])
    if (containers.size > 0) throw networkInUse(name, [...containers])
    this.#networks.delete(name)
    try {
      await driver.delete(network)
    } catch (failure) {
      this.#networks.set(name, live)
      throw failure
    }
    for (const host of network.hosts) await addressing.removeHost(network, host)
    await addressing.delete(network)
    await this.#records.deleteNetwork(name)
  }

  /**
   * Connects a container: address, endpoint, devices, ports, record.
   *
   * @throws UsageError TNET_ENDPOINT_EXISTS, TNET_NETWORK_HOSTS, TNET_PORT_INVALID, TNET_PORT_TAKEN,
   * what the driver refuses, and what `Ipam.allocate` throws.
   */
  async connect(name: string, place: Place, options: ConnectOptions = {}): Promise<Endpoint> {
    const live = this.#live(name)
    const { host, container } = place
    if (!live.network.hosts.includes(host)) throw elsewhere(container.label, host.label, name)
    if (this.#placements.find(name, container)) throw alreadyConnected(container.label, name)
    const request = { host, wanted: [{ container, options }], isFresh: false }
    const [endpoint] = await this.#placements.during(name, [place], () =>
      this.#turns.take(container, () => connectAll(live, this.#records, request)),
    )
    if (endpoint === undefined) throw new Error('one was asked for, none was made')
    return endpoint
  }

  /**
   * Connects containers of one host that were just made, all or none: many cost little more than
   * one.
   *
   * @throws as `connect`
   */
  async connectFresh(
    name: string,
    host: Netns,
    wanted: readonly Wanted[],
  ): Promise<readonly Endpoint[]> {
    const live = this.#live(name)
    const [first] = wanted
    if (first === undefined) return []
    if (!live.network.hosts.includes(host)) throw elsewhere(first.container.label, host.label, name)
    const places = wanted.map(({ container }) => ({ host, container }))
    return this.#placements.during(name, places, () =>
      connectAll(live, this.#records, { host, wanted, isFresh: true }),
    )
  }

  /** @throws UsageError TNET_ENDPOINT_UNKNOWN, TNET_NETWORK_UNKNOWN */
  disconnect(name: string, container: Netns): Promise<void> {
    return this.#turns.take(container, async () => {
      const { network, driver, addressing } = this.#live(name)
      const placed = this.#placements.find(name, container)
      if (placed?.endpoint === undefined) throw notConnected(container.label, name)
      const { endpoint, place } = placed
      await driver.disconnect(network, endpoint, place)
      await addressing.release(endpoint.id)
      await this.#records.deleteEndpoint(endpoint.id)
      this.#placements.remove(placed)
    })
  }

  /** Puts back the ways between hosts that got lost, where the driver has such. */
  async repair(name: string): Promise<void> {
    const { network, driver } = this.#live(name)
    await driver.repair?.(network)
  }

  /** What the reader of a report should know of a network, a line each. */
  notes(name: string): readonly string[] {
    const { network, driver } = this.#live(name)
    return driver.notes?.(network) ?? []
  }

  /** The networks that were created here, and who is on them. */
  here(): { network: Network; placed: Placement[] }[] {
    return [...this.#networks.values()].map(({ network }) => ({
      network,
      placed: this.#placements.on(network.name),
    }))
  }

  #live(name: string): LiveNetwork {
    const live = this.#networks.get(name)
    if (live === undefined) throw networkUnknown(name, [...this.#networks.keys()])
    return live
  }
}

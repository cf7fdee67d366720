import type { Endpoint, Network } from '../network/network.ts'
import { elsewhere } from '../network/network-failures.ts'
import type { ConnectOptions } from '../network/network-options.ts'
import type { NetworkDetails } from '../network/network-records.ts'
import type { Networks } from '../network/networks.ts'
import { attach, detach } from './attachments.ts'
import type { Container } from './container.ts'
import type { Host } from './host.ts'

/**
 * A network of a lab: connects containers by its driver.
 *
 * @example
 * const shop = await lab.network('shop', { hosts: [alpha] })
 * const web = await alpha.container('web', { network: shop, publish: ['8080:80'] })
 * await shop.disconnect(web)
 * await shop.delete()
 */
export class LabNetwork {
  readonly #networks: Networks
  readonly #network: Network

  constructor(networks: Networks, network: Network) {
    this.#networks = networks
    this.#network = network
  }

  get name(): string {
    return this.#network.name
  }

  /** The driver's name. */
  get driver(): string {
    return this.#network.driver
  }

  /** `10.244.0.0/16` */
  get subnet(): string {
    return this.#network.subnet
  }

  get gateway(): string | undefined {
    return this.#network.gateway
  }

  get ipv6(): Network['ipv6'] {
    return this.#network.ipv6
  }

  get sharesNames(): boolean {
    return this.#network.sharesNames
  }

  /**
   * Connects a container that is on one of the network's hosts.
   *
   * @example
   * const { address, ports } = await shop.connect(web, { publish: ['0:80'] })
   */
  async connect(container: Container, options: ConnectOptions = {}): Promise<Endpoint> {
    const place = { host: container.host.netns, container: container.netns }
    const endpoint = await this.#networks.connect(this.name, place, options)
    this.#attach(container, endpoint)
    return endpoint
  }

  /** Connects containers of one host that were just made; `Host.containers` calls it. */
  async connectFresh(
    host: Host,
    wanted: readonly { container: Container; options: ConnectOptions }[],
  ): Promise<void> {
    const fresh = wanted.map(({ container, options }) => ({ container: container.netns, options }))
    const endpoints = await this.#networks.connectFresh(this.name, host.netns, fresh)
    for (const [n, { container }] of wanted.entries()) {
      const endpoint = endpoints[n]
      if (endpoint !== undefined) this.#attach(container, endpoint)
    }
  }

  #attach(container: Container, { address, ipv6 }: Endpoint): void {
    const addresses = ipv6 === undefined ? [address] : [address, ipv6.address]
    attach(container, { network: this.#network, addresses })
  }

  /**
   * A host joins while the network runs.
   *
   * @throws UsageError TNET_NETWORK_HOSTS when the driver cannot do that
   */
  async addHost(host: Host): Promise<void> {
    await this.#networks.addHost(this.name, host.netns)
  }

  /** A host leaves while the network runs; refused while it has containers on it. */
  async removeHost(host: Host): Promise<void> {
    await this.#networks.removeHost(this.name, host.netns)
  }

  /**
   * Puts back routes, neighbours and FDB entries between its hosts that got lost: the kernel drops
   * the routes of a link that is taken down, and nobody adds them when it is up again. Flannel's
   * daemon does this every ten seconds.
   */
  repair(): Promise<void> {
    return this.#networks.repair(this.name)
  }

  /**
   * What a host has of it: its gateway, and the part of the subnet that its containers get addresses
   * from.
   */
  partOf(host: Host): { subnet: string; gateway: string | undefined } {
    const part = this.#network.parts.find(part => part.host === host.netns)
    if (part !== undefined) return { subnet: part.subnet, gateway: part.gateway }
    throw elsewhere(undefined, host.label, this.name)
  }

  async disconnect(container: Container): Promise<void> {
    await this.#networks.disconnect(this.name, container.netns)
    detach(container, this.name)
  }

  /** Everything that is known of it: endpoints, and the state of its pool. */
  inspect(): Promise<NetworkDetails> {
    return this.#networks.inspect(this.name)
  }

  /** Refused while a container is on it. */
  delete(): Promise<void> {
    return this.#networks.delete(this.name)
  }

  toString(): string {
    return this.name
  }
}

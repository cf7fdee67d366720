import type { Endpoint, Network } from '../network/network.ts'
import type { ConnectOptions } from '../network/network-options.ts'
import type { NetworkDetails, Networks } from '../network/networks.ts'
import { attach, detach } from './attachments.ts'
import type { Container } from './container.ts'

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
    const { address, ipv6 } = endpoint
    const addresses = ipv6 === undefined ? [address] : [address, ipv6.address]
    attach(container, { network: this.#network, addresses })
    return endpoint
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

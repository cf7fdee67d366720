import { UsageError } from '../errors.ts'
import type { Ipam } from '../ipam/ipam.ts'
import { MemoryStore } from '../ipam/store/memory-store.ts'
import type { BridgeOptions } from '../network/drivers/bridge-options.ts'
import type { CreateNetworkOptions } from '../network/network-options.ts'
import type { NetworkRecord } from '../network/network-records.ts'
import { Networks } from '../network/networks.ts'
import { Host } from './host.ts'
import type { LabContext } from './lab-context.ts'
import { LabNetwork } from './lab-network.ts'

interface CommonOptions extends Omit<CreateNetworkOptions, 'hosts' | 'driver' | 'options'> {
  /** Default: the lab's host, when there is one only. */
  hosts?: readonly Host[]
}

/** A network of the bridge driver. */
export interface BridgeNetworkOptions extends CommonOptions, BridgeOptions {
  driver?: 'bridge'
}

/** A network of any driver, with what that takes besides. */
export interface DriverNetworkOptions extends CommonOptions {
  driver: string
  [option: string]: unknown
}

/** The networks of a lab. They live as long as the lab, and so does what IPAM keeps. */
export class LabNetworks {
  readonly #lab: LabContext
  readonly #networks = new Networks(new MemoryStore())

  constructor(lab: LabContext) {
    this.#lab = lab
  }

  get ipam(): Ipam {
    return this.#networks.ipam
  }

  async create(
    name: string,
    options: BridgeNetworkOptions | DriverNetworkOptions,
  ): Promise<LabNetwork> {
    const { driver, subnet, gateway, range, auxiliary, policy, ipv6, names, ...rest } = options
    const { hosts = this.#onlyHost(name), ...driverOptions } = rest
    const common = { driver, subnet, gateway, range, auxiliary, policy, ipv6, names }
    const network = await this.#networks.create(name, {
      ...Object.fromEntries(Object.entries(common).filter(([, value]) => value !== undefined)),
      hosts: hosts.map(host => host.netns),
      options: driverOptions,
    })
    return new LabNetwork(this.#networks, network)
  }

  list(): Promise<NetworkRecord[]> {
    return this.#networks.list()
  }

  #onlyHost(name: string): readonly Host[] {
    const hosts = this.#lab.nodes.filter(node => node instanceof Host)
    if (hosts.length === 1) return hosts
    throw new UsageError(`on which host is network "${name}"? The lab has ${hosts.length}`, {
      code: 'TNET_NETWORK_HOSTS',
      hint: `say it: lab.network('${name}', { hosts: [alpha] })`,
    })
  }
}

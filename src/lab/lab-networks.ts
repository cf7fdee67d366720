import { UsageError } from '../errors.ts'
import type { BlockIpam } from '../ipam/blocks/block-ipam.ts'
import type { Ipam } from '../ipam/ipam.ts'
import { MemoryStore } from '../ipam/store/memory-store.ts'
import type { Store } from '../ipam/store/store.ts'
import type { Underlay } from '../network/network-driver.ts'
import type { NetworkDetails, NetworkRecord } from '../network/network-records.ts'
import { Networks } from '../network/networks.ts'
import { Host } from './host.ts'
import { globalAddresses } from './hosts-file.ts'
import type { LabContext } from './lab-context.ts'
import type { NetworkOptions } from './lab-network-options.ts'
import { LabNetwork } from './lab-network.ts'
import type { Segment } from './segment.ts'

/**
 * The networks of a lab. They live as long as the lab, and so does what IPAM keeps, unless it is
 * kept in a store that others have as well.
 */
export class LabNetworks {
  readonly #lab: LabContext
  readonly #networks: Networks

  constructor(lab: LabContext, store: Store = new MemoryStore()) {
    this.#lab = lab
    this.#networks = new Networks(store)
  }

  get ipam(): Ipam {
    return this.#networks.ipam
  }

  /** Where networks get their hosts' parts from: which host has which block. */
  get blocks(): BlockIpam {
    return this.#networks.blocks
  }

  async create(name: string, options: NetworkOptions): Promise<LabNetwork> {
    const { driver, subnet, gateway, range, auxiliary, policy, ipv6, names, ...rest } = options
    const { hosts = this.#onlyHost(name), over, ...driverOptions } = rest
    const common = { driver, subnet, gateway, range, auxiliary, policy, ipv6, names }
    const network = await this.#networks.create(name, {
      ...Object.fromEntries(Object.entries(common).filter(([, value]) => value !== undefined)),
      ...(over === undefined ? {} : { over: this.#underlay(over) }),
      ...(driver === 'macvlan' ? { taken: this.#taken() } : {}),
      hosts: hosts.map(host => host.netns),
      options: driverOptions,
    })
    for (const note of this.#networks.notes(name)) this.#lab.note(note)
    return new LabNetwork(this.#networks, network)
  }

  /** What every host of the lab has, for those who share a wire with them. */
  #taken(): Record<string, string> {
    const hosts = this.#lab.nodes.filter(node => node instanceof Host)
    return Object.fromEntries(
      hosts.flatMap(host =>
        globalAddresses(host).map(({ address, index }) => [`${host.label} ${index}`, address]),
      ),
    )
  }

  #underlay(over: Segment | string): Underlay {
    if (typeof over === 'string') return () => over
    return netns => {
      const host = this.#lab.nodes.find(node => node.netns === netns)
      return host instanceof Host ? host.deviceOn(over) : ''
    }
  }

  /** Every network in the store, those that others made too; by name. */
  list(): Promise<NetworkRecord[]> {
    return this.#networks.list()
  }

  /** Those that were created here, and who is on them. */
  here(): ReturnType<Networks['here']> {
    return this.#networks.here()
  }

  /** One of them, with everything that is on it. @throws UsageError TNET_NETWORK_UNKNOWN */
  inspect(name: string): Promise<NetworkDetails> {
    return this.#networks.inspect(name)
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

import { UsageError } from '../../errors.ts'
import type { Ipam } from '../../ipam/ipam.ts'
import { isOnSubnet } from '../../kernel/netlink/address-bytes.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { Undo } from '../../undo.ts'
import type { NetworkPlan } from '../network-driver.ts'
import type { ConnectOptions, CreateNetworkOptions } from '../network-options.ts'
import type { Network, NetworkSubnet } from '../network.ts'
import type { Addressing, EndpointAddresses, NetworkSubnets } from './addressing.ts'
import { usedSubnets } from './used-subnets.ts'

/** The pool of a network's IPv6 subnet; that of its IPv4 subnet is called as the network is. */
const ipv6Pool = (network: string) => `${network} (IPv6)`

/** Who has a gateway of a host's own. */
const gatewayOwner = (network: string, host: Netns) => `gateway of ${network} on ${host.label}`

/** Those of others' addresses that are in the way; the gateway may be one of them. */
function onSubnet(
  taken: Readonly<Record<string, string>>,
  subnet: string | undefined,
  gateway: string | undefined,
): Record<string, string> {
  if (subnet === undefined) return {}
  const isThere = (address: string) => address !== gateway && isOnSubnet(address, subnet)
  return Object.fromEntries(Object.entries(taken).filter(([, address]) => isThere(address)))
}

/** One subnet for all hosts, addresses from anywhere in it. */
export class SharedSubnet implements Addressing {
  readonly #ipam: Ipam
  readonly #plan: NetworkPlan

  constructor(ipam: Ipam, plan: NetworkPlan) {
    this.#ipam = ipam
    this.#plan = plan
  }

  get #hasGatewayEach(): boolean {
    return this.#plan.addressing === 'gateway-each'
  }

  /** Subnet and gateway from IPAM, once or for both families. */
  async create(name: string, options: CreateNetworkOptions, undo: Undo): Promise<NetworkSubnets> {
    const { range, policy, ipv6 } = options
    const subnet = options.subnet ?? this.#plan.subnet
    const gateway = this.#gateway(name, options.gateway)
    const taken = { ...options.taken, ...this.#plan.taken }
    const auxiliary = { ...onSubnet(taken, subnet, options.gateway), ...options.auxiliary }
    const wanted = { subnet, gateway, range, auxiliary, policy }
    const given = Object.fromEntries(Object.entries(wanted).filter(([, v]) => v !== undefined))
    const used = subnet === undefined ? usedSubnets(options.hosts) : []
    const create = async (pool: Parameters<Ipam['createPool']>[0]) => {
      const made = await this.#ipam.createPool(pool)
      undo.push('pool', () => this.#ipam.deletePool(pool.name))
      return { subnet: made.subnet, gateway: made.gateway }
    }
    const first = await create({ name, ...given, used })
    if (ipv6 === undefined) return { ...first, ipv6 }
    const second = { name: ipv6Pool(name), subnet: ipv6 }
    return {
      ...first,
      ipv6: await create(this.#hasGatewayEach ? { ...second, gateway: false } : second),
    }
  }

  #gateway(name: string, wanted: string | undefined): string | false | undefined {
    if (this.#hasGatewayEach && wanted !== undefined) {
      throw new UsageError(
        `network "${name}": each host has a gateway of its own, so no "gateway"`,
        {
          code: 'TNET_NETWORK_OPTION',
          hint: 'leave it out; network.partOf(host).gateway says which',
          facts: { option: 'gateway' },
        },
      )
    }
    if (this.#hasGatewayEach) return false
    return wanted ?? (this.#plan.addressing === 'no-gateway' ? false : undefined)
  }

  async delete({ name, ipv6 }: Network): Promise<void> {
    await this.#ipam.deletePool(name)
    if (ipv6 !== undefined) await this.#ipam.deletePool(ipv6Pool(name))
  }

  async addHost(
    { name, subnet, gateway }: NetworkSubnets & { name: string },
    host: Netns,
  ): Promise<NetworkSubnet> {
    if (!this.#hasGatewayEach) return { subnet, gateway }
    const { address } = await this.#ipam.allocate(name, { owner: gatewayOwner(name, host) })
    return { subnet, gateway: address }
  }

  async removeHost({ name }: Network, host: Netns): Promise<void> {
    if (this.#hasGatewayEach) await this.#ipam.releaseOwner(gatewayOwner(name, host))
  }

  async allocate(
    { name, subnet, ipv6 }: Network,
    _host: Netns,
    { owner, options }: { owner: string; options: ConnectOptions },
  ): Promise<EndpointAddresses> {
    const allocate = async (pool: string, address: string | undefined) => {
      const request = address === undefined ? { owner } : { owner, address }
      const given = await this.#ipam.allocate(pool, request)
      return { address: given.address, prefix: given.cidr }
    }
    const first = { ...(await allocate(name, options.address)), subnet }
    if (ipv6 === undefined) return { ...first, ipv6 }
    return { ...first, ipv6: await allocate(ipv6Pool(name), options.ipv6) }
  }

  async release(owner: string): Promise<void> {
    await this.#ipam.releaseOwner(owner)
  }
}

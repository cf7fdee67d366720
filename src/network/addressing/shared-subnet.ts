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

/** Who has a host's own address, on the wire that its containers share. */
const hostOwner = (network: string, host: Netns) => `${host.label} itself, beside ${network}`

/** Those of others' addresses that are in the way, but for `known`: the gateway may be one of them. */
function onSubnet(
  taken: Readonly<Record<string, string>>,
  subnet: string | undefined,
  known: readonly (string | undefined)[],
): Record<string, string> {
  if (subnet === undefined) return {}
  const isThere = (address: string) => !known.includes(address) && isOnSubnet(address, subnet)
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
    const known = [options.gateway, ...Object.values(options.auxiliary ?? {})]
    const auxiliary = { ...onSubnet(taken, subnet, known), ...options.auxiliary }
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
    const hasOwn = this.#plan.addressing === undefined || this.#plan.addressing === 'one-gateway'
    return { ...first, ipv6: await create(hasOwn ? second : { ...second, gateway: false }) }
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
    taken: Readonly<Record<string, string>> = {},
  ): Promise<NetworkSubnet> {
    if (!this.#hasGatewayEach) {
      for (const address of Object.values(onSubnet(taken, subnet, [gateway]))) {
        await this.#reserve(name, host, address)
      }
      return { subnet, gateway }
    }
    const { address } = await this.#ipam.allocate(name, { owner: gatewayOwner(name, host) })
    return { subnet, gateway: address }
  }

  /** One that the network knew when it was made is left out of the pool already. */
  async #reserve(name: string, host: Netns, address: string): Promise<void> {
    try {
      await this.#ipam.allocate(name, { owner: hostOwner(name, host), address })
    } catch (error) {
      if (!(error instanceof UsageError) || error.code !== 'TNET_ADDRESS_RESERVED') throw error
    }
  }

  async removeHost({ name }: Network, host: Netns): Promise<void> {
    const owner = this.#hasGatewayEach ? gatewayOwner(name, host) : hostOwner(name, host)
    await this.#ipam.releaseOwner(owner)
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

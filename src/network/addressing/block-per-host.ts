import { UsageError } from '../../errors.ts'
import type { BlockIpam } from '../../ipam/blocks/block-ipam.ts'
import { parseCidr } from '../../ipam/subnet.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { Undo } from '../../undo.ts'
import type { BlockPlan } from '../network-driver.ts'
import type { ConnectOptions, CreateNetworkOptions } from '../network-options.ts'
import type { Network, NetworkSubnet } from '../network.ts'
import type { Addressing, EndpointAddresses, NetworkSubnets } from './addressing.ts'
import { usedSubnets } from './used-subnets.ts'

/** Where networks without a subnet of their own begin: Flannel's documented example. */
const automatic = Array.from({ length: 12 }, (_, n) => `10.${244 + n}.0.0/16`)

function refuseWhatHasNoMeaning(name: string, options: CreateNetworkOptions): void {
  const { gateway, range, auxiliary, policy, ipv6 } = options
  const given = Object.entries({ gateway, range, auxiliary, policy, ipv6 }).find(
    ([, value]) => value !== undefined,
  )
  if (given === undefined) return
  throw new UsageError(`network "${name}": each host has a part of its own, so no "${given[0]}"`, {
    code: 'TNET_NETWORK_OPTION',
    hint: 'leave it out, or take a network with one subnet for all hosts: vxlan with flat: true',
    facts: { option: given[0] },
  })
}

/** What a network's user is told when its subnet cannot be divided so, in the network's words. */
function notDivided(name: string, error: UsageError, { hasGateways }: BlockPlan): UsageError {
  const { code, facts, hint } = error
  return new UsageError(`network "${name}" cannot be divided among hosts`, {
    code,
    facts,
    hint: hasGateways ? hint.replace('blockPrefix', 'hostPrefix') : hint,
    cause: error,
  })
}

/** A block of the subnet for each host, as Flannel and Calico do it. */
export class BlockPerHost implements Addressing {
  readonly #blocks: BlockIpam
  readonly #plan: BlockPlan

  constructor(blocks: BlockIpam, plan: BlockPlan) {
    this.#blocks = blocks
    this.#plan = plan
  }

  async create(name: string, options: CreateNetworkOptions, undo: Undo): Promise<NetworkSubnets> {
    refuseWhatHasNoMeaning(name, options)
    const subnet = await this.#createSpace(name, options).catch((error: unknown) => {
      if (!(error instanceof UsageError) || error.code !== 'TNET_SPACE_BLOCKS') throw error
      throw notDivided(name, error, this.#plan)
    })
    undo.push('address space', () => this.#blocks.deleteSpace(name))
    return { subnet, gateway: undefined, ipv6: undefined }
  }

  async #createSpace(name: string, options: CreateNetworkOptions): Promise<string> {
    const { prefix, hasGateways, perHost = 1, isStrict = true, skipFirst = false } = this.#plan
    const create = async (subnet: string) => {
      await this.#blocks.createSpace({
        name,
        subnet,
        blockPrefix: prefix,
        gateways: hasGateways,
        blocksPerHost: perHost,
        strictAffinity: isStrict,
        skipFirst,
      })
      return String(parseCidr(subnet))
    }
    if (options.subnet !== undefined) return create(options.subnet)
    const used = usedSubnets(options.hosts).map(cidr => parseCidr(cidr))
    for (const subnet of automatic) {
      if (used.some(other => other.overlaps(subnet))) continue
      try {
        return await create(subnet)
      } catch (error) {
        if (!(error instanceof UsageError) || error.code !== 'TNET_POOL_OVERLAP') throw error
      }
    }
    throw new UsageError(`there is no free subnet left for network "${name}"`, {
      code: 'TNET_POOL_NONE_LEFT',
      hint: `say which: subnet: '10.100.0.0/16'`,
      facts: { tried: `${automatic[0]} to ${automatic.at(-1)}` },
    })
  }

  async delete({ name }: Network): Promise<void> {
    await this.#blocks.deleteSpace(name)
  }

  async addHost({ name }: { name: string }, host: Netns): Promise<NetworkSubnet> {
    const { subnet, gateway } = await this.#blocks.claim(name, host.label)
    return { subnet, gateway }
  }

  async removeHost({ name }: Network, host: Netns): Promise<void> {
    await this.#blocks.releaseHost(name, host.label)
  }

  async allocate(
    { name }: Network,
    host: Netns,
    { owner, options: { address } }: { owner: string; options: ConnectOptions },
  ): Promise<EndpointAddresses> {
    const request = { host: host.label, owner, ...(address === undefined ? {} : { address }) }
    const given = await this.#blocks.allocate(name, request)
    const prefix = this.#plan.hasGateways ? given.cidr : `${given.address}/32`
    return { address: given.address, prefix, subnet: given.block, ipv6: undefined }
  }

  async release(owner: string): Promise<void> {
    await this.#blocks.releaseOwner(owner)
  }
}

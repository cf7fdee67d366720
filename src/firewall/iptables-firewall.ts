import type { Netns } from '../kernel/netns.ts'
import { baseChains, USER, userChain } from './base-chains.ts'
import { bridgeNetworkRules } from './bridge-network-rules.ts'
import { clusterNetworkRules } from './cluster-network-rules.ts'
import { forgetUdp } from './conntrack.ts'
import { parseCounters, type RuleCounter } from './counters.ts'
import type { Firewall, FirewallNetwork, PublishedPort } from './firewall.ts'
import { addRules, removeRules, savedRules } from './iptables.ts'
import { publishedPortRules, servicePortRules } from './published-port-rules.ts'
import { together, type Family, type RuleSet, type Table } from './rule.ts'
import { sourceNatRules, type SourceNat } from './source-nat-rules.ts'

const families = [4, 6] as const
const forwarding = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' } as const

function networkRules(network: FirewallNetwork): RuleSet[] {
  if (network.mode === 'cluster') return [clusterNetworkRules(network)]
  return network.subnets.map(subnet => bridgeNetworkRules(network, subnet))
}

/** A firewall over iptables-restore: one process a change and address family. */
class IptablesFirewall implements Firewall {
  readonly #netns: Netns
  /** How many networks and services need the chains they share. */
  readonly #holders = new Map<Family, number>()
  readonly #hasUserChain = new Set<Family>()
  readonly #isDropping = new Set<Family>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(netns: Netns) {
    this.#netns = netns
  }

  /** Runs after what is under way: two restores at once would mix their checks and changes. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #add(sets: readonly RuleSet[]): Promise<void> {
    const done: RuleSet[] = []
    try {
      for (const family of families) {
        const set = together(sets, family)
        await addRules(this.#netns, set)
        done.push(set)
      }
    } catch (failure) {
      for (const set of done) await removeRules(this.#netns, set)
      throw failure
    }
  }

  async #remove(sets: readonly RuleSet[]): Promise<void> {
    for (const family of families) await removeRules(this.#netns, together(sets, family))
  }

  #base(family: Family): RuleSet[] {
    if ((this.#holders.get(family) ?? 0) > 0) return []
    return [...(this.#hasUserChain.has(family) ? [] : [userChain(family)]), baseChains(family)]
  }

  /** Adds sets, and what they stand on where nobody needed that before. */
  async #addHolding(sets: readonly RuleSet[], extra: readonly RuleSet[] = []): Promise<void> {
    const mine = [...new Set(sets.map(set => set.family))]
    await this.#add([...mine.flatMap(family => this.#base(family)), ...extra, ...sets])
    for (const family of mine) {
      this.#hasUserChain.add(family)
      this.#holders.set(family, (this.#holders.get(family) ?? 0) + 1)
    }
  }

  async #removeHolding(sets: readonly RuleSet[]): Promise<void> {
    const mine = [...new Set(sets.map(set => set.family))]
    const last = mine.filter(family => this.#holders.get(family) === 1)
    const unused = new Set<Family>()
    for (const family of last) {
      const saved = await savedRules(this.#netns, family, { table: 'filter' })
      if (!saved.includes(`\n-A ${USER} `)) unused.add(family)
    }
    const base = last.flatMap(family => [
      ...(unused.has(family) ? [userChain(family)] : []),
      baseChains(family),
      ...(this.#isDropping.has(family) ? [policyDrop(family)] : []),
    ])
    await this.#remove([...base, ...sets])
    for (const family of mine) {
      this.#holders.set(family, (this.#holders.get(family) ?? 1) - 1)
      if (last.includes(family)) this.#isDropping.delete(family)
      if (unused.has(family)) this.#hasUserChain.delete(family)
    }
  }

  addNetwork(network: FirewallNetwork): Promise<void> {
    return this.#inTurn(async () => {
      const sets = networkRules(network)
      const off = sets
        .map(set => set.family)
        .filter(
          family => network.mode !== 'internal' && this.#netns.sysctl(forwarding[family]) === '0',
        )
      const dropping = network.mode === 'cluster' ? [] : off
      await this.#addHolding(sets, dropping.map(policyDrop))
      for (const family of dropping) this.#isDropping.add(family)
      for (const family of off) this.#netns.setSysctl(forwarding[family], 1)
    })
  }

  removeNetwork(network: FirewallNetwork): Promise<void> {
    const sets = networkRules(network)
    return this.#inTurn(() => this.#removeHolding(sets))
  }

  addPorts({ bridge, mode }: FirewallNetwork, ports: readonly PublishedPort[]): Promise<void> {
    if (mode === 'internal' || ports.length === 0) return Promise.resolve()
    return this.#inTurn(async () => {
      await this.#add(publishedPortRules(bridge, ports, { mode }))
      forgetUdp(this.#netns, ports)
    })
  }

  removePorts({ bridge, mode }: FirewallNetwork, ports: readonly PublishedPort[]): Promise<void> {
    if (mode === 'internal' || ports.length === 0) return Promise.resolve()
    return this.#inTurn(async () => {
      await this.#remove(publishedPortRules(bridge, ports, { mode }))
      forgetUdp(this.#netns, ports)
    })
  }

  addService(device: string, port: PublishedPort): Promise<void> {
    return this.#inTurn(async () => {
      await this.#addHolding([servicePortRules(device, port)])
      forgetUdp(this.#netns, [port])
    })
  }

  removeService(device: string, port: PublishedPort): Promise<void> {
    return this.#inTurn(async () => {
      await this.#removeHolding([servicePortRules(device, port)])
      forgetUdp(this.#netns, [port])
    })
  }

  addSourceNat(nat: SourceNat): Promise<void> {
    return this.#inTurn(() => this.#add([sourceNatRules(nat)]))
  }

  removeSourceNat(nat: SourceNat): Promise<void> {
    return this.#inTurn(() => this.#remove([sourceNatRules(nat)]))
  }

  counters({ family = 4, table }: { family?: Family; table?: Table } = {}): Promise<RuleCounter[]> {
    return this.#inTurn(async () => {
      const options = { counters: true, ...(table === undefined ? {} : { table }) }
      return parseCounters(await savedRules(this.#netns, family, options), family)
    })
  }
}

function policyDrop(family: Family): RuleSet {
  return { family, chains: [], rules: [], forwardPolicy: 'DROP' }
}

const firewalls = new WeakMap<Netns, Firewall>()

/**
 * The firewall of a node; always the same one, because it knows what it added.
 *
 * @throws EnvironmentError TNET_TOOL_MISSING without iptables; CommandError TNET_FIREWALL_REFUSED
 * with what it said, the line it meant and the commands; both from any of its methods.
 */
export function firewallOf(netns: Netns): Firewall {
  const known = firewalls.get(netns)
  if (known !== undefined) return known
  const firewall = new IptablesFirewall(netns)
  firewalls.set(netns, firewall)
  return firewall
}

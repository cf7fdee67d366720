import { createHash } from 'node:crypto'
import { refuseRouters } from '../adjacent.ts'
import { allOrNothing } from '../all-or-nothing.ts'
import { madeBy } from '../made-by.ts'
import type { NetworkDriver, NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { elsewhere, noHosts } from '../network-failures.ts'
import type { Endpoint, HostPart, Network, Place } from '../network.ts'
import { NEXT_HOP } from '../overlay/routed-port.ts'
import { RoutedSite } from '../overlay/routed-site.ts'
import { refuseIPv6Underlay } from '../underlay-family.ts'
import { uplinkOf } from '../uplink.ts'
import { checkMtu, checkOptions, type OptionTable, type OptionType } from './driver-options.ts'

/** What the routed driver can be asked for. */
export interface RoutedOptions {
  /** Length of a block of addresses. Default 26 (K1). */
  blockPrefix?: number
  /** How many blocks a host may have. Default 20 (K1). */
  blocksPerHost?: number
  /** A host without a free block takes no single addresses of another's. Default false (K1). */
  strictAffinity?: boolean
  /** What leaves the network gets the host's source address: natOutgoing. Default true. */
  masquerade?: boolean
  /** Largest packet in bytes of the containers. Default: the underlay's. */
  mtu?: number
}

const table: OptionTable = {
  driver: 'routed',
  types: {
    blockPrefix: 'number',
    blocksPerHost: 'number',
    strictAffinity: 'boolean',
    masquerade: 'boolean',
    mtu: 'number',
  } satisfies Record<keyof RoutedOptions, OptionType>,
}

/** What the names of a network's links on every host begin with, shortened ones too. */
const devicePrefixFor = (network: string) =>
  `cali${createHash('sha256').update(network).digest('hex').slice(0, 3)}`

/**
 * Calico's data path (K2, K3): no bridge and no tunnel, every container a route of its own.
 *
 *     web eth0 10.244.0.1/32 ══ cali… ┐                             ┌ cali… ══ eth0 db
 *                                     ├ alpha eth0 ─── eth0 beta ───┤
 *     app eth0 10.244.0.2/32 ══ cali… ┘  routes          routes     └ …
 *
 * On alpha, which has the block 10.244.0.0/26, when beta has the next one:
 *
 *     ip route add 10.244.0.1 dev cali…                  its containers
 *     ip route add blackhole 10.244.0.0/26               its block: what nobody has ends here
 *     ip route add 10.244.0.64/26 via 192.0.2.2 dev eth0 the others' blocks
 */
class RoutedDriver implements NetworkDriver {
  readonly name = 'routed'
  readonly #made = madeBy<RoutedSite[]>()

  plan(request: NetworkRequest): NetworkPlan {
    checkOptions(table, request.name, request.options)
    const {
      mtu,
      blockPrefix = 26,
      blocksPerHost = 20,
      strictAffinity = false,
    } = request.options as RoutedOptions
    checkMtu(table, request.name, mtu)
    if (request.hosts.length === 0) throw noHosts(request.name)
    refuseIPv6Underlay(request, 'routed')
    const because = 'a router between them knows no route to the containers'
    refuseRouters(request, { driver: 'routed', because })
    return {
      addressing: {
        prefix: blockPrefix,
        hasGateways: false,
        perHost: blocksPerHost,
        isStrict: strictAffinity,
      },
      nextHop: NEXT_HOP,
    }
  }

  create(network: Network): Promise<void> {
    return allOrNothing(`network "${network.name}"`, async undo => {
      const sites: RoutedSite[] = []
      this.#made.set(network, sites)
      undo.push('sites', () => this.delete(network))
      for (const part of network.parts) await this.#join(network, part)
    })
  }

  async delete(network: Network): Promise<void> {
    const sites = this.#made.get(network)
    while (sites[0] !== undefined) await this.#leave(sites, sites[0])
    this.#made.delete(network)
  }

  addHost(network: Network, part: HostPart): Promise<void> {
    const { name, subnet, options, over } = network
    this.plan({ name, subnet, options, over, hosts: [...network.hosts, part.host] })
    return this.#join(network, part)
  }

  async removeHost(network: Network, { host }: HostPart): Promise<void> {
    const sites = this.#made.get(network)
    const site = sites.find(site => site.host === host)
    if (site !== undefined) await this.#leave(sites, site)
  }

  async repair(network: Network): Promise<void> {
    const sites = this.#made.get(network)
    for (const site of sites) {
      site.repairNextHop()
      for (const peer of sites) {
        if (peer === site) continue
        site.removeRoutes(peer)
        site.addRoutes(peer)
      }
    }
  }

  async #join(network: Network, part: HostPart): Promise<void> {
    const { name, subnet, over } = network
    const options: RoutedOptions = network.options
    const uplink = uplinkOf(part.host, over)
    const devicePrefix = devicePrefixFor(name)
    const site = new RoutedSite({
      part,
      uplink,
      mtu: options.mtu ?? uplink.mtu,
      devicePrefix,
      rules: {
        mode: 'cluster',
        bridge: `${devicePrefix}+`,
        subnets: [],
        cluster: subnet,
        masquerade: options.masquerade ?? true,
        isHidingOutside: false,
        // Without a bridge every packet passes iptables.
        callsIptables: true,
      },
    })
    const sites = this.#made.get(network)
    await allOrNothing(`network "${name}" on "${part.host.label}"`, async undo => {
      await site.open()
      undo.push('site', () => this.#leave(sites, site))
      for (const peer of sites) {
        peer.addRoutes(site)
        site.addRoutes(peer)
      }
      sites.push(site)
    })
  }

  async #leave(sites: RoutedSite[], site: RoutedSite): Promise<void> {
    const at = sites.indexOf(site)
    if (at >= 0) sites.splice(at, 1)
    for (const peer of sites) {
      peer.removeRoutes(site)
      site.removeRoutes(peer)
    }
    await site.close()
  }

  async connect(network: Network, endpoint: Endpoint, { host, container }: Place) {
    const sites = this.#made.get(network)
    const site = this.#site(network, host.label)
    return allOrNothing(`endpoint of "${endpoint.container}"`, async undo => {
      undo.push('routes', () => this.#withdraw(sites, site, endpoint))
      this.#announce(sites, site, endpoint)
      return site.connect(endpoint, container, network.subnet)
    })
  }

  async disconnect(network: Network, endpoint: Endpoint, { host }: Place): Promise<void> {
    const site = this.#site(network, host.label)
    await site.disconnect(endpoint)
    this.#withdraw(this.#made.get(network), site, endpoint)
  }

  /** Tells the others of a block that the host took for it, or of an address that it borrowed. */
  #announce(sites: readonly RoutedSite[], site: RoutedSite, { address, subnet }: Endpoint): void {
    const others = sites.filter(peer => peer !== site)
    const isBorrowed = others.some(peer => peer.blocks.has(subnet))
    if (isBorrowed) site.borrowed.add(`${address}/32`)
    else site.ownBlock(subnet)
    // Also what they lack of earlier, when one of them refused a route then.
    for (const peer of others) peer.addRoutes(site)
  }

  /** A block stays the host's; a borrowed address goes back. */
  #withdraw(sites: readonly RoutedSite[], site: RoutedSite, { address }: Endpoint): void {
    if (!site.borrowed.delete(`${address}/32`)) return
    for (const peer of sites) if (peer !== site) peer.removeRoutes(site, `${address}/32`)
  }

  #site(network: Network, host: string): RoutedSite {
    const site = this.#made.get(network).find(site => site.host.label === host)
    if (site !== undefined) return site
    throw elsewhere(undefined, host, network.name)
  }
}

export const routedDriver: NetworkDriver = new RoutedDriver()

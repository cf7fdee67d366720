import { firewallOf } from '../../firewall/iptables-firewall.ts'
import type { ClusterNetwork } from '../../firewall/firewall.ts'
import { nextHopFrom } from '../../kernel/next-hop.ts'
import { routeAdd, routeDelete } from '../../kernel/netlink/route.ts'
import type { Netns } from '../../kernel/netns.ts'
import { allOrNothing } from '../all-or-nothing.ts'
import { HostEndpoints } from '../host-endpoints.ts'
import { freeLinkName } from '../links.ts'
import type { Endpoint, HostPart } from '../network.ts'
import type { Uplink } from '../uplink.ts'
import { addRoutedPort, NEXT_HOP } from './routed-port.ts'
import { addWays, removeWays } from './ways.ts'

type Link = { index: number; name: string }

export interface RoutedSiteOptions {
  part: HostPart
  uplink: Uplink
  mtu: number
  /** What the names of its links begin with; `rules` mean all of them by a `+`. */
  devicePrefix: string
  rules: ClusterNetwork
}

/** The route to the next hop that a host's first routed network made, and how many need it. */
const nextHops = new WeakMap<Netns, { dev: Link; holders: number }>()

/**
 * One host of a routed network: its blocks, its containers, its routes to what others have.
 */
export class RoutedSite {
  readonly host: Netns
  readonly uplink: Uplink
  /** Subnets whose addresses are this host's; others route to them. */
  readonly blocks = new Set<string>()
  /** Single addresses of other hosts' blocks that containers here have (K1). */
  readonly borrowed = new Set<string>()
  readonly #options: RoutedSiteOptions
  readonly #endpoints: HostEndpoints
  /** The subnets that there are routes to, by whose they are. */
  readonly #routed = new Map<RoutedSite, Set<string>>()
  #holdsNextHop = false

  constructor(options: RoutedSiteOptions) {
    this.host = options.part.host
    this.uplink = options.uplink
    this.#options = options
    this.#endpoints = new HostEndpoints(this.host, options.rules)
  }

  open(): Promise<void> {
    const { part, rules } = this.#options
    return allOrNothing(`"${this.host.label}" of a routed network`, async undo => {
      await firewallOf(this.host).addNetwork(rules)
      undo.push('rules', () => firewallOf(this.host).removeNetwork(rules))
      this.#holdNextHop()
      undo.push('next hop', () => this.#letGoOfNextHop())
      this.ownBlock(part.subnet)
    })
  }

  /** The kernel answers ARP for somebody else only if it knows a way to them. */
  #holdNextHop(): void {
    const { dev, holders } = nextHops.get(this.host) ?? { dev: this.uplink, holders: 0 }
    if (holders === 0) {
      if (nextHopFrom(this.host, NEXT_HOP) !== undefined) return
      this.host.execute(routeAdd({ to: `${NEXT_HOP}/32`, dev }))
    }
    nextHops.set(this.host, { dev, holders: holders + 1 })
    this.#holdsNextHop = true
  }

  /** Puts it back: the kernel drops it with the others when the uplink goes down. */
  repairNextHop(): void {
    const { dev = this.uplink } = nextHops.get(this.host) ?? {}
    if (!this.#holdsNextHop || nextHopFrom(this.host, NEXT_HOP) !== undefined) return
    this.host.execute(routeAdd({ to: `${NEXT_HOP}/32`, dev }))
  }

  #letGoOfNextHop(): void {
    const shared = nextHops.get(this.host)
    if (!this.#holdsNextHop || shared === undefined) return
    this.#holdsNextHop = false
    const { dev, holders } = shared
    if (holders > 1) {
      nextHops.set(this.host, { dev, holders: holders - 1 })
    } else {
      nextHops.delete(this.host)
      removeWays(this.host, [routeDelete({ to: `${NEXT_HOP}/32`, dev })])
    }
  }

  async close(): Promise<void> {
    const blackholes = [...this.blocks].map(to => routeDelete({ to, type: 'blackhole' }))
    removeWays(this.host, blackholes)
    this.#letGoOfNextHop()
    await firewallOf(this.host).removeNetwork(this.#options.rules)
  }

  /** What is sent to an address of it that no container has ends here, not in a ring (K2). */
  ownBlock(subnet: string): void {
    if (this.blocks.has(subnet)) return
    this.host.execute(routeAdd({ to: subnet, type: 'blackhole' }))
    this.blocks.add(subnet)
  }

  #route(to: string, peer: RoutedSite) {
    return { to, via: peer.uplink.address, dev: this.uplink }
  }

  /** Routes to whatever a peer has, as far as they are not there; all or none. */
  addRoutes(peer: RoutedSite): void {
    const known = this.#routed.get(peer) ?? new Set()
    const missing = [...peer.blocks, ...peer.borrowed].filter(subnet => !known.has(subnet))
    const routes = missing.map(subnet => this.#route(subnet, peer))
    addWays(
      this.host,
      routes.map(route => ({ there: [routeAdd(route)], back: [routeDelete(route)] })),
    )
    this.#routed.set(peer, new Set([...known, ...missing]))
  }

  /** Removes the routes to a peer, or to one of its subnets, that this made. */
  removeRoutes(peer: RoutedSite, subnet?: string): void {
    const known = this.#routed.get(peer) ?? new Set()
    const gone = [...known].filter(one => subnet === undefined || one === subnet)
    removeWays(
      this.host,
      gone.map(to => routeDelete(this.#route(to, peer))),
    )
    for (const to of gone) known.delete(to)
    if (known.size === 0) this.#routed.delete(peer)
  }

  async connect(endpoint: Endpoint, container: Netns, subnet: string): Promise<Endpoint> {
    const { host } = this
    const { devicePrefix, mtu } = this.#options
    const wire = () => {
      const hostDevice = freeLinkName(host, `${devicePrefix}-${endpoint.container}`)
      return [addRoutedPort({ host, container, hostDevice, endpoint, subnet, mtu })]
    }
    const [made = endpoint] = await this.#endpoints.connect([{ endpoint, container }], wire)
    return made
  }

  disconnect(endpoint: Endpoint): Promise<void> {
    return this.#endpoints.disconnect(endpoint)
  }
}

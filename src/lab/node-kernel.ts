import { addressList, parseAddress, type AddressInfo } from '../kernel/netlink/address.ts'
import { linkList, parseLink, type LinkInfo } from '../kernel/netlink/link-list.ts'
import {
  fdbList,
  neighbourList,
  parseFdb,
  parseNeighbour,
  type FdbInfo,
  type NeighbourInfo,
} from '../kernel/netlink/neighbour.ts'
import {
  parseRoute,
  routeAdd,
  routeDelete,
  routeList,
  routeReplace,
  type RouteInfo,
  type RouteSpec,
} from '../kernel/netlink/route.ts'
import {
  parseRule,
  ruleAdd,
  ruleDelete,
  ruleList,
  type RuleInfo,
  type RuleSpec,
} from '../kernel/netlink/rule.ts'
import type { Netns } from '../kernel/netns.ts'
import type { LabContext } from './lab-context.ts'
import { findLink, Link } from './link.ts'

/** A route whose link is given by name or as a `Link`. */
export interface NodeRoute extends Omit<RouteSpec, 'dev'> {
  dev?: string | Link
}

/** Everything that the kernel has on a node, sorted as the kernel lists it. */
export interface Snapshot {
  links: LinkInfo[]
  addresses: AddressInfo[]
  routes: RouteInfo[]
  rules: RuleInfo[]
  neighbours: NeighbourInfo[]
  fdb: FdbInfo[]
}

/** What the kernel keeps for a node: its lists, its routes and rules, its sysctls. */
export class NodeKernel {
  readonly label: string
  /** Its namespaces; for drivers and matchers, scripts rarely need it. */
  readonly netns: Netns
  readonly lab: LabContext

  constructor(lab: LabContext, netns: Netns) {
    this.lab = lab
    this.label = netns.label
    this.netns = netns
  }

  async links(): Promise<LinkInfo[]> {
    return this.netns.dump(linkList, parseLink)
  }

  async addresses(): Promise<AddressInfo[]> {
    return this.netns.dump(addressList, parseAddress)
  }

  /** Routes of all tables; the main one is 254. */
  async routes(): Promise<RouteInfo[]> {
    return this.netns.dump(routeList, parseRoute)
  }

  async rules(): Promise<RuleInfo[]> {
    return this.netns.dump(ruleList, parseRule)
  }

  async neighbours(): Promise<NeighbourInfo[]> {
    return this.netns.dump(neighbourList, parseNeighbour)
  }

  async fdb(): Promise<FdbInfo[]> {
    return this.netns.dump(fdbList, parseFdb)
  }

  async snapshot(): Promise<Snapshot> {
    return {
      links: await this.links(),
      addresses: await this.addresses(),
      routes: await this.routes(),
      rules: await this.rules(),
      neighbours: await this.neighbours(),
      fdb: await this.fdb(),
    }
  }

  #route({ dev, ...route }: NodeRoute): RouteSpec {
    if (dev === undefined) return route
    return { ...route, dev: dev instanceof Link ? dev : findLink(this.netns, dev) }
  }

  /**
   * @example
   * await alpha.addRoute({ to: '10.0.2.0/24', via: '192.0.2.2' })
   * await alpha.addRoute({ to: '203.0.113.0/24', type: 'unreachable' })
   */
  async addRoute(route: NodeRoute): Promise<void> {
    this.netns.execute(routeAdd(this.#route(route)))
  }

  async replaceRoute(route: NodeRoute): Promise<void> {
    this.netns.execute(routeReplace(this.#route(route)))
  }

  async deleteRoute(route: NodeRoute): Promise<void> {
    this.netns.execute(routeDelete(this.#route(route)))
  }

  async addRule(rule: RuleSpec): Promise<void> {
    this.netns.execute(ruleAdd(rule))
  }

  async deleteRule(rule: RuleSpec): Promise<void> {
    this.netns.execute(ruleDelete(rule))
  }

  /** Reads a sysctl, or sets it. @example await alpha.sysctl('net.ipv4.ip_forward', 1) */
  async sysctl(key: string, value?: string | number): Promise<string> {
    if (value !== undefined) this.netns.setSysctl(key, value)
    return this.netns.sysctl(key)
  }

  /** Lets it forward packets between its links, IPv4 and IPv6, or stops that. */
  async forward(on = true): Promise<void> {
    this.netns.setSysctl('net.ipv4.conf.all.forwarding', on ? 1 : 0)
    this.netns.setSysctl('net.ipv6.conf.all.forwarding', on ? 1 : 0)
  }

  /** The name that other nodes find it by. */
  toString(): string {
    return this.netns.name
  }
}

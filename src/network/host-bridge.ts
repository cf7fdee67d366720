import { KernelError } from '../errors.ts'
import type { FirewallNetwork } from '../firewall/firewall.ts'
import { firewallOf } from '../firewall/iptables-firewall.ts'
import { addressAdd } from '../kernel/netlink/address.ts'
import { bridgeAdd, linkSet } from '../kernel/netlink/link-request.ts'
import type { Netns } from '../kernel/netns.ts'
import { linkName } from '../names.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { HostEndpoints } from './host-endpoints.ts'
import { deleteLink, freeLinkName } from './links.ts'
import { meanwhile } from './meanwhile.ts'
import type { Joining } from './network-driver.ts'
import { macFor, type Endpoint, type NetworkSubnet } from './network.ts'
import { wireContainers, type VethPlan } from './veth-wiring.ts'

type Link = { index: number; name: string }

export interface HostBridgeOptions {
  /** The network's name, for errors. */
  network: string
  /** Of the bridge's device. */
  name: string
  /** With the gateways that the bridge has; one, or one of each family. */
  subnets: readonly NetworkSubnet[]
  mtu?: number
  rules: FirewallNetwork
}

const prefixOf = (address: string, subnet: string) => `${address}/${subnet.split('/')[1] ?? ''}`

/**
 * A network's bridge on one host, with the containers and the published ports that it has there.
 *
 *     container eth0 ══ web ┐
 *                           ├ br-shop ── routes, rules ── the host's other links
 *     container eth0 ══ db ─┘ 172.18.0.1
 *
 * The rules stand above the code that makes them: firewall/base-chains.ts (what all networks of a
 * host share), bridge-network-rules.ts and cluster-network-rules.ts (a network's own),
 * published-port-rules.ts (a container's).
 */
export class HostBridge {
  readonly host: Netns
  readonly link: Link
  readonly rules: FirewallNetwork
  readonly #mtu: number | undefined
  readonly #gateway: string | undefined
  readonly #endpoints: HostEndpoints

  private constructor(host: Netns, link: Link, { mtu, rules, subnets }: HostBridgeOptions) {
    this.host = host
    this.#gateway = subnets[0]?.gateway
    this.link = link
    this.rules = rules
    this.#mtu = mtu
    this.#endpoints = new HostEndpoints(host, rules)
  }

  /** Bridge, addresses (and with them the routes), up, rules; all of it or nothing. */
  static create(host: Netns, options: HostBridgeOptions): Promise<HostBridge> {
    return allOrNothing(`network "${options.network}"`, async undo => {
      const { name, subnets, mtu, rules } = options
      const link = { index: host.nextIndex(), name }
      const gateway = subnets[0]?.gateway
      // A bridge without a MAC of its own takes its lowest port's: the gateway's would change with
      // every container that comes or goes, and the others would go on sending to the old one.
      const mac = gateway === undefined ? {} : { mac: macFor(gateway) }
      const addresses = subnets.flatMap(({ subnet, gateway }) =>
        gateway === undefined ? [] : [addressAdd(link, prefixOf(gateway, subnet))],
      )
      // A router asks for neighbours from its link-local address, and from nothing else.
      if (subnets.length > 1) addresses.push(addressAdd(link, 'fe80::1/64'))
      const firewall = firewallOf(host)
      const adding = firewall.addNetwork(rules)
      const added = meanwhile(undo, 'rules', adding, () => firewall.removeNetwork(rules))
      host.execute(bridgeAdd({ ...link, ...mac }))
      undo.push('bridge', () => deleteLink(host, link))
      // Set, not born with: the kernel keeps only that when ports come and go (br_mtu_auto_adjust).
      const size = mtu === undefined ? {} : { mtu }
      host.execute(...addresses, linkSet(link, { ...size, up: true }))
      // Without it the kernel drops packets between 127.0.0.1 and the bridge as martians (R1).
      if (rules.mode === 'nat' || rules.mode === 'cluster') {
        host.setSysctl(`net/ipv4/conf/${name}/route_localnet`, 1)
      }
      await added
      return new HostBridge(host, link, options)
    })
  }

  async delete(): Promise<void> {
    await firewallOf(this.host).removeNetwork(this.rules)
    deleteLink(this.host, this.link)
  }

  /** Host ports, veth pairs, the containers' addresses and routes, then the rules of their ports. */
  connect(joining: readonly Joining[]): Promise<Endpoint[]> {
    return this.#endpoints.connect(joining, () => this.#wire(joining), [this.link])
  }

  disconnect(endpoint: Endpoint): Promise<void> {
    return this.#endpoints.disconnect(endpoint)
  }

  /** Whether what rules cannot see is to be kept apart by the bridge itself (D6). */
  get #isIsolating(): boolean {
    const { rules } = this
    return rules.mode !== 'cluster' && !rules.icc && !rules.callsIptables
  }

  /**
   * What other hosts have of the network, for a container whose default route leads elsewhere: it
   * is not on its own link's subnet. CNI's flannel gives every container this route.
   */
  #routes({ gateways, subnet }: Endpoint): { to: string; via: string }[] {
    const { rules } = this
    if (rules.mode !== 'cluster' || subnet === rules.cluster || gateways.length > 0) return []
    return this.#gateway === undefined ? [] : [{ to: rules.cluster, via: this.#gateway }]
  }

  #plan({ endpoint, container }: Joining, name: (label: string) => string): VethPlan {
    const { container: label, device, prefix, ipv6, mac, gateways, ports } = endpoint
    const hostDevice = name(device === 'eth0' ? label : `${label}.${device}`)
    const port = {
      // A packet to the container's own published port leaves by the port it came in by (R3).
      ...(ports.length > 0 ? { hairpin: true } : {}),
      ...(this.#isIsolating ? { isolated: true } : {}),
    }
    return {
      container,
      device,
      hostDevice,
      prefixes: [prefix, ...(ipv6 === undefined ? [] : [ipv6.prefix])],
      gateways,
      routes: this.#routes(endpoint),
      mac,
      ...(this.#mtu === undefined ? {} : { mtu: this.#mtu }),
      ...(Object.keys(port).length === 0 ? {} : { port }),
    }
  }

  /** The labels are free more often than not, and asking first costs as much as trying. */
  #wire(joining: readonly Joining[]): Link[] {
    const wire = (name: (label: string) => string) => {
      const plans = joining.map(one => this.#plan(one, name))
      const indexes = wireContainers(this.host, this.link, plans)
      return plans.map(({ hostDevice }, n) => ({ index: indexes[n] ?? 0, name: hostDevice }))
    }
    try {
      return wire(linkName)
    } catch (error) {
      if (!(error instanceof KernelError) || error.errno !== 'EEXIST') throw error
      return wire(label => freeLinkName(this.host, label))
    }
  }
}

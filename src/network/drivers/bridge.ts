import { UsageError } from '../../errors.ts'
import type { BridgeNetwork, PublishedPort } from '../../firewall/firewall.ts'
import { firewallOf } from '../../firewall/iptables-firewall.ts'
import { addressAdd } from '../../kernel/netlink/address.ts'
import { untilUp } from '../../kernel/carrier.ts'
import { bridgeAdd, linkSet } from '../../kernel/netlink/link-request.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { Undo } from '../../undo.ts'
import { allOrNothing } from '../all-or-nothing.ts'
import { hostPortsOf } from '../host-ports.ts'
import { deleteLink, freeLinkName } from '../links.ts'
import type { NetworkDriver, NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { macFor, type Endpoint, type Network, type Place } from '../network.ts'
import type { PortMapping } from '../port-mapping.ts'
import { wireContainers } from '../veth-wiring.ts'
import { setBridgeNetfilter } from './bridge-netfilter.ts'
import { bridgeNameFor, bridgeOptions, type BridgeOptions } from './bridge-options.ts'

type Link = { index: number; name: string }

/** A network that this driver made. */
interface Made {
  host: Netns
  bridge: Link
  options: BridgeOptions
  rules: BridgeNetwork
  /** The bridge's end of each endpoint, by its id. */
  ends: Map<string, Link>
}

const prefixOf = (address: string, subnet: string) => `${address}/${subnet.split('/')[1] ?? ''}`

function subnetsOf({ subnet, gateway, ipv6 }: Network) {
  return [{ subnet, gateway }, ...(ipv6 === undefined ? [] : [ipv6])]
}

function publishedPorts(endpoint: Endpoint, mappings: readonly PortMapping[]): PublishedPort[] {
  const { address, ipv6 } = endpoint
  return mappings.flatMap(mapping => {
    const isFor = (family: 4 | 6) =>
      mapping.hostAddress === undefined || mapping.hostAddress.includes(':') === (family === 6)
    return [
      ...(isFor(4) ? [{ ...mapping, address }] : []),
      ...(ipv6 !== undefined && isFor(6) ? [{ ...mapping, address: ipv6.address }] : []),
    ]
  })
}

/**
 * The network of one host, as Docker builds it.
 *
 *     container eth0 ══ web ┐                      ┌ eth0 ── other hosts
 *                           ├ br-shop ── routes ───┤
 *     container eth0 ══ db ─┘ 172.18.0.1  rules    └ another network's bridge
 *
 * The bridge has the gateway's address; the containers' default routes go there. The rules stand
 * above the code that makes them: firewall/base-chains.ts (what all networks of a host share),
 * bridge-network-rules.ts (a network's own), published-port-rules.ts (a container's).
 */
class BridgeDriver implements NetworkDriver {
  readonly name = 'bridge'
  readonly #made = new WeakMap<Network, Made>()
  /** The names of its networks on each host. */
  readonly #names = new WeakMap<Netns, Set<string>>()

  plan({ name, hosts, options }: NetworkRequest): NetworkPlan {
    const { internal = false } = bridgeOptions(name, options)
    if (hosts.length === 1) return { isInternal: internal }
    throw new UsageError(`network "${name}": a bridge is on one host, not on ${hosts.length}`, {
      code: 'TNET_NETWORK_HOSTS',
      hint: 'give it one of these hosts, or take a driver that spans several',
      facts: { hosts: hosts.map(host => host.label).join(', ') },
    })
  }

  /** Bridge, address (and with it the route), up, rules. */
  create(network: Network): Promise<void> {
    return allOrNothing(`network "${network.name}"`, async undo => {
      const host = network.hosts[0]!
      const options = bridgeOptions(network.name, network.options)
      const { mtu, icc = true, masquerade = true, mode = 'nat', internal = false } = options
      const name = bridgeNameFor(network.name, options)
      const bridge = { index: host.nextIndex(), name }
      const neighbours = [...this.#on(host)]
      const callsIptables = setBridgeNetfilter(host, options.bridgeNetfilter, neighbours)
      // A bridge without a MAC of its own takes its lowest port's: the gateway's would change with
      // every container that comes or goes, and the others would go on sending to the old one.
      const mac = network.gateway === undefined ? {} : { mac: macFor(network.gateway) }
      host.execute(bridgeAdd({ ...bridge, ...mac, ...(mtu === undefined ? {} : { mtu }) }))
      undo.push('bridge', () => deleteLink(host, bridge))
      const subnets = subnetsOf(network)
      const addresses = subnets.flatMap(({ subnet, gateway }) =>
        gateway === undefined ? [] : [addressAdd(bridge, prefixOf(gateway, subnet))],
      )
      // A router asks for neighbours from its link-local address, and from nothing else.
      if (network.ipv6 !== undefined) addresses.push(addressAdd(bridge, 'fe80::1/64'))
      host.execute(...addresses, linkSet(bridge, { up: true }))
      // Without it the kernel drops packets between 127.0.0.1 and the bridge as martians (R1).
      if (mode === 'nat' && !internal) host.setSysctl(`net/ipv4/conf/${name}/route_localnet`, 1)
      const rules: BridgeNetwork = {
        bridge: name,
        subnets: subnets.map(({ subnet }) => subnet),
        mode: internal ? 'internal' : mode,
        icc,
        masquerade,
        callsIptables,
      }
      await firewallOf(host).addNetwork(rules)
      this.#on(host).add(network.name)
      this.#made.set(network, { host, bridge, options, rules, ends: new Map() })
    })
  }

  async delete(network: Network): Promise<void> {
    const { host, bridge, rules } = this.#find(network)
    await firewallOf(host).removeNetwork(rules)
    deleteLink(host, bridge)
    this.#on(host).delete(network.name)
    this.#made.delete(network)
  }

  /** Host ports, veth pair, the container's address and routes, then the rules of its ports. */
  connect(network: Network, endpoint: Endpoint, { container }: Place): Promise<Endpoint> {
    const made = this.#find(network)
    return allOrNothing(`endpoint of "${endpoint.container}" on "${network.name}"`, async undo => {
      const ports = this.#claim(made, endpoint, undo)
      const end = this.#wire(made, endpoint, container)
      undo.push('veth', () => deleteLink(made.host, end))
      const published = publishedPorts(endpoint, ports)
      await firewallOf(made.host).addPorts(made.rules, published)
      undo.push('rules', () => firewallOf(made.host).removePorts(made.rules, published))
      await untilUp(made.host, [end.index, made.bridge.index])
      made.ends.set(endpoint.id, end)
      return { ...endpoint, ports }
    })
  }

  async disconnect(network: Network, endpoint: Endpoint): Promise<void> {
    const { host, rules, ends } = this.#find(network)
    await firewallOf(host).removePorts(rules, publishedPorts(endpoint, endpoint.ports))
    const end = ends.get(endpoint.id)
    if (end !== undefined) deleteLink(host, end)
    ends.delete(endpoint.id)
    hostPortsOf(host).release(endpoint.ports)
  }

  #on(host: Netns): Set<string> {
    const names = this.#names.get(host) ?? new Set<string>()
    this.#names.set(host, names)
    return names
  }

  #find(network: Network): Made {
    const made = this.#made.get(network)
    if (made !== undefined) return made
    throw new UsageError(`network "${network.name}" is not one that this process made`, {
      code: 'TNET_NETWORK_UNKNOWN',
      hint: 'create it in this lab first',
    })
  }

  #claim({ host, rules }: Made, endpoint: Endpoint, undo: Undo): readonly PortMapping[] {
    if (endpoint.ports.length === 0) return []
    if (rules.mode === 'internal') {
      throw new UsageError(
        `"${endpoint.container}" publishes ports, but network "${endpoint.network}" is internal`,
        {
          code: 'TNET_NETWORK_INTERNAL',
          hint: 'connect it to a second network that is not, and publish there',
        },
      )
    }
    // A routed network's ports are the containers' own: nothing of the host's is taken.
    if (rules.mode === 'routed') return endpoint.ports
    const ports = hostPortsOf(host).claim(endpoint.ports, `"${endpoint.container}"`)
    undo.push('host ports', () => hostPortsOf(host).release(ports))
    return ports
  }

  #wire({ host, bridge, options, rules }: Made, endpoint: Endpoint, container: Netns): Link {
    const { container: label, device, prefix, ipv6, mac, gateways, ports } = endpoint
    const hostDevice = freeLinkName(host, device === 'eth0' ? label : `${label}.${device}`)
    const port = {
      // A packet to the container's own published port leaves by the port it came in by (R3).
      ...(ports.length > 0 ? { hairpin: true } : {}),
      // What rules cannot see, the bridge itself keeps apart (D6).
      ...(!rules.icc && !rules.callsIptables ? { isolated: true } : {}),
    }
    const [index = 0] = wireContainers(host, bridge, [
      {
        container,
        device,
        hostDevice,
        prefixes: [prefix, ...(ipv6 === undefined ? [] : [ipv6.prefix])],
        gateways,
        mac,
        ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
        ...(Object.keys(port).length === 0 ? {} : { port }),
      },
    ])
    return { index, name: hostDevice }
  }
}

/** The bridge driver. It keeps what it made by network, so one is enough for any number of labs. */
export const bridgeDriver: NetworkDriver = new BridgeDriver()

import { UsageError } from '../errors.ts'
import type { FirewallNetwork, PublishedPort } from '../firewall/firewall.ts'
import { firewallOf } from '../firewall/iptables-firewall.ts'
import { untilUp } from '../kernel/carrier.ts'
import type { Netns } from '../kernel/netns.ts'
import { untilOwn } from '../kernel/own-address.ts'
import type { Undo } from '../undo.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { hostPortsOf } from './host-ports.ts'
import { deleteLink } from './links.ts'
import { meanwhile } from './meanwhile.ts'
import type { Joining } from './network-driver.ts'
import type { Endpoint } from './network.ts'
import type { PortMapping } from './port-mapping.ts'

type Link = { index: number; name: string }

/** An endpoint's ports, for each of its addresses. */
function publishedPorts({ address, ipv6, ports }: Endpoint): PublishedPort[] {
  return ports.flatMap(mapping => {
    const isFor = (family: 4 | 6) =>
      mapping.hostAddress === undefined || mapping.hostAddress.includes(':') === (family === 6)
    return [
      ...(isFor(4) ? [{ ...mapping, address }] : []),
      ...(ipv6 !== undefined && isFor(6) ? [{ ...mapping, address: ipv6.address }] : []),
    ]
  })
}

/** The endpoints of a network on one host: their links' ends there, and what they publish. */
export class HostEndpoints {
  readonly #host: Netns
  readonly #rules: FirewallNetwork
  /** The host's end of each endpoint, by its id. */
  readonly #ends = new Map<string, Link>()

  constructor(host: Netns, rules: FirewallNetwork) {
    this.#host = host
    this.#rules = rules
  }

  /**
   * Host ports, links, the rules of the ports; all of it or nothing.
   *
   * @param wire makes the links, and returns their ends on the host, in the order of `joining`
   * @param through what has to be up besides, such as their bridge
   */
  connect(
    joining: readonly Joining[],
    wire: () => readonly Link[],
    through: readonly Link[] = [],
  ): Promise<Endpoint[]> {
    const names = joining.map(({ endpoint }) => `"${endpoint.container}"`).join(', ')
    return allOrNothing(`endpoints of ${names}`, async undo => {
      const endpoints = joining.map(({ endpoint }) => ({
        ...endpoint,
        ports: this.#claim(endpoint, undo),
      }))
      const published = endpoints.flatMap(endpoint => this.#published(endpoint))
      const firewall = firewallOf(this.#host)
      const adding = firewall.addPorts(this.#rules, published)
      const added = meanwhile(undo, 'rules', adding, () =>
        firewall.removePorts(this.#rules, published),
      )
      const ends = wire()
      undo.push('links', () => ends.forEach(end => deleteLink(this.#host, end)))
      await added
      await untilUp(
        this.#host,
        [...ends, ...through].map(({ index }) => index),
      )
      for (const { container, endpoint } of joining) {
        await untilOwn(container, endpoint.prefix, endpoint.ipv6?.prefix)
      }
      for (const [n, { id }] of endpoints.entries()) this.#ends.set(id, ends[n] as Link)
      return endpoints
    })
  }

  async disconnect(endpoint: Endpoint): Promise<void> {
    await firewallOf(this.#host).removePorts(this.#rules, this.#published(endpoint))
    const end = this.#ends.get(endpoint.id)
    if (end !== undefined) deleteLink(this.#host, end)
    this.#ends.delete(endpoint.id)
    hostPortsOf(this.#host).release(endpoint.ports)
  }

  #claim(endpoint: Endpoint, undo: Undo): readonly PortMapping[] {
    if (endpoint.ports.length === 0) return []
    if (this.#rules.mode === 'internal') {
      throw new UsageError(
        `"${endpoint.container}" publishes ports, but network "${endpoint.network}" is internal`,
        {
          code: 'TNET_NETWORK_INTERNAL',
          hint: 'connect it to a second network that is not, and publish there',
        },
      )
    }
    // A routed network's ports are the containers' own: nothing of the host's is taken.
    if (this.#rules.mode === 'routed') return endpoint.ports
    const ports = hostPortsOf(this.#host).claim(endpoint.ports, `"${endpoint.container}"`)
    undo.push('host ports', () => hostPortsOf(this.#host).release(ports))
    return ports
  }

  /** A network of many hosts has IPv6 among its containers alone: no host has an address there. */
  #published(endpoint: Endpoint): PublishedPort[] {
    const isLocal = this.#rules.mode === 'cluster'
    return publishedPorts(isLocal ? { ...endpoint, ipv6: undefined } : endpoint)
  }
}

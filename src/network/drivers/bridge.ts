import { UsageError } from '../../errors.ts'
import type { Netns } from '../../kernel/netns.ts'
import { HostBridge } from '../host-bridge.ts'
import { madeBy } from '../made-by.ts'
import type { Joining, NetworkDriver, NetworkPlan, NetworkRequest } from '../network-driver.ts'
import type { Endpoint, Network, Place } from '../network.ts'
import { networksRelyingOn, setBridgeNetfilter } from './bridge-netfilter.ts'
import { bridgeNameFor, bridgeOptions } from './bridge-options.ts'

/**
 * The network of one host, as Docker builds it.
 *
 *     container eth0 ══ web ┐                      ┌ eth0 ── other hosts
 *                           ├ br-shop ── routes ───┤
 *     container eth0 ══ db ─┘ 172.18.0.1  rules    └ another network's bridge
 *
 * The bridge has the gateway's address; the containers' default routes go there.
 */
class BridgeDriver implements NetworkDriver {
  readonly name = 'bridge'
  readonly #made = madeBy<HostBridge>()

  plan({ name, hosts, options }: NetworkRequest): NetworkPlan {
    const { internal = false } = bridgeOptions(name, options)
    if (hosts.length === 1) return { isInternal: internal }
    throw new UsageError(`network "${name}": a bridge is on one host, not on ${hosts.length}`, {
      code: 'TNET_NETWORK_HOSTS',
      hint: 'give it one of these hosts, or take a driver that spans several',
      facts: { hosts: hosts.map(host => host.label).join(', ') },
    })
  }

  async create(network: Network): Promise<void> {
    const host = network.hosts[0]!
    const options = bridgeOptions(network.name, network.options)
    const { mtu, icc = true, masquerade = true, mode = 'nat', internal = false } = options
    const { name, subnet, gateway, ipv6 } = network
    const bridge = bridgeNameFor(name, options)
    const subnets = [{ subnet, gateway }, ...(ipv6 === undefined ? [] : [ipv6])]
    const callsIptables = setBridgeNetfilter(host, options.bridgeNetfilter)
    const made = await HostBridge.create(host, {
      network: name,
      name: bridge,
      subnets,
      rules: {
        bridge,
        subnets: subnets.map(({ subnet }) => subnet),
        mode: internal ? 'internal' : mode,
        icc,
        masquerade,
        callsIptables,
      },
      ...(mtu === undefined ? {} : { mtu }),
    })
    networksRelyingOn(host).add(name)
    this.#made.set(network, made)
  }

  async delete(network: Network): Promise<void> {
    const bridge = this.#made.get(network)
    await bridge.delete()
    networksRelyingOn(bridge.host).delete(network.name)
    this.#made.delete(network)
  }

  async connect(network: Network, endpoint: Endpoint, { container }: Place): Promise<Endpoint> {
    const [made = endpoint] = await this.#made.get(network).connect([{ endpoint, container }])
    return made
  }

  async connectMany(network: Network, _host: Netns, joining: readonly Joining[]) {
    return this.#made.get(network).connect(joining)
  }

  async disconnect(network: Network, endpoint: Endpoint): Promise<void> {
    return this.#made.get(network).disconnect(endpoint)
  }
}

/** The bridge driver. It keeps what it made by network, so one is enough for any number of labs. */
export const bridgeDriver: NetworkDriver = new BridgeDriver()

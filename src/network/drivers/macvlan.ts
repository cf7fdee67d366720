import { EnvironmentError } from '../../errors.ts'
import { untilUp } from '../../kernel/carrier.ts'
import { hasFeature } from '../../kernel/features.ts'
import { addressAdd } from '../../kernel/netlink/address.ts'
import { macvlanAdd } from '../../kernel/netlink/device-request.ts'
import { linkByIndex, linkGet, parseLink } from '../../kernel/netlink/link-list.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { routeAdd } from '../../kernel/netlink/route.ts'
import type { Netns } from '../../kernel/netns.ts'
import { parseInterface } from '../../ipam/interface-address.ts'
import { refuseRouters } from '../adjacent.ts'
import { deleteLink } from '../links.ts'
import { madeBy } from '../made-by.ts'
import type { NetworkDriver, NetworkPlan, NetworkRequest } from '../network-driver.ts'
import type { Endpoint, HostPart, Network, Place } from '../network.ts'
import { noHosts, refusePorts } from '../network-failures.ts'
import { refuseIPv6Underlay } from '../underlay-family.ts'
import { uplinkOf } from '../uplink.ts'
import {
  checkMtu,
  checkOptions,
  wrongOption,
  type OptionTable,
  type OptionType,
} from './driver-options.ts'
import { checkUplinkMtu } from './uplink-mtu.ts'

/** What the macvlan driver can be asked for. */
export interface MacvlanOptions {
  /** The link of each host that its containers share. Default: the host's way to the others. */
  parent?: string
  /** Whom containers of one host reach by their parent. Default `bridge`: each other. */
  mode?: 'bridge' | 'private' | 'vepa'
  /** Largest packet in bytes. Default: the parent's. */
  mtu?: number
}

const table: OptionTable = {
  driver: 'macvlan',
  types: {
    parent: 'string',
    mode: 'string',
    mtu: 'number',
  } satisfies Record<keyof MacvlanOptions, OptionType>,
}

type Link = { index: number; name: string }

/** Which device of a host it is. */
function underlayOf({ over, options }: Pick<NetworkRequest, 'over' | 'options'>): typeof over {
  const { parent } = options as MacvlanOptions
  return parent === undefined ? over : () => parent
}

/** The underlay's own, when no other is asked for. */
function subnetOf(request: NetworkRequest, prefix = ''): string {
  refuseIPv6Underlay(request, 'a macvlan network without a subnet of its own')
  return String(parseInterface(prefix).subnet)
}

function refuseWithoutFeature(): void {
  const { available, reason = '', command } = hasFeature('macvlan')
  if (available) return
  throw new EnvironmentError('this kernel has no macvlan', {
    code: 'TNET_FEATURE_MISSING',
    hint: command ?? 'see what it has: tnet-lab doctor',
    facts: { kernel: reason },
  })
}

/**
 * The link is born in the container, and with it all that it needs of the host is done. Before
 * Linux 6.15 the kernel looks for its name and index on the host, not where it is to be, and refuses
 * those that are there (rtnl_newlink): it is made under a name that nobody has.
 */
function bear(network: Network, endpoint: Endpoint, place: Place & { parent: Link }): Link {
  const { host, container, parent } = place
  const { mode = 'bridge', mtu } = network.options as MacvlanOptions
  const name = `mv${endpoint.id}`
  const namespace = { fd: container.descriptor, name: container.name }
  const size = mtu === undefined ? {} : { mtu }
  host.execute(macvlanAdd({ name, mac: endpoint.mac, ...size, parent, mode, namespace }))
  const index = container.get(linkGet(name), parseLink)?.index ?? 0
  return { index, name }
}

function hasCarrier(host: Netns, { index }: Link): boolean {
  const link = host.get(linkByIndex(index), parseLink)
  return link?.isUp === true && link.hasCarrier
}

/**
 * Containers on the underlay itself, each with a MAC of its own on its host's link:
 *
 *     container eth0 192.0.2.10 ┐                        ┌ eth0 192.0.2.12 container
 *                               ├ alpha eth0 ─── eth0 beta
 *     container eth0 192.0.2.11 ┘  192.0.2.1     192.0.2.2
 *
 * No bridge, no translation, no tunnel: the wire is the network. The hosts' own addresses there are
 * left out of the pool. A host and its own containers never reach each other by such a link.
 */
class MacvlanDriver implements NetworkDriver {
  readonly name = 'macvlan'
  /** Each endpoint's link, by its id. */
  readonly #made = madeBy<Map<string, Link>>()

  plan(request: NetworkRequest): NetworkPlan {
    const { name, hosts } = request
    checkOptions(table, name, request.options)
    const { mode = 'bridge', mtu } = request.options as MacvlanOptions
    checkMtu(table, name, mtu)
    if (!['bridge', 'private', 'vepa'].includes(mode)) {
      const reason = `"mode" is bridge, private or vepa, not ${JSON.stringify(mode)}`
      throw wrongOption(table, name, { option: 'mode', reason })
    }
    if (hosts.length === 0) throw noHosts(name)
    refuseWithoutFeature()
    const places = { ...request, over: underlayOf(request) }
    checkUplinkMtu(table, places, mtu)
    refuseRouters(places, { driver: 'macvlan', because: 'its containers are on their wire' })
    const uplinks = hosts.map(host => ({ host, ...uplinkOf(host, places.over) }))
    // Called as the lab calls what other hosts have on the wire: one address, one name.
    const taken = uplinks.map(({ host, index, address }) => [`${host.label} ${index}`, address])
    return {
      addressing: 'no-gateway',
      subnet: request.subnet ?? subnetOf(places, uplinks[0]?.prefix),
      taken: Object.fromEntries(taken) as Record<string, string>,
    }
  }

  async create(network: Network): Promise<void> {
    this.#made.set(network, new Map())
  }

  async delete(network: Network): Promise<void> {
    this.#made.delete(network)
  }

  async addHost(network: Network, { host }: HostPart): Promise<void> {
    const { name, subnet, options, over, hosts } = network
    this.plan({ name, subnet, options, over, hosts: [...hosts, host] })
  }

  async removeHost(): Promise<void> {}

  async connect(network: Network, endpoint: Endpoint, place: Place): Promise<Endpoint> {
    const { host, container } = place
    if (endpoint.ports.length > 0) throw refusePorts(endpoint, this.name)
    const parent = uplinkOf(host, underlayOf(network))
    const born = bear(network, endpoint, { ...place, parent })
    const link = { ...born, name: endpoint.device }
    const { prefix, ipv6, gateways } = endpoint
    const prefixes = [prefix, ...(ipv6 === undefined ? [] : [ipv6.prefix])]
    try {
      container.execute(
        linkSet(born, { name: link.name }),
        ...quietLink({ ...link, mtu: (network.options as MacvlanOptions).mtu ?? parent.mtu }),
        ...prefixes.map(one => addressAdd(link, one)),
        linkSet(link, { up: true }),
        ...gateways.map(via => routeAdd({ to: 'default', via, dev: link })),
      )
      // One on a link without carrier has none either, and gets it with that.
      if (hasCarrier(host, parent)) await untilUp(container, [link.index])
    } catch (failure) {
      deleteLink(container, link)
      throw failure
    }
    this.#made.get(network).set(endpoint.id, link)
    return endpoint
  }

  async disconnect(network: Network, endpoint: Endpoint, { container }: Place): Promise<void> {
    const links = this.#made.get(network)
    const link = links.get(endpoint.id)
    if (link === undefined) return
    deleteLink(container, link)
    links.delete(endpoint.id)
  }
}

export const macvlanDriver: NetworkDriver = new MacvlanDriver()

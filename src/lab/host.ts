import { addressWithLinkLocal } from '../kernel/netlink/address.ts'
import { bridgeAdd, linkSet } from '../kernel/netlink/link-request.ts'
import { untilOwn } from '../kernel/own-address.ts'
import { linkName } from '../names.ts'
import type { ConnectOptions } from '../network/network-options.ts'
import { Bridge } from './bridge.ts'
import { Container } from './container.ts'
import type { HostRule, NatOut, NatSource, Published, PublishOptions } from './host-nat.ts'
import { hasLink } from './link.ts'
import type { LabNetwork } from './lab-network.ts'
import type { Lab } from './lab.ts'
import { Node } from './node.ts'
import type { Segment } from './segment.ts'
import type { Service } from './service.ts'

/** The same for every container. */
const loUp = linkSet({ index: 1, name: 'lo' }, { up: true })

export interface BridgeOptions {
  multicastSnooping?: boolean
  mtu?: number
  mac?: string
}

export interface HostContainerOptions extends ConnectOptions {
  /** The network that it is connected to; the other options are the endpoint's. */
  network?: LabNetwork
}

/** A simulated machine: network, mount and UTS namespaces of its own. */
export class Host extends Node {
  declare readonly lab: Lab
  /** Its address on each segment that it joined. */
  readonly #uplinks = new Map<Segment, { device: string; prefix: string | undefined }>()

  /** A link name that is free here, made from a label. */
  freeLinkName(label: string): string {
    for (let n = 0; ; n++) {
      const name = linkName(n === 0 ? label : `${label}.${n}`)
      if (!hasLink(this.netns, name)) return name
    }
  }

  /**
   * A bridge, up. With an address, containers on it use it as their gateway.
   *
   * @example
   * const blue = await alpha.bridge('blue', '10.0.1.1/24')
   */
  async bridge(label: string, prefix?: string, options: BridgeOptions = {}): Promise<Bridge> {
    const link = { index: this.netns.nextIndex(), name: linkName(label) }
    const bridge = new Bridge(this, link.name, link.index, prefix)
    this.netns.execute(
      bridgeAdd({ ...link, ...options }),
      ...(prefix === undefined ? [] : addressWithLinkLocal(link, prefix)),
      linkSet(link, { up: true }),
    )
    await untilOwn(this.netns, prefix)
    return bridge
  }

  /**
   * A namespace on this host; nothing in it but `lo`, up, and its place in a network if one is given.
   *
   * @example
   * const web = await alpha.container('web', { network: shop, publish: ['8080:80'] })
   */
  async container(label: string, options: HostContainerOptions = {}): Promise<Container> {
    const { network, ...endpoint } = options
    if (network === undefined && Object.keys(endpoint).length > 0) {
      const given = Object.keys(endpoint).join(', ')
      throw this.lab.misuse(
        `"${label}" is on no network: what is ${given} for?`,
        'say which network',
      )
    }
    const [container] = await this.#makeContainers([{ label, ...endpoint }], network)
    if (container === undefined) throw new Error('one was asked for, none was made')
    return container
  }

  /**
   * Many containers at once, all or none: on a network, several times faster than one by one.
   *
   * @example
   * const [web, app] = await alpha.containers(['web', { label: 'app', publish: ['8080:80'] }], shop)
   */
  containers(
    wanted: readonly (string | ({ label: string } & ConnectOptions))[],
    network?: LabNetwork,
  ): Promise<Container[]> {
    const all = wanted.map(one => (typeof one === 'string' ? { label: one } : one))
    return this.#makeContainers(all, network)
  }

  async #makeContainers(
    wanted: readonly ({ label: string } & ConnectOptions)[],
    network: LabNetwork | undefined,
  ): Promise<Container[]> {
    const isSharing = network?.driver === 'host'
    const made: { container: Container; options: ConnectOptions }[] = []
    try {
      // The same work in a row: what the kernel needs for it stays in the processor's caches.
      for (const { label, ...options } of wanted) {
        made.push({ container: this.makeContainer(label, { isSharing }), options })
      }
      await network?.connectFresh(this, made)
    } catch (failure) {
      for (const { container } of made) this.lab.abandon(container)
      throw failure
    }
    return made.map(({ container }) => container)
  }

  /** What `container` does at once; a bridge makes many of them in a row. */
  makeContainer(label: string, { isSharing = false } = {}): Container {
    const netns = this.lab.namespace(label, this.label, isSharing ? { shares: this.netns } : {})
    const container = new Container(this.lab, netns, this)
    if (!isSharing) netns.executeLater(loUp)
    this.netns.addName(netns)
    this.lab.adopt(container)
    return container
  }

  /**
   * Lends what leaves by `out` the address of that link, and turns on forwarding: the documents'
   * `iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE`.
   *
   * @example
   * await alpha.masquerade(blue, wan)
   */
  async masquerade(source: NatSource, out: NatOut): Promise<HostRule> {
    return (await import('./host-nat.ts')).masquerade(this, source, out)
  }

  /**
   * The same with a fixed address, by default the host's own on that segment; connections outlive
   * the link's address.
   */
  async snat(source: NatSource, out: NatOut, address?: string): Promise<HostRule> {
    return (await import('./host-nat.ts')).snat(this, source, out, address)
  }

  /**
   * Leads a port of this host to something that listens on a node behind it, from everywhere: other
   * hosts, the host itself, containers, the node itself. 0 picks a free port.
   *
   * @throws UsageError TNET_PORT_TAKEN
   * @example
   * const published = await alpha.publish(8080, site)
   * await expect(outside).toCurl(published)
   */
  async publish(port: number, service: Service, options?: PublishOptions): Promise<Published> {
    return (await import('./host-nat.ts')).publish(this, port, service, options)
  }

  /** Remembers where it joined a segment; `Segment.join` calls it. */
  joined(segment: Segment, device: string, prefix: string | undefined): void {
    this.#uplinks.set(segment, { device, prefix })
  }

  /** Its address on a segment, or on a bridge of its own. */
  addressOn(place: Segment | Bridge): string {
    const prefix = place instanceof Bridge ? place.prefix : this.#uplinks.get(place)?.prefix
    const [address] = prefix?.split('/') ?? []
    if (address !== undefined) return address
    throw this.lab.misuse(`"${this.label}" has no address on "${place}"`, 'join it with one')
  }

  /** The name of its link to a segment. */
  deviceOn(segment: Segment): string {
    const device = this.#uplinks.get(segment)?.device
    if (device !== undefined) return device
    throw this.lab.misuse(`"${this.label}" is not on "${segment}"`, `join it: ${segment}.join(…)`)
  }
}

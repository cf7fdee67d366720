import { addressAdd } from '../kernel/netlink/address.ts'
import { bridgeAdd, linkSet } from '../kernel/netlink/link-request.ts'
import { linkList, parseLink } from '../kernel/netlink/link-list.ts'
import { Netns } from '../kernel/netns.ts'
import { linkName } from '../names.ts'
import { Bridge } from './bridge.ts'
import { Container } from './container.ts'
import type { Lab } from './lab.ts'
import { Node } from './node.ts'
import type { Segment } from './segment.ts'

const lo = { index: 1, name: 'lo' }

export interface BridgeOptions {
  multicastSnooping?: boolean
  mtu?: number
  mac?: string
}

/** A simulated machine: network, mount and UTS namespaces of its own. */
export class Host extends Node {
  declare readonly lab: Lab
  /** Its address on each segment that it joined. */
  readonly #uplinks = new Map<Segment, { device: string; prefix: string | undefined }>()

  constructor(lab: Lab, netns: Netns) {
    super(lab, netns)
  }

  /** A link name that is free here, made from a label. */
  freeLinkName(label: string): string {
    const taken = new Set(this.netns.dump(linkList, parseLink).map(link => link.name))
    for (let n = 0; ; n++) {
      const name = linkName(n === 0 ? label : `${label}.${n}`)
      if (!taken.has(name)) return name
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
      ...(prefix === undefined ? [] : [addressAdd(link, prefix)]),
      linkSet(link, { up: true }),
    )
    return bridge
  }

  /** A namespace on this host; nothing in it but `lo`, up. */
  async container(label: string): Promise<Container> {
    const netns = this.lab.namespace(label, this.label)
    const container = new Container(this.lab, netns, this)
    netns.execute(linkSet(lo, { up: true }))
    this.netns.addName(netns)
    this.lab.adopt(container)
    return container
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

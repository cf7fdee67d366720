import { addressWithLinkLocal } from '../kernel/netlink/address.ts'
import { bridgeAdd, linkSet, vethAdd } from '../kernel/netlink/link-request.ts'
import type { Netns } from '../kernel/netns.ts'
import { untilOwn } from '../kernel/own-address.ts'
import { untilUp } from '../kernel/carrier.ts'
import { Crowd } from './crowd.ts'
import { hasLink } from './link.ts'
import { linkName } from '../names.ts'
import type { Host } from './host.ts'
import type { Lab } from './lab.ts'

export interface SegmentOptions {
  /** Largest packet in bytes on every link that joins it. Default 1500. */
  mtu?: number
}

export interface JoinOptions {
  /** Default: the first free one of eth0, eth1, … */
  device?: string
  mac?: string
}

const bridge = { index: 99, name: 'switch' }

/**
 * A wire or switch that joins hosts: a bridge in a namespace of its own, which nobody can reach
 * and which reaches nobody.
 */
export class Segment {
  readonly label: string
  readonly #lab: Lab
  /** Its switch's namespace: to look at, not to act in. */
  readonly netns: Netns
  readonly #mtu: number | undefined
  readonly #crowd = new Crowd()
  /** The switch's ports that a host's links end in, each with the index of the host's own. */
  readonly #ports = new Map<Host, { index: number; name: string; link: number }[]>()

  constructor(lab: Lab, label: string, { mtu }: SegmentOptions = {}) {
    this.#lab = lab
    this.label = label
    this.#mtu = mtu
    this.netns = lab.namespace(label, 'segment', { bridges: true })
    // Made and brought up before any port: a port then forwards as soon as it has carrier.
    this.netns.execute(
      bridgeAdd({ ...bridge, ...(mtu === undefined ? {} : { mtu }) }),
      linkSet(bridge, { up: true }),
    )
  }

  /**
   * Joins a host, made here when a name is given.
   *
   * @example
   * const alpha = await wan.join('alpha', '192.0.2.1/24')
   * await lan.join(alpha, '198.51.100.1/24') // its eth1
   */
  async join(who: string | Host, prefix?: string, options: JoinOptions = {}): Promise<Host> {
    const host = typeof who === 'string' ? await this.#lab.host(who) : who
    const { device = freeDevice(host), mac } = options
    const link = { index: host.netns.nextIndex(), name: device }
    const port = {
      index: this.netns.nextIndex(),
      name: linkName(`${host.label}-${device}`),
    }
    const size = this.#mtu === undefined ? {} : { mtu: this.#mtu }
    this.netns.execute(
      vethAdd({
        ...port,
        master: bridge,
        up: true,
        ...size,
        peer: {
          ...link,
          namespace: host.netns.descriptor,
          namespaceName: host.netns.name,
          ...size,
          ...(mac === undefined ? {} : { mac }),
        },
      }),
    )
    host.netns.execute(
      ...(prefix === undefined ? [] : addressWithLinkLocal(link, prefix)),
      linkSet(link, { up: true }),
    )
    await untilUp(this.netns, [port.index])
    await untilUp(host.netns, [link.index])
    await untilOwn(host.netns, prefix)
    this.#ports.set(host, [...(this.#ports.get(host) ?? []), { ...port, link: link.index }])
    host.joined(this, device, prefix)
    const [address] = prefix?.split('/') ?? []
    if (address !== undefined) this.#crowd.join({ netns: host.netns, link, address })
    return host
  }

  /**
   * Pulls a host's cable out of the switch: its link loses carrier, but keeps its addresses and
   * routes, unlike one that is taken down on the host.
   *
   * @example
   * await wan.unplug(beta)
   * await expect(web).not.toPing(db)
   * await wan.plug(beta)
   */
  async unplug(host: Host): Promise<void> {
    this.netns.execute(...this.#portsOf(host).map(port => linkSet(port, { up: false })))
  }

  /** Puts the cable back. */
  async plug(host: Host): Promise<void> {
    const ports = this.#portsOf(host)
    this.netns.execute(...ports.map(port => linkSet(port, { up: true })))
    await untilUp(
      this.netns,
      ports.map(({ index }) => index),
    )
    await untilUp(
      host.netns,
      ports.map(({ link }) => link),
    )
  }

  #portsOf(host: Host): readonly { index: number; name: string; link: number }[] {
    const ports = this.#ports.get(host)
    if (ports !== undefined) return ports
    throw this.#lab.misuse(`"${host.label}" is not on "${this}"`, `join it: ${this}.join(…)`)
  }

  toString(): string {
    return this.label
  }
}

function freeDevice(host: Host): string {
  for (let n = 0; ; n++) if (!hasLink(host.netns, `eth${n}`)) return `eth${n}`
}

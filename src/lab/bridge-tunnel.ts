import { UsageError } from '../errors.ts'
import { FlatVxlan, type FlatSite } from '../network/overlay/flat-vxlan.ts'
import { uplinkOf } from '../network/uplink.ts'
import type { Bridge } from './bridge.ts'
import { Link } from './link.ts'
import type { Segment } from './segment.ts'

export interface BridgeVxlanOptions {
  /** The segment that carries it: every bridge's host is on it, with an address. */
  over: Segment
  /** The bridges that become one Ethernet, each on a host of its own. */
  between: readonly Bridge[]
  /** UDP port of the outer header. Default 4789, IANA's. */
  port?: number
  /** `head-end`: a copy to each host. `multicast`: the underlay copies. Default `head-end`. */
  flood?: 'head-end' | 'multicast'
  /** Multicast: the group. Default 239.1.x.y with the VNI's last two bytes. */
  group?: string
}

interface Member {
  bridge: Bridge
  site: FlatSite
  vxlan: FlatVxlan
}

/** Outer IPv4 or IPv6, UDP, VXLAN and the inner Ethernet header. */
const OVERHEAD = { inet: 50, inet6: 70 }

/**
 * Bridges of different hosts, joined by VXLAN: `lab.vxlan` makes one.
 *
 * @example
 * const stretched = await lab.vxlan(42, { over: wan, between: [blue, annex] })
 * await stretched.add(third)
 * await stretched.close()
 */
export class BridgeTunnel implements AsyncDisposable {
  readonly vni: number
  readonly #options: BridgeVxlanOptions
  readonly #members: Member[] = []

  private constructor(vni: number, options: BridgeVxlanOptions) {
    this.vni = vni
    this.#options = options
  }

  static async create(vni: number, options: BridgeVxlanOptions): Promise<BridgeTunnel> {
    if (!Number.isInteger(vni) || vni < 1 || vni > 0xffffff) {
      throw new UsageError(`${vni} is not a VXLAN network identifier`, {
        code: 'TNET_VNI_INVALID',
        hint: 'a VNI is a whole number from 1 to 16777215',
      })
    }
    const tunnel = new BridgeTunnel(vni, options)
    try {
      for (const bridge of options.between) await tunnel.add(bridge)
    } catch (failure) {
      await tunnel.close()
      throw failure
    }
    return tunnel
  }

  /** The VXLAN device on a bridge's host: `vxlan.42`. */
  deviceOn(bridge: Bridge): Link {
    const { name, index } = this.#find(bridge).vxlan.device
    return new Link(bridge.host, name, index)
  }

  #find(bridge: Bridge): Member {
    const member = this.#members.find(member => member.bridge === bridge)
    if (member !== undefined) return member
    throw new UsageError(`VXLAN ${this.vni} does not reach bridge "${bridge}"`, {
      code: 'TNET_LAB_MISUSE',
      hint: 'add it first: tunnel.add(bridge)',
    })
  }

  /** One bridge more; its containers get the MTU that the tunnel leaves. */
  async add(bridge: Bridge): Promise<void> {
    const { over, between: _, ...options } = this.#options
    const { host } = bridge
    if (this.#members.some(member => member.bridge.host === host)) {
      throw new UsageError(`VXLAN ${this.vni} has a bridge on "${host.label}" already`, {
        code: 'TNET_LAB_MISUSE',
        hint: 'give each bridge a host of its own; on one host, attach them to each other',
      })
    }
    const uplink = uplinkOf(host.netns, () => host.deviceOn(over))
    const mtu = uplink.mtu - OVERHEAD[uplink.family]
    const site: FlatSite = { host: host.netns, uplink, mtu, bridge: { link: bridge } }
    const vxlan = new FlatVxlan(site, { ...options, vni: this.vni })
    const peers = [...this.#members]
    try {
      vxlan.add(peers.map(peer => peer.site))
      for (const peer of peers) peer.vxlan.add([site])
    } catch (failure) {
      for (const peer of peers) peer.vxlan.remove([site])
      vxlan.close()
      throw failure
    }
    this.#members.push({ bridge, site, vxlan })
    await bridge.shrink(mtu)
  }

  /** One bridge less. */
  async remove(bridge: Bridge): Promise<void> {
    const gone = this.#find(bridge)
    this.#members.splice(this.#members.indexOf(gone), 1)
    for (const { vxlan } of this.#members) vxlan.remove([gone.site])
    gone.vxlan.close()
  }

  /** Takes the bridges apart again. Their containers keep their MTU. */
  async close(): Promise<void> {
    for (const { vxlan } of this.#members.splice(0)) vxlan.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

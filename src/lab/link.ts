import { KernelError, UsageError } from '../errors.ts'
import { addressDelete, addressWithLinkLocal } from '../kernel/netlink/address.ts'
import {
  bridgePortSet,
  linkDelete,
  linkSet,
  type LinkChange,
} from '../kernel/netlink/link-request.ts'
import { linkGet, parseLink, type LinkInfo } from '../kernel/netlink/link-list.ts'
import {
  fdbAdd,
  fdbDelete,
  neighbourDelete,
  neighbourReplace,
  type FdbSpec,
} from '../kernel/netlink/neighbour.ts'
import { quietLink } from '../kernel/netlink/quiet-link.ts'
import type { Netns } from '../kernel/netns.ts'
import { untilOwn } from '../kernel/own-address.ts'
import type { Node } from './node.ts'

/** Whether a namespace has a link of that name. */
export function hasLink(netns: Netns, name: string): boolean {
  try {
    return netns.get(linkGet(name), parseLink) !== undefined
  } catch (error) {
    if (error instanceof KernelError && error.errno === 'ENODEV') return false
    throw error
  }
}

/** What a namespace calls `name`; the kernel's refusal when there is none. */
export function findLink(netns: Netns, name: string): LinkInfo {
  const found = netns.get(linkGet(name), parseLink)
  if (found !== undefined) return found
  throw new UsageError(`"${netns.label}" has no link called "${name}"`, {
    code: 'TNET_LINK_MISSING',
    hint: 'look at what is there: await node.links()',
  })
}

/**
 * One link of a node: an end of a veth pair, a bridge, a TAP device. It follows the link when it
 * is renamed or moved.
 *
 * @example
 * await veth1.moveTo(ns2)
 * await veth1.addAddress('172.18.0.3/24')
 * await veth1.up()
 */
export class Link {
  #node: Node
  #name: string
  #index: number

  constructor(node: Node, name: string, index: number) {
    this.#node = node
    this.#name = name
    this.#index = index
  }

  /** The node that it is on now. */
  get node(): Node {
    return this.#node
  }

  get name(): string {
    return this.#name
  }

  /** The kernel's number for it on its node. */
  get index(): number {
    return this.#index
  }

  async #change(change: LinkChange): Promise<void> {
    this.#node.netns.execute(linkSet(this, change))
  }

  up(): Promise<void> {
    return this.#change({ up: true })
  }

  down(): Promise<void> {
    return this.#change({ up: false })
  }

  /** Largest packet in bytes, without the Ethernet header. */
  setMtu(mtu: number): Promise<void> {
    return this.#change({ mtu })
  }

  setMac(mac: string): Promise<void> {
    return this.#change({ mac })
  }

  async rename(name: string): Promise<void> {
    await this.#change({ name })
    this.#name = name
  }

  /** Makes it a port of a bridge on the same node. */
  attachTo(bridge: Link): Promise<void> {
    return this.#change({ master: bridge })
  }

  detach(): Promise<void> {
    return this.#change({ master: null })
  }

  /** Moves it to another node; there it is down and has no addresses, as the kernel has it. */
  async moveTo(node: Node): Promise<void> {
    await this.#change({ namespace: { fd: node.netns.descriptor, name: node.netns.name } })
    this.#node = node
    // The kernel gives another number when this one is taken there.
    this.#index = findLink(node.netns, this.#name).index
    node.netns.execute(...quietLink(this))
  }

  /** Adds `192.0.2.1/24` or `2001:db8::1/64`. */
  async addAddress(prefix: string): Promise<void> {
    this.#node.netns.execute(...addressWithLinkLocal(this, prefix))
    await untilOwn(this.#node.netns, prefix)
  }

  async deleteAddress(prefix: string): Promise<void> {
    this.#node.netns.execute(addressDelete(this, prefix))
  }

  /** Adds a permanent neighbour, or replaces it. */
  async addNeighbour(address: string, mac: string): Promise<void> {
    this.#node.netns.execute(neighbourReplace(this, address, mac))
  }

  async deleteNeighbour(address: string): Promise<void> {
    this.#node.netns.execute(neighbourDelete(this, address))
  }

  async addFdb(entry: FdbSpec): Promise<void> {
    this.#node.netns.execute(fdbAdd(this, entry))
  }

  async deleteFdb(entry: FdbSpec): Promise<void> {
    this.#node.netns.execute(fdbDelete(this, entry))
  }

  /** Sets a bridge port's switches. */
  async setPort(port: { hairpin?: boolean; isolated?: boolean }): Promise<void> {
    this.#node.netns.execute(bridgePortSet(this, port))
  }

  /** What the kernel says of it now. */
  async info(): Promise<LinkInfo> {
    return findLink(this.#node.netns, this.#name)
  }

  async delete(): Promise<void> {
    this.#node.netns.execute(linkDelete(this))
  }

  toString(): string {
    return this.#name
  }
}

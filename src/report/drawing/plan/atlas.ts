import type { Topology, TopologyLink, TopologyNode } from '../../../runner/events.ts'
import { placesOf, standsOn } from './places.ts'

/** From one host or segment to the next; what is in a host has its place within. */
const STEP = 100

/** How deep something is in its host, from the outer end of the containers to the uplinks. */
export const DEPTH = { guest: 0, bridge: 10, farGuest: 20, port: 30, uplink: 40 }

/** Who is on which host, and where hosts and segments stand. */
export class Atlas {
  readonly topology: Topology
  readonly #nodes: ReadonlyMap<string, TopologyNode>
  readonly #places: ReadonlyMap<string, number>
  readonly #guests = new Map<string, TopologyNode[]>()
  /** Which hosts have everything that they are joined with on their left. */
  readonly #mirrored = new Map<string, boolean>()

  constructor(topology: Topology) {
    this.topology = topology
    this.#nodes = new Map(topology.nodes.map(node => [node.id, node]))
    this.#places = placesOf(topology)
    for (const node of this.#nodes.values()) {
      const host = this.hostOf(node)
      if (host !== node.id) this.#guests.set(host, [...(this.#guests.get(host) ?? []), node])
    }
  }

  /** Those that are on no other's. */
  standing(): TopologyNode[] {
    return [...this.#nodes.values()].filter(node => this.hostOf(node) === node.id)
  }

  node(id: string): TopologyNode | undefined {
    return this.#nodes.get(id)
  }

  hostOf(node: TopologyNode): string {
    return standsOn(node, this.#nodes)
  }

  guestsOf(node: TopologyNode): readonly TopologyNode[] {
    return this.#guests.get(node.id) ?? []
  }

  place(node: TopologyNode, depth = 0): number {
    const host = this.hostOf(node)
    const isMirrored = this.#mirrored.get(host) ?? this.#isMirrored(host)
    this.#mirrored.set(host, isMirrored)
    const at = this.#hostPlace(host)
    return isMirrored ? at - depth : at + depth
  }

  /** On the side of its node that what it leads to is on. */
  uplinkPlace(node: TopologyNode, link: TopologyLink): number {
    const peer = link.peer === undefined ? undefined : this.#nodes.get(link.peer.node)
    if (peer === undefined) return this.place(node, DEPTH.uplink)
    const here = this.#hostPlace(this.hostOf(node))
    const there = this.#hostPlace(this.hostOf(peer))
    return here + (there < here ? -DEPTH.uplink : DEPTH.uplink)
  }

  /** Between its ends; beside them where they are all on one side. */
  tunnelPlace(nodes: readonly TopologyNode[]): number {
    const at = nodes.map(node => this.#hostPlace(this.hostOf(node)))
    const [first] = nodes
    const middle = (Math.min(...at) + Math.max(...at)) / 2
    if (first === undefined || !at.every(place => place === middle)) return middle
    return this.place(first, STEP / 2)
  }

  #hostPlace(host: string): number {
    return (this.#places.get(host) ?? 0) * STEP
  }

  #isMirrored(host: string): boolean {
    const here = this.#hostPlace(host)
    const others = [host, ...(this.#guests.get(host) ?? []).map(({ id }) => id)]
      .flatMap(id => this.#nodes.get(id)?.links ?? [])
      .flatMap(({ peer }) => this.#nodes.get(peer?.node ?? '') ?? [])
      .map(peer => this.#hostPlace(this.hostOf(peer)))
      .filter(there => there !== here)
    return others.length > 0 && others.every(there => there < here)
  }
}

import type { Request } from '../../kernel/netlink/message.ts'
import { routeAdd, routeDelete } from '../../kernel/netlink/route.ts'
import { routerTowards } from '../adjacent.ts'
import type { Carrier, Site } from './site.ts'
import { addWays, removeWays } from './ways.ts'

/** A host's tunnel, or what stands for one, as far as routes to other hosts go. */
export interface Tunnel {
  /** What leads to a peer's part. */
  there(peer: Site): readonly Request[]
  /** What removes that. */
  back(peer: Site): readonly Request[]
  /** Its routes end with its device; without one, each is removed on its own. */
  readonly hasDevice: boolean
  /** A peer came or went: for one that sees packets, but not by which route they came. */
  onPeer?(peer: Site, isThere: boolean): void
  close(): void
}

/** The first address of a host's part, which no container has: its tunnel device's (F1, F6). */
export const zeroAddress = ({ subnet }: Pick<Site, 'subnet'>) => subnet.split('/')[0] ?? ''

/** `ip route add 10.244.2.0/24 via 192.0.2.2 dev eth0`: by the underlay, without a tunnel (F5). */
export class PlainRoutes implements Tunnel {
  readonly hasDevice = false
  readonly #site: Site

  constructor(site: Site) {
    this.#site = site
  }

  #route({ subnet, uplink }: Site) {
    return { to: subnet, via: uplink.address, dev: this.#site.uplink }
  }

  there(peer: Site): Request[] {
    return [routeAdd(this.#route(peer))]
  }

  back(peer: Site): Request[] {
    return [routeDelete(this.#route(peer))]
  }

  close(): void {}
}

/**
 * Routes from one host to the parts of the others, by its tunnel; with direct routing, to those on
 * its own segment by the underlay itself (F4).
 */
export class RoutedCarrier implements Carrier<Site> {
  readonly #site: Site
  readonly #tunnel: Tunnel
  readonly #plain: PlainRoutes | undefined
  readonly #ways = new Map<Site, Tunnel>()

  constructor(site: Site, tunnel: Tunnel, { directRouting = false } = {}) {
    this.#site = site
    this.#tunnel = tunnel
    this.#plain = directRouting ? new PlainRoutes(site) : undefined
  }

  #choose(peer: Site): Tunnel {
    const { host, uplink } = this.#site
    if (this.#plain === undefined) return this.#tunnel
    return routerTowards(host, uplink, peer.uplink.address) === undefined
      ? this.#plain
      : this.#tunnel
  }

  add(peers: readonly Site[]): void {
    const ways = peers.map(peer => ({ peer, by: this.#choose(peer) }))
    addWays(
      this.#site.host,
      ways.map(({ peer, by }) => ({ there: by.there(peer), back: by.back(peer) })),
    )
    for (const { peer, by } of ways) {
      this.#ways.set(peer, by)
      by.onPeer?.(peer, true)
    }
  }

  remove(peers: readonly Site[]): void {
    for (const peer of peers) {
      const by = this.#ways.get(peer)
      removeWays(this.#site.host, by?.back(peer) ?? [])
      by?.onPeer?.(peer, false)
      this.#ways.delete(peer)
    }
  }

  close(): void {
    this.remove([...this.#ways].filter(([, by]) => !by.hasDevice).map(([peer]) => peer))
    this.#tunnel.close()
  }
}

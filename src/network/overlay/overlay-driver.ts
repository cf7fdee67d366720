import type { Netns } from '../../kernel/netns.ts'
import { allOrNothing } from '../all-or-nothing.ts'
import { bridgeNameFor } from '../drivers/bridge-options.ts'
import { networksRelyingOn, setBridgeNetfilter } from '../drivers/bridge-netfilter.ts'
import { HostBridge } from '../host-bridge.ts'
import { madeBy } from '../made-by.ts'
import type { Joining, NetworkDriver, NetworkPlan, NetworkRequest } from '../network-driver.ts'
import { elsewhere, noHosts } from '../network-failures.ts'
import type { Endpoint, HostPart, Network, Place } from '../network.ts'
import { underlayFamily } from '../underlay-family.ts'
import { uplinkOf, type Uplink } from '../uplink.ts'
import type { Undo } from '../../undo.ts'
import type { NetworkIds } from './network-ids.ts'
import type { Carrier, Site } from './site.ts'

/** What all drivers take that join a bridge of each host to those of the others. */
export interface OverlayOptions {
  /** Containers keep their source among each other and get the host's outside (F9). Default true. */
  masquerade?: boolean
  /** Largest packet in bytes of the containers. Default: what the underlay leaves. */
  mtu?: number
  /** The bridge's device name on each host. Default: `br-` and the network's name. */
  bridgeName?: string
}

/** A site with its way to the others. */
interface Member {
  site: Site
  carrier: Carrier<Site>
}

/** What a driver adds to the bridges: how hosts reach each other's containers. */
export interface Backend {
  readonly name: string
  /** Checks options and hosts before anything is made. */
  plan(request: NetworkRequest): NetworkPlan
  /** Bytes that it puts around each packet on this underlay. */
  overhead(network: Network, uplink: Uplink): number
  /** What tells its networks on one host apart: VNIs, GRE keys. Default: nothing has to. */
  readonly ids?: NetworkIds
  /** The one that a network asks for; undefined: any that is free; 0: none. */
  wantedId?(network: Network): number | undefined
  /**
   * Makes a host's end: its device, if it has one.
   *
   * @param id what `ids` gave the network
   */
  open(network: Network, site: Site, id: number): Promise<Carrier<Site>>
  notes?(network: Network): readonly string[]
}

/**
 * A network of many hosts: a bridge on each, and a way from each to every other.
 *
 *     container eth0 ══ web ┐                       ┌ br-blue ══ db eth0 container
 *                           ├ br-blue ── CARRIER ── ┤
 *     container eth0 ══ app ┘   alpha       beta    └ …
 *
 * What the carrier is, a backend says.
 */
export class OverlayDriver implements NetworkDriver {
  readonly name: string
  readonly #backend: Backend
  readonly #made = madeBy<Member[]>()

  constructor(backend: Backend) {
    this.name = backend.name
    this.#backend = backend
  }

  plan(request: NetworkRequest): NetworkPlan {
    if (request.hosts.length === 0) throw noHosts(request.name)
    underlayFamily(request)
    return this.#backend.plan(request)
  }

  /** Every host's bridge and device, then the ways between all of them. */
  create(network: Network): Promise<void> {
    return allOrNothing(`network "${network.name}"`, async undo => {
      const opening = network.parts.map(part => this.#open(network, part))
      const settled = await Promise.allSettled(opening)
      const members = settled.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
      undo.push('sites', () => this.#close(network, members))
      // Also of hosts that never came so far: an identifier is chosen for all of them at once.
      undo.push('identifiers', () => {
        for (const { host } of network.parts) this.#backend.ids?.release(host, network)
      })
      const failed = settled.find(one => one.status === 'rejected')
      if (failed !== undefined) throw failed.reason
      const sites = members.map(({ site }) => site)
      for (const { site, carrier } of members) carrier.add(sites.filter(peer => peer !== site))
      this.#made.set(network, members)
    })
  }

  async delete(network: Network): Promise<void> {
    await this.#close(network, this.#made.get(network))
    this.#made.delete(network)
  }

  addHost(network: Network, part: HostPart): Promise<void> {
    return allOrNothing(`"${part.host.label}" on network "${network.name}"`, async undo => {
      const members = this.#made.get(network)
      const { name, subnet, options, over } = network
      this.plan({ name, subnet, options, over, hosts: [...network.hosts, part.host] })
      const fresh = await this.#open(network, part)
      undo.push('site', () => this.#close(network, [fresh]))
      fresh.carrier.add(members.map(({ site }) => site))
      for (const { carrier } of members) {
        carrier.add([fresh.site])
        undo.push('way there', () => carrier.remove([fresh.site]))
      }
      members.push(fresh)
    })
  }

  async removeHost(network: Network, { host }: HostPart): Promise<void> {
    const members = this.#made.get(network)
    const gone = members.find(({ site }) => site.host === host)
    if (gone === undefined) return
    members.splice(members.indexOf(gone), 1)
    for (const { carrier } of members) carrier.remove([gone.site])
    await this.#close(network, [gone])
  }

  async connect(network: Network, endpoint: Endpoint, place: Place): Promise<Endpoint> {
    const { host, container } = place
    const [made = endpoint] = await this.connectMany(network, host, [{ endpoint, container }])
    return made
  }

  connectMany(network: Network, host: Netns, joining: readonly Joining[]): Promise<Endpoint[]> {
    return this.#site(network, host).bridge.connect(joining)
  }

  disconnect(network: Network, endpoint: Endpoint, place: Place): Promise<void> {
    return this.#site(network, place.host).bridge.disconnect(endpoint)
  }

  /** Flannel looks after its routes every ten seconds (F5); a scenario says when. */
  async repair(network: Network): Promise<void> {
    const members = this.#made.get(network)
    for (const { site, carrier } of members) {
      const peers = members.map(other => other.site).filter(other => other !== site)
      carrier.remove(peers)
      carrier.add(peers)
    }
  }

  notes(network: Network): readonly string[] {
    return this.#backend.notes?.(network) ?? []
  }

  #site(network: Network, host: Netns): Site {
    const member = this.#made.get(network).find(({ site }) => site.host === host)
    if (member !== undefined) return member.site
    throw elsewhere(undefined, host.label, network.name)
  }

  #open(network: Network, part: HostPart): Promise<Member> {
    const { host, subnet, gateway } = part
    return allOrNothing(`network "${network.name}" on "${host.label}"`, async undo => {
      const options: OverlayOptions = network.options
      const uplink = uplinkOf(host, network.over)
      const mtu = options.mtu ?? uplink.mtu - this.#backend.overhead(network, uplink)
      const name = bridgeNameFor(network.name, options)
      const bridge = await HostBridge.create(host, {
        network: network.name,
        name,
        subnets: [{ subnet, gateway }],
        mtu,
        rules: {
          mode: 'cluster',
          bridge: name,
          subnets: [subnet],
          cluster: network.subnet,
          masquerade: options.masquerade ?? true,
          callsIptables: setBridgeNetfilter(host),
        },
      })
      undo.push('bridge', () => bridge.delete())
      networksRelyingOn(host).add(network.name)
      undo.push('name', () => void networksRelyingOn(host).delete(network.name))
      const site: Site = { ...part, uplink, bridge, mtu }
      const id = this.#claimId(network, host, undo)
      return { site, carrier: await this.#backend.open(network, site, id) }
    })
  }

  #claimId(network: Network, host: Netns, undo: Undo): number {
    const { ids } = this.#backend
    if (ids === undefined) return 0
    const id = ids.of(network, this.#backend.wantedId?.(network))
    undo.push('identifier', () => ids.release(host, network))
    ids.claim(host, network)
    return id
  }

  async #close(network: Network, members: readonly Member[]): Promise<void> {
    for (const { site, carrier } of members) {
      carrier.close()
      this.#backend.ids?.release(site.host, network)
      networksRelyingOn(site.host).delete(network.name)
    }
    await Promise.all(members.map(({ site }) => site.bridge.delete()))
  }
}

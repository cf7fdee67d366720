import { vxlanAdd } from '../../kernel/netlink/device-request.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import { fdbAdd, fdbDelete, fdbList, parseFdb } from '../../kernel/netlink/neighbour.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { deleteLink } from '../links.ts'
import type { Carrier, Site } from './site.ts'
import { addWays, removeWays } from './ways.ts'

export interface FlatVxlanOptions {
  vni: number
  port?: number
  flood?: 'head-end' | 'multicast'
  group?: string
}

/** Where frames go whose MAC is not known. */
const ALL = '00:00:00:00:00:00'

function groupFor(vni: number, { uplink }: Pick<Site, 'uplink'>): string {
  return uplink.family === 'inet'
    ? `239.1.${(vni >> 8) & 0xff}.${vni & 0xff}`
    : `ff05::${(vni & 0xffff).toString(16)}`
}

/** A VXLAN device that is a port of a bridge: the site's, or one that a script made. */
export type FlatSite = Pick<Site, 'host' | 'uplink' | 'mtu'> & {
  bridge: { link: { index: number; name: string } }
}

/**
 * A bridge stretched to other hosts: its VXLAN device is a port like any other, and learns which
 * MAC is behind which host.
 *
 *     web ══ br-blue ══ vxlan.42 ── eth0 ~~ UDP ~~ eth0 ── vxlan.42 ══ br-blue ══ db
 *
 * What is for everybody, or for a MAC that is not known yet, goes to each host by an entry of its
 * own (head-end replication), or once to a multicast group:
 *
 *     bridge fdb append 00:00:00:00:00:00 dev vxlan.42 dst 192.0.2.2 self permanent
 */
export class FlatVxlan implements Carrier<FlatSite> {
  readonly #site: FlatSite
  readonly #isHeadEnd: boolean
  readonly device: { index: number; name: string }

  constructor(site: FlatSite, options: FlatVxlanOptions) {
    const { host, uplink, mtu, bridge } = site
    const { vni, port = 4789, flood = 'head-end', group = groupFor(vni, site) } = options
    this.#site = site
    this.#isHeadEnd = flood === 'head-end'
    this.device = { index: host.nextIndex(), name: `vxlan.${vni}` }
    const spec = { ...this.device, mtu, id: vni, local: uplink.address, dev: uplink, port }
    host.execute(vxlanAdd({ ...spec, master: bridge.link, ...(this.#isHeadEnd ? {} : { group }) }))
    try {
      host.execute(...quietLink({ ...this.device, mtu }), linkSet(this.device, { up: true }))
    } catch (failure) {
      deleteLink(host, this.device)
      throw failure
    }
  }

  add(peers: readonly FlatSite[]): void {
    if (!this.#isHeadEnd) return
    const entries = peers.map(peer => ({ mac: ALL, dst: peer.uplink.address, append: true }))
    if (entries.length === 0) return
    const there = entries.map(entry => fdbAdd(this.device, entry))
    const back = entries.map(entry => fdbDelete(this.device, entry))
    addWays(this.#site.host, [{ there, back }])
  }

  /** With what was learned of them: it would lead nowhere for five minutes. */
  remove(peers: readonly FlatSite[]): void {
    const { host } = this.#site
    const theirs = new Set(peers.map(({ uplink }) => uplink.address))
    const entries = host
      .dump(fdbList, parseFdb)
      .filter(
        ({ index, dst }) => index === this.device.index && dst !== undefined && theirs.has(dst),
      )
    removeWays(
      host,
      entries.map(({ mac, dst = '' }) => fdbDelete(this.device, { mac, dst })),
    )
  }

  close(): void {
    deleteLink(this.#site.host, this.device)
  }
}

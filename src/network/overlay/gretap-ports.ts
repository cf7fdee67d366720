import { tunnelAdd } from '../../kernel/netlink/device-request.ts'
import { bridgePortSet, linkSet } from '../../kernel/netlink/link-request.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { TunnelStandIn } from '../../kernel/tunnel-stand-in/tunnel-stand-in.ts'
import { freeLinkName } from '../links.ts'
import type { FlatSite } from './flat-vxlan.ts'
import { kernelPort, type Port } from './kernel-port.ts'
import type { Carrier } from './site.ts'
import type { TunnelMaker } from './tunnel-choice.ts'

export interface GretapOptions {
  key?: number
  maker: TunnelMaker
  /** Another host has a stand-in. */
  isMixed: boolean
}

/**
 * A gretap device for each other host, all of them ports of the bridge:
 *
 *     web ══ br-blue ══ gretap-beta  ── eth0 ~~ GRE ~~ eth0 ── gretap-alpha ══ br-blue ══ db
 *                    ══ gretap-gamma ── eth0 ~~ GRE ~~ …
 *
 * The ports are isolated: what comes in by one never leaves by another, because the sender has sent
 * it there as well. Without that, three hosts are a ring that a broadcast goes round in for ever.
 */
export class GretapPorts implements Carrier<FlatSite> {
  readonly #site: FlatSite
  readonly #options: GretapOptions
  readonly #ports = new Map<FlatSite, Port>()

  constructor(site: FlatSite, options: GretapOptions) {
    this.#site = site
    this.#options = options
  }

  #device(peer: FlatSite): Port {
    const { host, uplink, mtu } = this.#site
    const { key, maker, isMixed } = this.#options
    const spec = {
      kind: 'gretap' as const,
      name: freeLinkName(host, `gretap-${peer.host.label}`),
      mtu,
      local: uplink.address,
      remote: peer.uplink.address,
      ...(key === undefined ? {} : { key }),
    }
    if (maker === 'userspace') return TunnelStandIn.create(host, spec)
    const add = (link: { index: number; name: string }) =>
      tunnelAdd({ ...spec, ...link, dev: uplink })
    return kernelPort(host, spec.name, { add, isMixed })
  }

  #open(peer: FlatSite): void {
    const { host, bridge, mtu } = this.#site
    const port = this.#device(peer)
    this.#ports.set(peer, port)
    host.execute(
      ...quietLink({ ...port, mtu }),
      linkSet(port, { master: bridge.link }),
      bridgePortSet(port, { isolated: true }),
      linkSet(port, { up: true }),
    )
  }

  add(peers: readonly FlatSite[]): void {
    try {
      for (const peer of peers) this.#open(peer)
    } catch (failure) {
      this.remove(peers)
      throw failure
    }
  }

  remove(peers: readonly FlatSite[]): void {
    for (const peer of peers) {
      this.#ports.get(peer)?.close()
      this.#ports.delete(peer)
    }
  }

  close(): void {
    this.remove([...this.#ports.keys()])
  }
}

import { addressAdd } from '../../kernel/netlink/address.ts'
import { tunnelAdd } from '../../kernel/netlink/device-request.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import type { Request } from '../../kernel/netlink/message.ts'
import { neighbourDelete, neighbourReplace } from '../../kernel/netlink/neighbour.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { routeAdd, routeDelete } from '../../kernel/netlink/route.ts'
import { TunnelStandIn } from '../../kernel/tunnel-stand-in/tunnel-stand-in.ts'
import { deleteLink } from '../links.ts'
import { finishPackets } from './finish-packets.ts'
import { zeroAddress, type Tunnel } from './routed-carrier.ts'
import type { Site } from './site.ts'
import type { TunnelMaker } from './tunnel-choice.ts'

export interface IpTunnelSpec {
  kind: 'ipip' | 'gre'
  name: string
  key?: number
  maker: TunnelMaker
  /** Another host has a stand-in. */
  isMixed: boolean
}

type Link = { index: number; name: string }

/** `via` the peer's own underlay address: the route says to whom the tunnel sends (F6). */
const routeTo = ({ subnet, uplink }: Site, dev: Link) => ({
  to: subnet,
  via: uplink.address,
  dev,
  onlink: true,
})

function bringUp(site: Site, device: Link): void {
  site.host.execute(
    ...quietLink({ ...device, mtu: site.mtu }),
    addressAdd(device, `${zeroAddress(site)}/32`),
    linkSet(device, { up: true }),
  )
}

/**
 * The kernel's IPIP or GRE device of one host, for any remote. For beta, 192.0.2.2 with
 * 10.244.2.0/24, alpha has:
 *
 *     ip route add 10.244.2.0/24 via 192.0.2.2 dev flannel.ipip onlink
 *
 * GRE finds the remote by its neighbour entry instead of the gateway (ipgre_header):
 *
 *     ip neigh replace 192.0.2.2 lladdr 192.0.2.2 dev flannel.gre nud permanent
 */
class KernelTunnel implements Tunnel {
  readonly hasDevice = true
  readonly #site: Site
  readonly #device: Link
  readonly #hasNeighbours: boolean

  constructor(site: Site, { kind, name, key, isMixed }: IpTunnelSpec) {
    const { host, uplink, mtu } = site
    this.#site = site
    this.#hasNeighbours = kind === 'gre'
    this.#device = { index: host.nextIndex(), name }
    const spec = { ...this.#device, kind, mtu, local: uplink.address, dev: uplink }
    host.execute(tunnelAdd(key === undefined ? spec : { ...spec, key }))
    try {
      if (isMixed) finishPackets(host, this.#device)
      bringUp(site, this.#device)
    } catch (failure) {
      this.close()
      throw failure
    }
  }

  there(peer: Site): Request[] {
    const { address } = peer.uplink
    return [
      ...(this.#hasNeighbours ? [neighbourReplace(this.#device, address, address)] : []),
      routeAdd(routeTo(peer, this.#device)),
    ]
  }

  back(peer: Site): Request[] {
    return [
      routeDelete(routeTo(peer, this.#device)),
      ...(this.#hasNeighbours ? [neighbourDelete(this.#device, peer.uplink.address)] : []),
    ]
  }

  close(): void {
    deleteLink(this.#site.host, this.#device)
  }
}

/** The same routes; which remote a packet goes to, the stand-in knows by its destination. */
class StandInTunnel implements Tunnel {
  readonly hasDevice = true
  readonly #host: Site['host']
  readonly #isGre: boolean
  readonly #device: TunnelStandIn

  constructor(site: Site, { kind, name, key }: IpTunnelSpec) {
    const { host, uplink, mtu } = site
    this.#host = host
    this.#isGre = kind === 'gre'
    const spec = { kind, name, mtu, local: uplink.address }
    this.#device = TunnelStandIn.create(host, key === undefined ? spec : { ...spec, key })
    try {
      bringUp(site, this.#device)
    } catch (failure) {
      this.close()
      throw failure
    }
  }

  there(peer: Site): Request[] {
    return [routeAdd(routeTo(peer, this.#device))]
  }

  back(peer: Site): Request[] {
    return [routeDelete(routeTo(peer, this.#device))]
  }

  onPeer({ subnet, uplink: { address } }: Site, isThere: boolean): void {
    if (isThere) this.#device.addPeer(subnet, address)
    else this.#device.removePeer(subnet)
    if (!this.#isGre) return
    const { shell } = isThere
      ? neighbourReplace(this.#device, address, address)
      : neighbourDelete(this.#device, address)
    this.#host.announce(`# userspace stand-in for: ${shell}`)
  }

  close(): void {
    this.#device.close()
  }
}

export function ipTunnel(site: Site, spec: IpTunnelSpec): Tunnel {
  return spec.maker === 'kernel' ? new KernelTunnel(site, spec) : new StandInTunnel(site, spec)
}

import { addressAdd } from '../../kernel/netlink/address.ts'
import { vxlanAdd } from '../../kernel/netlink/device-request.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import type { Request } from '../../kernel/netlink/message.ts'
import {
  fdbAdd,
  fdbDelete,
  neighbourDelete,
  neighbourReplace,
} from '../../kernel/netlink/neighbour.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { routeAdd, routeDelete } from '../../kernel/netlink/route.ts'
import { deleteLink } from '../links.ts'
import { macFor } from '../network.ts'
import { zeroAddress, type Tunnel } from './routed-carrier.ts'
import type { Site } from './site.ts'

/** Made from the part, so that it stays the same when the device is made anew (F4). */
const vtepMac = (site: Site) => macFor(zeroAddress(site))

/**
 * Flannel's VXLAN device on one host. For beta, 192.0.2.2 with 10.244.2.0/24, alpha has (F2):
 *
 *     ip neigh replace 10.244.2.0 lladdr 02:42:0a:f4:02:00 dev flannel.1 nud permanent
 *     bridge fdb add 02:42:0a:f4:02:00 dev flannel.1 dst 192.0.2.2 self permanent
 *     ip route add 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink
 *
 * Nothing is learned, asked for, or sent to everybody (F3).
 */
export class VxlanTunnel implements Tunnel {
  readonly hasDevice = true
  readonly #site: Site
  readonly #device: { index: number; name: string }

  constructor(site: Site, { vni, port = 8472 }: { vni: number; port?: number }) {
    const { host, uplink, mtu } = site
    this.#site = site
    this.#device = { index: host.nextIndex(), name: `flannel.${vni}` }
    const mac = vtepMac(site)
    const spec = { ...this.#device, mac, mtu, id: vni, local: uplink.address, dev: uplink, port }
    host.execute(vxlanAdd({ ...spec, learning: false }))
    try {
      host.execute(
        ...quietLink({ ...this.#device, mtu }),
        addressAdd(this.#device, `${zeroAddress(site)}/32`),
        linkSet(this.#device, { up: true }),
      )
    } catch (failure) {
      deleteLink(host, this.#device)
      throw failure
    }
  }

  there(peer: Site): Request[] {
    const via = zeroAddress(peer)
    const mac = vtepMac(peer)
    return [
      neighbourReplace(this.#device, via, mac),
      fdbAdd(this.#device, { mac, dst: peer.uplink.address }),
      routeAdd({ to: peer.subnet, via, dev: this.#device, onlink: true }),
    ]
  }

  back(peer: Site): Request[] {
    const via = zeroAddress(peer)
    return [
      routeDelete({ to: peer.subnet, via, dev: this.#device }),
      fdbDelete(this.#device, { mac: vtepMac(peer), dst: peer.uplink.address }),
      neighbourDelete(this.#device, via),
    ]
  }

  close(): void {
    deleteLink(this.#site.host, this.#device)
  }
}

import { vlanAdd } from '../../kernel/netlink/device-request.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import type { Netns } from '../../kernel/netns.ts'
import { VlanStandIn } from '../../kernel/tunnel-stand-in/vlan-stand-in.ts'
import { deleteLink } from '../links.ts'
import { finishPackets } from './finish-packets.ts'
import type { FlatSite } from './flat-vxlan.ts'
import type { Carrier } from './site.ts'
import type { TunnelMaker } from './tunnel-choice.ts'

export interface VlanPortOptions {
  id: number
  name: string
  maker: TunnelMaker
  /** Whether there are stand-ins on other hosts. */
  isMixed: boolean
}

type Port = { index: number; name: string; close(): void }

function kernelDevice(host: Netns, { uplink, mtu }: FlatSite, options: VlanPortOptions): Port {
  const { id, name, isMixed } = options
  const device = { index: host.nextIndex(), name }
  host.execute(vlanAdd({ ...device, mtu, id, parent: uplink }))
  const port = { ...device, close: () => deleteLink(host, device) }
  try {
    if (isMixed) finishPackets(host, port)
    return port
  } catch (failure) {
    port.close()
    throw failure
  }
}

/** A VLAN of a host's uplink as a port of its bridge. Who else is there, the wire tells. */
export class VlanPort implements Carrier<FlatSite> {
  readonly #port: Port

  constructor(site: FlatSite, options: VlanPortOptions) {
    const { host, uplink, mtu, bridge } = site
    const { id, name, maker } = options
    this.#port =
      maker === 'kernel'
        ? kernelDevice(host, site, options)
        : VlanStandIn.create(host, { name, id, parent: uplink, mtu })
    try {
      host.execute(
        ...quietLink({ ...this.#port, mtu }),
        linkSet(this.#port, { master: bridge.link }),
        linkSet(this.#port, { up: true }),
      )
    } catch (failure) {
      this.close()
      throw failure
    }
  }

  add(): void {}

  remove(): void {}

  close(): void {
    this.#port.close()
  }
}

import { vlanAdd } from '../../kernel/netlink/device-request.ts'
import { linkSet } from '../../kernel/netlink/link-request.ts'
import { quietLink } from '../../kernel/netlink/quiet-link.ts'
import { VlanStandIn } from '../../kernel/tunnel-stand-in/vlan-stand-in.ts'
import type { FlatSite } from './flat-vxlan.ts'
import { kernelPort, type Port } from './kernel-port.ts'
import type { Carrier } from './site.ts'
import type { TunnelMaker } from './tunnel-choice.ts'

export interface VlanPortOptions {
  id: number
  name: string
  maker: TunnelMaker
  /** Whether there are stand-ins on other hosts. */
  isMixed: boolean
}

/** A VLAN of a host's uplink as a port of its bridge. Who else is there, the wire tells. */
export class VlanPort implements Carrier<FlatSite> {
  readonly #port: Port

  constructor(site: FlatSite, options: VlanPortOptions) {
    const { host, uplink, mtu, bridge } = site
    const { id, name, maker, isMixed } = options
    this.#port =
      maker === 'kernel'
        ? kernelPort(host, name, {
            add: link => vlanAdd({ ...link, mtu, id, parent: uplink }),
            isMixed,
          })
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

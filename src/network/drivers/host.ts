import { UsageError } from '../../errors.ts'
import { linkGet, parseLink } from '../../kernel/netlink/link-list.ts'
import { refusePorts } from '../network-failures.ts'
import type { NetworkDriver, NetworkPlan, NetworkRequest } from '../network-driver.ts'
import type { Endpoint, Network, Place } from '../network.ts'
import { uplinkOf } from '../uplink.ts'
import { checkOptions } from './driver-options.ts'

/**
 * The container uses its host's own network: the same links, addresses, ports and rules. Nothing is
 * made and nothing is translated; two containers cannot listen on one port.
 */
class HostDriver implements NetworkDriver {
  readonly name = 'host'

  plan({ name, options }: NetworkRequest): NetworkPlan {
    checkOptions({ driver: 'host', types: {} }, name, options)
    return { addressing: 'hosts' }
  }

  async create(): Promise<void> {}

  async delete(): Promise<void> {}

  async addHost(): Promise<void> {}

  async removeHost(): Promise<void> {}

  async connect({ over }: Network, endpoint: Endpoint, place: Place): Promise<Endpoint> {
    const { host, container } = place
    if (endpoint.ports.length > 0) throw refusePorts(endpoint, this.name)
    if (container.shares !== host) {
      const message = `"${container.label}" has a network of its own, so "${endpoint.network}" cannot be the host's`
      throw new UsageError(message, {
        code: 'TNET_NETWORK_NAMESPACE',
        hint: `make it there: ${host.label}.container('${container.label}', { network })`,
      })
    }
    const { name } = uplinkOf(host, over)
    const mac = host.get(linkGet(name), parseLink)?.mac ?? endpoint.mac
    return { ...endpoint, device: name, mac, gateways: [] }
  }

  async disconnect(): Promise<void> {}
}

export const hostDriver: NetworkDriver = new HostDriver()

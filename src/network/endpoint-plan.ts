import { randomId } from '../kernel/random-id.ts'
import type { Undo } from '../undo.ts'
import { defaultRoutes } from './default-routes.ts'
import { freeDevice } from './links.ts'
import type { LiveNetwork } from './live-network.ts'
import type { ConnectOptions } from './network-options.ts'
import { macFor, type Endpoint, type Place } from './network.ts'
import { parsePortMapping } from './port-mapping.ts'

/**
 * An endpoint that is to be: addresses from IPAM, and all that follows from them.
 *
 * @param isFresh the container has nothing but `lo`: nobody need ask what it has
 */
export async function planEndpoint(
  { network, addressing, plan }: LiveNetwork,
  { host, container }: Place,
  { options, undo, isFresh }: { options: ConnectOptions; undo: Undo; isFresh: boolean },
): Promise<Endpoint> {
  const id = randomId(12)
  const ports = (options.publish ?? []).flatMap(parsePortMapping)
  undo.push('addresses', () => addressing.release(id))
  const addresses = await addressing.allocate(network, host, { owner: id, options })
  const part = network.parts.find(part => part.host === host)
  const gateways = [plan.nextHop ?? part?.gateway, network.ipv6?.gateway]
  return {
    id,
    network: network.name,
    container: container.label,
    host: host.label,
    device: options.device ?? (isFresh ? 'eth0' : freeDevice(container)),
    ...addresses,
    mac: options.mac ?? macFor(addresses.address),
    ports,
    gateways: network.isInternal
      ? []
      : defaultRoutes(
          gateways,
          container,
          isFresh ? (options.defaultRoute ?? true) : options.defaultRoute,
        ),
  }
}

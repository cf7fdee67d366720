import type { Netns } from '../kernel/netns.ts'
import type { Undo } from '../undo.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { planEndpoint } from './endpoint-plan.ts'
import type { LiveNetwork } from './live-network.ts'
import type { Joining } from './network-driver.ts'
import type { ConnectOptions } from './network-options.ts'
import type { NetworkRecords } from './network-records.ts'
import type { Endpoint, Place } from './network.ts'

/** A container that was just made, and what it is to have. */
export interface Fresh {
  readonly container: Netns
  readonly options?: ConnectOptions
}

/** One container: addresses, devices, record; all of it or nothing. */
export function connectOne(
  live: LiveNetwork,
  records: NetworkRecords,
  { place, options }: { place: Place; options: ConnectOptions },
): Promise<Endpoint> {
  const { network, driver } = live
  const what = `endpoint of "${place.container.label}" on "${network.name}"`
  return allOrNothing(what, async undo => {
    const planned = await planEndpoint(live, place, { options, undo, isFresh: false })
    const endpoint = await driver.connect(network, planned, place)
    undo.push('devices', () => driver.disconnect(network, endpoint, place))
    await records.putEndpoints([endpoint])
    return endpoint
  })
}

/** Devices of many containers of a host: at once where the driver can, else one by one. */
async function wire(
  { network, driver }: LiveNetwork,
  host: Netns,
  { joining, undo }: { joining: readonly Joining[]; undo: Undo },
): Promise<readonly Endpoint[]> {
  const disconnect = (endpoint: Endpoint, container: Netns) =>
    undo.push('devices', () => driver.disconnect(network, endpoint, { host, container }))
  if (driver.connectMany !== undefined && joining.length > 0) {
    const made = await driver.connectMany(network, host, joining)
    made.forEach((endpoint, n) => disconnect(endpoint, joining[n]?.container ?? host))
    return made
  }
  const made: Endpoint[] = []
  for (const { endpoint, container } of joining) {
    const one = await driver.connect(network, endpoint, { host, container })
    disconnect(one, container)
    made.push(one)
  }
  return made
}

/** Many fresh containers of one host, all or none. */
export function connectMany(
  live: LiveNetwork,
  records: NetworkRecords,
  { host, wanted }: { host: Netns; wanted: readonly Fresh[] },
): Promise<readonly Endpoint[]> {
  return allOrNothing(`endpoints on "${live.network.name}"`, async undo => {
    const joining: Joining[] = []
    for (const { container, options = {} } of wanted) {
      const endpoint = await planEndpoint(
        live,
        { host, container },
        { options, undo, isFresh: true },
      )
      joining.push({ endpoint, container })
    }
    const endpoints = await wire(live, host, { joining, undo })
    await records.putEndpoints(endpoints)
    return endpoints
  })
}

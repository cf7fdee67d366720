import type { Netns } from '../kernel/netns.ts'
import type { Undo } from '../undo.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { planEndpoint } from './endpoint-plan.ts'
import type { LiveNetwork } from './live-network.ts'
import type { Joining } from './network-driver.ts'
import type { ConnectOptions } from './network-options.ts'
import type { NetworkRecords } from './network-records.ts'
import type { Endpoint } from './network.ts'

/** A container, and what it is to have. */
export interface Wanted {
  readonly container: Netns
  readonly options?: ConnectOptions
}

/** Their devices: at once where the driver can, else one by one. */
async function wire(
  { network, driver }: LiveNetwork,
  host: Netns,
  { joining, undo }: { joining: readonly Joining[]; undo: Undo },
): Promise<readonly Endpoint[]> {
  const disconnect = (endpoint: Endpoint, container: Netns) =>
    undo.push('devices', () => driver.disconnect(network, endpoint, { host, container }))
  if (driver.connectMany !== undefined && joining.length > 1) {
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

/**
 * Containers of one host: addresses, devices, records; all of it or nothing.
 *
 * @param isFresh they were just made: nobody need ask what they have
 */
export function connectAll(
  live: LiveNetwork,
  records: NetworkRecords,
  { host, wanted, isFresh }: { host: Netns; wanted: readonly Wanted[]; isFresh: boolean },
): Promise<readonly Endpoint[]> {
  const names = wanted.map(({ container }) => `"${container.label}"`).join(', ')
  return allOrNothing(`endpoint of ${names} on "${live.network.name}"`, async undo => {
    const joining: Joining[] = []
    for (const { container, options = {} } of wanted) {
      const place = { host, container }
      const endpoint = await planEndpoint(live, place, { options, undo, isFresh })
      joining.push({ endpoint, container })
    }
    const endpoints = await wire(live, host, { joining, undo })
    await records.putEndpoints(endpoints)
    return endpoints
  })
}

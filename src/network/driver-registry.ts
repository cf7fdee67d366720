import { UsageError } from '../errors.ts'
import type { NetworkDriver } from './network-driver.ts'

/** Ours, each loaded when it is first asked for: a scenario without networks needs none. */
const own: Readonly<Record<string, () => Promise<NetworkDriver>>> = {
  bridge: async () => (await import('./drivers/bridge.ts')).bridgeDriver,
  gre: async () => (await import('./drivers/gre.ts')).greDriver,
  gretap: async () => (await import('./drivers/gretap.ts')).gretapDriver,
  host: async () => (await import('./drivers/host.ts')).hostDriver,
  'host-gw': async () => (await import('./drivers/host-gw.ts')).hostGwDriver,
  ipip: async () => (await import('./drivers/ipip.ts')).ipipDriver,
  macvlan: async () => (await import('./drivers/macvlan.ts')).macvlanDriver,
  routed: async () => (await import('./drivers/routed.ts')).routedDriver,
  vlan: async () => (await import('./drivers/vlan.ts')).vlanDriver,
  vxlan: async () => (await import('./drivers/vxlan.ts')).vxlanDriver,
}

const drivers = new Map<string, NetworkDriver>()

/**
 * Makes a driver known by its name.
 *
 * @returns what takes it back.
 * @throws UsageError TNET_DRIVER_EXISTS
 */
export function registerDriver(driver: NetworkDriver): () => void {
  if (drivers.has(driver.name) || Object.hasOwn(own, driver.name)) {
    throw new UsageError(`there is already a network driver "${driver.name}"`, {
      code: 'TNET_DRIVER_EXISTS',
      hint: 'give yours another name',
    })
  }
  drivers.set(driver.name, driver)
  return () => {
    if (drivers.get(driver.name) === driver) drivers.delete(driver.name)
  }
}

/** @throws UsageError TNET_DRIVER_UNKNOWN naming those that there are */
export async function driverNamed(name: string): Promise<NetworkDriver> {
  const driver = drivers.get(name) ?? (Object.hasOwn(own, name) ? await own[name]?.() : undefined)
  if (driver !== undefined) return driver
  throw new UsageError(`there is no network driver ${JSON.stringify(name)}`, {
    code: 'TNET_DRIVER_UNKNOWN',
    hint: `choose one of ${[...Object.keys(own), ...drivers.keys()].sort().join(', ')}, or register yours first`,
  })
}

import { UsageError } from '../errors.ts'
import type { NetworkDriver } from './network-driver.ts'

/** Ours, each loaded when it is first asked for: a scenario without networks needs none. */
const own: Readonly<Record<string, () => Promise<NetworkDriver>>> = {
  bridge: async () => (await import('./drivers/bridge.ts')).bridgeDriver,
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

import { UsageError } from '../errors.ts'
import { bridgeDriver } from './drivers/bridge.ts'
import type { NetworkDriver } from './network-driver.ts'

const drivers = new Map<string, NetworkDriver>([[bridgeDriver.name, bridgeDriver]])

/**
 * Makes a driver known by its name.
 *
 * @returns what takes it back.
 * @throws UsageError TNET_DRIVER_EXISTS
 */
export function registerDriver(driver: NetworkDriver): () => void {
  if (drivers.has(driver.name)) {
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
export function driverNamed(name: string): NetworkDriver {
  const driver = drivers.get(name)
  if (driver !== undefined) return driver
  throw new UsageError(`there is no network driver ${JSON.stringify(name)}`, {
    code: 'TNET_DRIVER_UNKNOWN',
    hint: `choose one of ${[...drivers.keys()].sort().join(', ')}, or register yours first`,
  })
}

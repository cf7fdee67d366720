import { UsageError } from '../errors.ts'
import type { Network } from './network.ts'

/** What a driver keeps of each network that it made; one driver serves any number of labs. */
export interface Made<T> {
  /** @throws UsageError TNET_NETWORK_UNKNOWN for a network that another process made */
  get(network: Network): T
  set(network: Network, made: T): void
  delete(network: Network): void
}

export function madeBy<T extends object>(): Made<T> {
  const all = new WeakMap<Network, T>()
  return {
    get(network) {
      const made = all.get(network)
      if (made !== undefined) return made
      throw new UsageError(`network "${network.name}" is not one that this process made`, {
        code: 'TNET_NETWORK_UNKNOWN',
        hint: 'create it in this lab first',
      })
    },
    set: (network, made) => void all.set(network, made),
    delete: network => void all.delete(network),
  }
}

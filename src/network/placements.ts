import type { Netns } from '../kernel/netns.ts'
import type { Endpoint, Place } from './network.ts'

/** A container on a network, or on its way there. */
export interface Placement {
  readonly network: string
  readonly place: Place
  /** Not there while it is being connected. */
  endpoint: Endpoint | undefined
}

/** Which containers are on which networks of this process. */
export class Placements {
  readonly #all = new Set<Placement>()

  /** Those of a network, or of one host of it. */
  on(network: string, host?: Netns): Placement[] {
    return [...this.#all].filter(
      ({ network: name, place }) => name === network && (host === undefined || place.host === host),
    )
  }

  find(network: string, container: Netns): Placement | undefined {
    for (const placed of this.#all) {
      if (placed.network === network && placed.place.container === container) return placed
    }
    return undefined
  }

  /** Counts containers as placed from the beginning of `connect`; no longer when that fails. */
  async during(
    network: string,
    places: readonly Place[],
    connect: () => Promise<readonly Endpoint[]>,
  ): Promise<readonly Endpoint[]> {
    const placed = places.map((place): Placement => ({ network, place, endpoint: undefined }))
    for (const one of placed) this.#all.add(one)
    try {
      const endpoints = await connect()
      for (const [n, one] of placed.entries()) one.endpoint = endpoints[n]
      return endpoints
    } catch (failure) {
      for (const one of placed) this.#all.delete(one)
      throw failure
    }
  }

  remove(placed: Placement): void {
    this.#all.delete(placed)
  }
}

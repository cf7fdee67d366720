import { KernelError } from '../../errors.ts'
import type { Request } from '../../kernel/netlink/message.ts'
import type { Netns } from '../../kernel/netns.ts'

/** What is gone already needs no removing: with its device, or by hand. */
const gone = new Set(['ENOENT', 'ESRCH', 'ENODEV'])

/** Removes routes, neighbours and FDB entries; those that are not there are as good. */
export function removeWays(host: Netns, requests: readonly Request[]): void {
  for (const request of requests) {
    try {
      host.execute(request)
    } catch (error) {
      if (!(error instanceof KernelError) || !gone.has(error.errno)) throw error
    }
  }
}

/** Requests that are made together, and what removes them. */
export interface WayThere {
  there: readonly Request[]
  back: readonly Request[]
}

/**
 * Adds all or none. Of a way that is refused, several requests are on a device of the network's own,
 * and removed; one alone was not done, and what is in its place is somebody else's.
 */
export function addWays(host: Netns, ways: readonly WayThere[]): void {
  const made: WayThere[] = []
  try {
    for (const way of ways) {
      host.execute(...way.there)
      made.push(way)
    }
  } catch (failure) {
    const refused = ways[made.length]
    if (refused !== undefined && refused.there.length > 1) removeWays(host, refused.back)
    for (const { back } of made.toReversed()) removeWays(host, back)
    throw failure
  }
}

import { TnetError } from '../errors.ts'
import { OpenPool } from './open-pool.ts'
import { heldAddress } from './pool-info.ts'
import type { Keys } from './records.ts'
import type { Entry, Store } from './store/store.ts'
import { transact } from './store/transaction.ts'

/** Addresses in one change: each is a record and its owner's, and etcd takes 128 operations. */
const BATCH = 16

/** An address that was held under a lease that has ended. */
export interface AbandonedAddress {
  pool: string
  address: string
  owner: string | undefined
  lease: string
}

/** Addresses whose lease has ended, in one pool or in all, as it looked a moment ago. */
export async function listAbandoned(
  store: Store,
  keys: Keys,
  pool?: string,
): Promise<AbandonedAddress[]> {
  const prefix = pool === undefined ? keys.everyPoolsAddresses : keys.addresses(pool)
  const held = (await store.list(prefix)).flatMap(entry => readLeased(keys, entry))
  if (held.length === 0) return []
  const markers = new Set((await store.list(keys.lease())).map(({ key }) => key))
  return held.filter(({ lease }) => !markers.has(keys.lease(lease)))
}

/** What cannot be read is fsck's to tell. */
function readLeased(keys: Keys, entry: Entry): AbandonedAddress[] {
  try {
    const { address, owner, lease } = heldAddress(entry)
    const [pool = ''] = entry.key.slice(keys.everyPoolsAddresses.length).split('/')
    return lease === undefined ? [] : [{ pool: decodeURIComponent(pool), address, owner, lease }]
  } catch {
    return []
  }
}

/**
 * Takes back addresses whose lease has ended. Each change compares that the leases are gone which
 * the addresses are held under by then.
 *
 * @returns those that this call took back; others may do the same meanwhile.
 */
export async function reclaim(
  store: Store,
  keys: Keys,
  pool?: string,
): Promise<AbandonedAddress[]> {
  const found = new Map<string, AbandonedAddress[]>()
  for (const held of await listAbandoned(store, keys, pool)) {
    found.set(held.pool, [...(found.get(held.pool) ?? []), held])
  }
  const reclaimed: AbandonedAddress[] = []
  for (const [name, all] of found) {
    for (let at = 0; at < all.length; at += BATCH) {
      reclaimed.push(...(await reclaimSome(store, keys, name, all.slice(at, at + BATCH))))
    }
  }
  return reclaimed
}

async function reclaimSome(
  store: Store,
  keys: Keys,
  pool: string,
  batch: readonly AbandonedAddress[],
): Promise<AbandonedAddress[]> {
  try {
    return await transact(store, keys.pool(pool), async tx => {
      const open = await OpenPool.load(tx, keys, pool)
      const done: AbandonedAddress[] = []
      for (const held of batch) {
        if (await open.giveBackAbandoned(open.placeOf(held.address))) done.push(held)
      }
      return done
    })
  } catch (error) {
    // Somebody deleted the pool, and with it what was held.
    if (error instanceof TnetError && error.code === 'TNET_POOL_UNKNOWN') return []
    throw error
  }
}

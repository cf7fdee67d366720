import { TnetError } from '../../errors.ts'
import { listAbandoned, reclaim } from '../reclaim.ts'
import type { AbandonedAddress } from '../reclaim.ts'
import type { Keys } from '../records.ts'
import type { Finding, Store } from '../store/store.ts'

/** Addresses whose lease has ended: nobody has them any more, and nobody took them back yet. */
export async function leaseFindings(
  store: Store,
  keys: Keys,
  { repair }: { repair: boolean },
): Promise<Finding[]> {
  const reclaimed = repair ? await tryReclaim(store, keys) : []
  const left = await listAbandoned(store, keys)
  return [...reclaimed.map(held => finding(held, true)), ...left.map(held => finding(held, false))]
}

/** What is left of a pool that cannot be mended is left alone. */
async function tryReclaim(store: Store, keys: Keys): Promise<AbandonedAddress[]> {
  try {
    return await reclaim(store, keys)
  } catch (error) {
    if (error instanceof TnetError && error.code === 'TNET_POOL_DAMAGED') return []
    throw error
  }
}

function finding({ pool, address, lease }: AbandonedAddress, isRepaired: boolean): Finding {
  const message = `${address} is held under lease ${lease}, which has ended`
  return { code: 'TNET_FSCK_LEASE', where: pool, message, isRepaired }
}

import { DeadlineError } from '../../errors.ts'
import { Pool } from '../pool.ts'
import type { PoolDefinition } from '../pool.ts'
import { decodeIndex, decodePool, encodeIndex, encodePool } from '../records.ts'
import type { Keys, PoolIndex, PoolRecord } from '../records.ts'
import type { Entry, Finding, Store } from '../store/store.ts'
import { Audit } from './audit.ts'
import type { Mend } from './audit.ts'
import { PoolAudit } from './pool-audit.ts'
import { sortEntries } from './sorted-entries.ts'
import type { PoolEntries, SortedEntries } from './sorted-entries.ts'

/** Changes in one commit: etcd takes 128 operations by default. */
const BATCH = 100

export interface FsckReport {
  /** Nothing is wrong, or no longer. */
  isClean: boolean
  findings: Finding[]
  pools: number
  addresses: number
}

/**
 * Compares everything that is recorded.
 *
 * @throws DeadlineError TNET_STORE_CONTENDED when others keep changing what is to be mended.
 */
export async function fsck(
  store: Store,
  keys: Keys,
  { repair = false }: { repair?: boolean },
): Promise<FsckReport> {
  const below = await store.check({ repair })
  // Of a file that is damaged nothing can be read before it is mended.
  if (below.some(({ code, isRepaired }) => code === 'TNET_FSCK_JOURNAL' && !isRepaired)) {
    return { isClean: false, findings: below, pools: 0, addresses: 0 }
  }
  for (let attempt = 0; attempt < 10; attempt++) {
    const audit = new Audit(await store.list(keys.root))
    const { pools, addresses } = await examine(audit, keys)
    if (repair && !(await mendAll(store, audit))) continue
    const findings = [...below, ...audit.findings(repair)]
    return { isClean: findings.every(({ isRepaired }) => isRepaired), findings, pools, addresses }
  }
  throw new DeadlineError('fsck could not repair: the pools are being changed', {
    code: 'TNET_STORE_CONTENDED',
    hint: 'stop what allocates and releases, and run it again',
  })
}

async function mendAll(store: Store, audit: Audit): Promise<boolean> {
  for (const [fence, mend] of audit.mends) {
    if (!(await mendUnder(store, audit, fence, mend))) return false
  }
  return true
}

/** Makes the changes in batches while the fence stands; the fence's own change comes last. */
async function mendUnder(store: Store, audit: Audit, fence: string, mend: Mend): Promise<boolean> {
  const changes = [...[...mend.delete].map(key => [key, undefined] as const), ...mend.put].sort(
    ([a], [b]) => Number(a === fence) - Number(b === fence),
  )
  const expect = new Map([[fence, audit.entries.get(fence)?.revision ?? 0]])
  for (let at = 0; at < changes.length; at += BATCH) {
    const batch = changes.slice(at, at + BATCH)
    const put = new Map<string, string>()
    for (const [key, value] of batch) if (value !== undefined) put.set(key, value)
    const deleted = new Set(batch.map(([key]) => key).filter(key => !put.has(key)))
    if (!(await store.commit({ expect, put, delete: deleted }))) return false
  }
  return true
}

async function examine(audit: Audit, keys: Keys): Promise<{ pools: number; addresses: number }> {
  const sorted = sortEntries(audit, keys)
  const index = readIndex(keys, sorted.index)
  const records = readPools(audit, keys, sorted, index ?? new Map())
  auditIndex(audit, keys, index, records)
  auditOverlaps(audit, [...records.values()])
  let addresses = 0
  for (const [name, parts] of sorted.parts) {
    const record = records.get(name)
    addresses += parts.addresses.length
    if (record !== undefined) await new PoolAudit(audit, keys, record, parts).run()
    else if (!sorted.pools.has(name)) auditOrphans(audit, keys, name, parts)
  }
  return { pools: records.size, addresses }
}

/** The index; what cannot be read of it, `auditIndex` writes anew from the pools. */
function readIndex(keys: Keys, entry: Entry | undefined): PoolIndex | undefined {
  try {
    return decodeIndex(keys.index, entry?.value)
  } catch {
    return undefined
  }
}

function readPools(
  audit: Audit,
  keys: Keys,
  { pools, parts }: SortedEntries,
  index: PoolIndex,
): Map<string, PoolRecord> {
  const records = new Map<string, PoolRecord>()
  for (const name of new Set([...pools.keys(), ...index.keys()])) {
    const record = readPool(keys, name, pools.get(name))
    const definition = index.get(name)
    if (record !== undefined) records.set(name, record)
    else if (definition !== undefined) {
      records.set(name, restorePool(audit, keys, definition, pools.has(name)))
      if (!parts.has(name)) parts.set(name, { addresses: [], blocks: [], owners: new Map() })
    } else audit.report('POOL', name, 'its record cannot be read, and the index does not know it')
  }
  return records
}

function readPool(keys: Keys, name: string, entry: Entry | undefined): PoolRecord | undefined {
  if (entry === undefined) return undefined
  try {
    const record = decodePool(keys.pool(name), entry.value)
    return record.pool.name === name ? record : undefined
  } catch {
    return undefined
  }
}

/** A pool's record out of the index; its counters are mended after it. */
function restorePool(
  audit: Audit,
  keys: Keys,
  definition: PoolDefinition,
  isThere: boolean,
): PoolRecord {
  const pool = new Pool(definition)
  const message = isThere ? 'its record cannot be read' : 'it is in the index, but has no record'
  const record = { pool, free: pool.capacity, last: undefined }
  const key = keys.pool(definition.name)
  audit.mend(['POOL', definition.name, message], key, [[key, encodePool(record)]])
  return record
}

function auditIndex(
  audit: Audit,
  keys: Keys,
  index: PoolIndex | undefined,
  records: ReadonlyMap<string, PoolRecord>,
): void {
  const right = new Map([...records].map(([name, { pool }]) => [name, pool.definition]))
  const isWrong = (name: string) =>
    JSON.stringify(index?.get(name)) !== JSON.stringify(right.get(name))
  const wrong = [...new Set([...(index?.keys() ?? []), ...right.keys()])].filter(isWrong)
  if (index !== undefined && wrong.length === 0) return
  const message =
    index === undefined
      ? 'the index of pools cannot be read'
      : `it disagrees with the record of ${wrong.map(name => `"${name}"`).join(', ')}`
  audit.mend(['INDEX', keys.index, message], keys.index, [[keys.index, encodeIndex(right)]])
}

function auditOverlaps(audit: Audit, records: readonly PoolRecord[]): void {
  for (const [n, { pool }] of records.entries()) {
    for (const { pool: other } of records.slice(n + 1)) {
      if (!pool.subnet.overlaps(other.subnet)) continue
      const message = `it (${pool.subnet}) overlaps pool "${other.name}" (${other.subnet})`
      audit.report('OVERLAP', pool.name, message)
    }
  }
}

/** Parts of a pool that is not there: what is left of it is deleted. */
function auditOrphans(audit: Audit, keys: Keys, pool: string, parts: PoolEntries): void {
  const orphans = [
    ...[...parts.addresses, ...parts.blocks].map(({ key }) => key),
    ...[...parts.owners.keys()].map(owner => keys.owner(owner, pool)),
  ]
  const message = `there is no such pool, but ${orphans.length} records belong to it`
  audit.mend(
    ['ORPHAN', pool, message],
    keys.pool(pool),
    orphans.map(key => [key, undefined] as const),
  )
}

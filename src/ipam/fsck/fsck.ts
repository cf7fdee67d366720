import { DeadlineError } from '../../errors.ts'
import { isSpace } from '../blocks/space.ts'
import type { SpaceDefinition } from '../blocks/space.ts'
import { Pool } from '../pool.ts'
import type { PoolDefinition } from '../pool.ts'
import { decodeAnyPool, decodeIndex, encodeIndex, encodePool, sharedRecord } from '../records.ts'
import type { AnyPoolRecord, Keys, PoolIndex } from '../records.ts'
import { titled } from '../refusals.ts'
import type { Entry, Finding, Store } from '../store/store.ts'
import { parseCidr } from '../subnet.ts'
import { Audit } from './audit.ts'
import type { Mend } from './audit.ts'
import { leaseFindings } from './lease-findings.ts'
import { PoolAudit } from './pool-audit.ts'
import { sortEntries } from './sorted-entries.ts'
import type { PoolEntries, SortedEntries } from './sorted-entries.ts'
import { SpaceAudit } from './space-audit.ts'

/** Changes in one commit, each of which compares two keys: etcd takes 128 by default. */
const BATCH = 60

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
    const leases = await leaseFindings(store, keys, { repair })
    const findings = [...below, ...audit.findings(repair), ...leases]
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

/**
 * Makes the changes in batches while the fence stands, and nothing else has changed that they were
 * deduced from; the fence's own change comes last.
 */
async function mendUnder(store: Store, audit: Audit, fence: string, mend: Mend): Promise<boolean> {
  const changes = [...[...mend.delete].map(key => [key, undefined] as const), ...mend.put].sort(
    ([a], [b]) => Number(a === fence) - Number(b === fence),
  )
  for (let at = 0; at < changes.length; at += BATCH) {
    const batch = new Map(changes.slice(at, at + BATCH))
    const put = new Map<string, string>()
    for (const [key, value] of batch) if (value !== undefined) put.set(key, value)
    const deleted = new Set([...batch.keys()].filter(key => !put.has(key)))
    const basis = [...batch.keys()].flatMap(key => mend.basis.get(key) ?? [])
    const expect = new Map(
      [fence, ...batch.keys(), ...basis].map(key => [key, audit.entries.get(key)?.revision ?? 0]),
    )
    if (!(await store.commit({ expect, put, delete: deleted }))) return false
  }
  return true
}

async function examine(audit: Audit, keys: Keys): Promise<{ pools: number; addresses: number }> {
  const sorted = sortEntries(audit, keys)
  const index = readIndex(keys, sorted.index)
  const indexed = splitIndex(index ?? new Map())
  const records = readPools(audit, keys, sorted, indexed.pools)
  const spaces = await auditSpaces(audit, keys, { spaces: sorted.spaces, index: indexed.spaces })
  const definitions = [...records.values()].map(({ pool }) => pool.definition)
  auditIndex(audit, keys, index, [...definitions, ...spaces.definitions])
  auditOverlaps(audit, [...definitions, ...spaces.definitions])
  let { addresses } = spaces
  for (const [name, parts] of sorted.parts) {
    const record = records.get(name)
    addresses += parts.addresses.length
    if (record !== undefined) await new PoolAudit(audit, keys, record, parts).run()
    else if (!sorted.pools.has(name)) auditOrphans(audit, keys, name, parts)
  }
  return { pools: records.size + spaces.pools, addresses }
}

/** Pools have their records elsewhere than address spaces. */
function splitIndex(index: PoolIndex): { pools: PoolIndex; spaces: Map<string, SpaceDefinition> } {
  const [pools, spaces] = [new Map<string, PoolDefinition>(), new Map<string, SpaceDefinition>()]
  for (const [name, definition] of index) {
    if (isSpace(definition)) spaces.set(name, definition)
    else pools.set(name, definition)
  }
  return { pools, spaces }
}

async function auditSpaces(
  audit: Audit,
  keys: Keys,
  { spaces, index }: Pick<SortedEntries, 'spaces'> & { index: Map<string, SpaceDefinition> },
) {
  const found = { definitions: [] as SpaceDefinition[], pools: 0, addresses: 0 }
  for (const name of new Set([...spaces.keys(), ...index.keys()])) {
    const space = new SpaceAudit(audit, keys, { name, entries: spaces.get(name) ?? [] })
    const { definition, pools, addresses } = await space.run(index.get(name))
    if (definition !== undefined) found.definitions.push(definition)
    found.pools += pools
    found.addresses += addresses
  }
  return found
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
): Map<string, AnyPoolRecord> {
  const records = new Map<string, AnyPoolRecord>()
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

function readPool(keys: Keys, name: string, entry: Entry | undefined): AnyPoolRecord | undefined {
  if (entry === undefined) return undefined
  try {
    const record = decodeAnyPool(keys.pool(name), entry.value)
    return record.pool.name === name ? record : undefined
  } catch {
    return undefined
  }
}

/** A pool's record out of the index; its bitmap is mended after it. */
function restorePool(
  audit: Audit,
  keys: Keys,
  definition: PoolDefinition,
  isThere: boolean,
): AnyPoolRecord {
  const message = isThere ? 'its record cannot be read' : 'it is in the index, but has no record'
  const record = sharedRecord(new Pool(definition))
  const key = keys.pool(definition.name)
  audit.mend(['POOL', definition.name, message], key, [[key, encodePool(record)]])
  return record
}

function auditIndex(
  audit: Audit,
  keys: Keys,
  index: PoolIndex | undefined,
  definitions: readonly PoolDefinition[],
): void {
  const right = new Map(definitions.map(definition => [definition.name, definition]))
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

/** No address is in two of them, and no two are called the same. */
function auditOverlaps(audit: Audit, definitions: readonly PoolDefinition[]): void {
  const all = definitions.map(definition => ({ definition, subnet: parseCidr(definition.subnet) }))
  for (const [n, { definition, subnet }] of all.entries()) {
    for (const other of all.slice(n + 1)) {
      const second = `${titled(other.definition)} (${other.subnet})`
      if (subnet.overlaps(other.subnet)) {
        audit.report('OVERLAP', definition.name, `it (${subnet}) overlaps ${second}`)
      }
      if (definition.name === other.definition.name) {
        audit.report('NAME', definition.name, `it is called as ${second}: delete one of them`)
      }
    }
  }
}

/** Parts of a pool that is not there: what is left of it is deleted. */
function auditOrphans(audit: Audit, keys: Keys, pool: string, parts: PoolEntries): void {
  const orphans = [
    ...[...parts.addresses, ...parts.blocks].map(({ key }) => key),
    ...[...parts.owners.keys()].map(owner => keys.owner(owner, pool)),
    ...(parts.turn === undefined ? [] : [parts.turn.key]),
  ]
  const message = `there is no such pool, but ${orphans.length} records belong to it`
  audit.mend(
    ['ORPHAN', pool, message],
    keys.pool(pool),
    orphans.map(key => [key, undefined] as const),
  )
}

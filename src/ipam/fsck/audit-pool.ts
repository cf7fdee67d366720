import { canonicalAddress } from '../address.ts'
import { BitBlock } from '../bit-block.ts'
import { Bitmap } from '../bitmap.ts'
import type { Blocks } from '../bitmap.ts'
import type { Pool } from '../pool.ts'
import { decodeAddress, encodeAddress, encodePool } from '../records.ts'
import type { AddressRecord, Keys, PoolRecord } from '../records.ts'
import type { Entry } from '../store/store.ts'
import type { Audit } from './audit.ts'
import type { PoolEntries } from './sorted-entries.ts'

type Held = Map<bigint, AddressRecord>

/** Compares a pool's addresses, owners, bitmap and counters; `record` is mended in `audit`. */
export async function auditPool(
  audit: Audit,
  keys: Keys,
  record: PoolRecord,
  entries: PoolEntries,
): Promise<void> {
  const { pool } = record
  const held = auditAddresses(audit, keys, pool, entries)
  auditOwners(audit, keys, pool, entries.owners, held)
  await auditBitmap(audit, keys, pool, entries.blocks, held)
  auditCounters(audit, keys, record, held)
}

/** What keeps `address` from being handed out by the pool, if anything does. */
function misplaced(pool: Pool, address: string): string | undefined {
  try {
    const is = pool.fixed.get(pool.subnet.offset(address))
    return is === undefined ? undefined : `is ${is}`
  } catch {
    return `is no address of ${pool.subnet}`
  }
}

function auditAddresses(audit: Audit, keys: Keys, pool: Pool, entries: PoolEntries): Held {
  const held: Held = new Map()
  const fence = keys.pool(pool.name)
  for (const { key, value } of entries.addresses) {
    const address = key.slice(key.lastIndexOf('/') + 1)
    const why = misplaced(pool, address)
    if (why !== undefined) {
      const message = `"${address}" has a record, but ${why}`
      audit.mend(['ADDRESS', pool.name, message], fence, [[key, undefined]])
    } else if (canonicalAddress(address) !== address) {
      const canonical = canonicalAddress(address)
      const right = keys.address(pool.name, canonical)
      const hasRight = audit.entries.has(right)
      const message = `${canonical} has a ${hasRight ? 'second ' : ''}record as "${address}"`
      const moved: [string, string | undefined][] = hasRight ? [] : [[right, value]]
      audit.mend(['ADDRESS', pool.name, message], fence, [[key, undefined], ...moved])
      if (hasRight) continue
      const entry = { key: right, value, address: canonical }
      held.set(pool.subnet.offset(address), readAddress(audit, fence, pool, entry, entries))
    } else {
      held.set(
        pool.subnet.offset(address),
        readAddress(audit, fence, pool, { key, value, address }, entries),
      )
    }
  }
  return held
}

/** A record that cannot be read stays held: by whom, the owners' own records may know. */
function readAddress(
  audit: Audit,
  fence: string,
  pool: Pool,
  { key, value, address }: { key: string; value: string; address: string },
  { owners }: PoolEntries,
): AddressRecord {
  try {
    return decodeAddress(key, value)
  } catch {
    const owner = [...owners].find(([, theirs]) => theirs === address)?.[0]
    const record: AddressRecord = { kind: 'allocated', owner }
    const message = `the record of ${address} cannot be read`
    audit.mend(['ADDRESS', pool.name, message], fence, [[key, encodeAddress(record)]])
    return record
  }
}

function auditOwners(
  audit: Audit,
  keys: Keys,
  pool: Pool,
  owners: ReadonlyMap<string, string>,
  held: Held,
): void {
  const fence = keys.pool(pool.name)
  const theirs = new Map<string, string>()
  for (const [place, { owner }] of held) {
    if (owner === undefined) continue
    const address = pool.subnet.nth(place)
    const other = theirs.get(owner)
    if (other !== undefined) {
      const message = `"${owner}" has ${other} and ${address}: release one of them`
      audit.report('DUPLICATE', pool.name, message)
    }
    if (other === undefined || owners.get(owner) === address) theirs.set(owner, address)
  }
  for (const [owner, address] of theirs) {
    if (owners.get(owner) === address) continue
    const message = `${address} is held by "${owner}", whose own record says ${owners.get(owner) ?? 'nothing'}`
    audit.mend(['OWNER', pool.name, message], fence, [[keys.owner(owner, pool.name), address]])
  }
  for (const [owner, address] of owners) {
    if (theirs.has(owner)) continue
    const message = `"${owner}" is said to have ${address}, which it does not`
    audit.mend(['OWNER', pool.name, message], fence, [[keys.owner(owner, pool.name), undefined]])
  }
}

/** The bitmap that there should be. */
async function expectedBlocks(pool: Pool, held: Held): Promise<Map<string, BitBlock>> {
  const blocks = new Map<string, BitBlock>()
  const inMemory: Blocks = {
    read: async (level, index) => blocks.get(`${level}/${index}`),
    write: (level, index, block) => void blocks.set(`${level}/${index}`, block),
    remove: (level, index) => void blocks.delete(`${level}/${index}`),
  }
  const bitmap = new Bitmap(pool.bits, inMemory)
  for (const place of [...pool.fixed.keys(), ...held.keys()]) await bitmap.set(place)
  return blocks
}

async function auditBitmap(
  audit: Audit,
  keys: Keys,
  pool: Pool,
  entries: readonly Entry[],
  held: Held,
): Promise<void> {
  const fence = keys.pool(pool.name)
  const expected = await expectedBlocks(pool, held)
  const prefix = keys.bitmap(pool.name)
  const found = new Map(entries.map(({ key, value }) => [key.slice(prefix.length), value]))
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const wanted = expected.get(name)?.encode()
    const text = found.get(name)
    if (wanted === text) continue
    const message = difference(pool, name, expected.get(name), text)
    audit.mend(['BITMAP', pool.name, message], fence, [[`${prefix}${name}`, wanted]])
  }
}

/** What is wrong with one block, by the addresses that it is about. */
function difference(pool: Pool, name: string, wanted: BitBlock | undefined, text = ''): string {
  const block = BitBlock.decode(text)
  if (block === undefined) return `bitmap block ${name} cannot be read`
  const [, index] = /^0\/(0|[1-9][0-9]*)$/.exec(name) ?? []
  if (index === undefined) return `bitmap block ${name}, a summary, is wrong`
  const base = BigInt(index) * 4096n
  const address = (bit: number) => {
    const place = base + BigInt(bit)
    return place < pool.subnet.size ? pool.subnet.nth(place) : `number ${place}, past the end`
  }
  const leaked = [...block].filter(bit => wanted?.has(bit) !== true).map(address)
  const missing = [...(wanted ?? [])].filter(bit => !block.has(bit)).map(address)
  return [
    ...(leaked.length > 0 ? [`taken in the bitmap, but nobody has it: ${some(leaked)}`] : []),
    ...(missing.length > 0 ? [`held, but free in the bitmap: ${some(missing)}`] : []),
  ].join('; ')
}

function some(addresses: readonly string[]): string {
  const rest = addresses.length - 5
  return addresses.slice(0, 5).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function auditCounters(audit: Audit, keys: Keys, record: PoolRecord, held: Held): void {
  const { pool } = record
  let free = pool.capacity
  for (const place of held.keys()) if (pool.isInRange(place)) free -= 1n
  const last = record.last === undefined || pool.isInRange(record.last) ? record.last : undefined
  if (free === record.free && last === record.last) return
  const message =
    free === record.free
      ? `the last address given out, number ${record.last}, is outside the range`
      : `${free} addresses are free, but ${record.free} are said to be`
  const key = keys.pool(pool.name)
  audit.mend(['COUNTER', pool.name, message], key, [[key, encodePool({ pool, free, last })]])
}

import { canonicalAddress } from '../address.ts'
import { BitBlock, BLOCK_BITS } from '../bit-block.ts'
import { Bitmap } from '../bitmap.ts'
import type { Blocks } from '../bitmap.ts'
import type { Pool } from '../pool.ts'
import { decodeAddress, encodeAddress, encodePool, isShared } from '../records.ts'
import type { AddressRecord, AnyPoolRecord, Keys, PoolRecord } from '../records.ts'
import type { Audit } from './audit.ts'
import type { PoolEntries } from './sorted-entries.ts'

type Changes = Iterable<readonly [key: string, value: string | undefined]>

/** Compares one pool's addresses, owners, bitmap and counters, in this order. */
export class PoolAudit {
  readonly #audit: Audit
  readonly #keys: Keys
  readonly #record: AnyPoolRecord
  readonly #pool: Pool
  readonly #entries: PoolEntries
  /** Who has which place, as far as it can be told. */
  readonly #held = new Map<bigint, AddressRecord>()

  constructor(audit: Audit, keys: Keys, record: AnyPoolRecord, entries: PoolEntries) {
    this.#audit = audit
    this.#keys = keys
    this.#record = record
    this.#pool = record.pool
    this.#entries = entries
  }

  async run(): Promise<void> {
    for (const { key, value } of this.#entries.addresses) this.#address(key, value)
    this.#owners()
    await this.#bitmap()
    if (isShared(this.#record)) this.#turn()
    else this.#counters(this.#record)
  }

  #mend(code: string, message: string, changes: Changes, basis?: string): void {
    const { name } = this.#pool
    this.#audit.mend([code, name, message], this.#keys.pool(name), changes, basis)
  }

  /** Bits in a block of the lowest level. */
  get #leafBits(): number {
    return isShared(this.#record) ? this.#record.leafBits : BLOCK_BITS
  }

  #address(key: string, value: string): void {
    const address = key.slice(key.lastIndexOf('/') + 1)
    const why = misplaced(this.#pool, address)
    if (why !== undefined) {
      this.#mend('ADDRESS', `"${address}" has a record, but ${why}`, [[key, undefined]])
      return
    }
    const canonical = canonicalAddress(address)
    const right = this.#keys.address(this.#pool.name, canonical)
    if (key === right) return this.#hold(key, value, address)
    const hasRight = this.#audit.entries.has(right)
    const message = `${canonical} has a ${hasRight ? 'second ' : ''}record as "${address}"`
    if (hasRight) return this.#mend('ADDRESS', message, [[key, undefined]])
    this.#mend('ADDRESS', message, [
      [key, undefined],
      [right, value],
    ])
    this.#hold(right, value, canonical)
  }

  /** A record that cannot be read stays held: by whom, the owners' own records may know. */
  #hold(key: string, value: string, address: string): void {
    const place = this.#pool.subnet.offset(address)
    try {
      this.#held.set(place, decodeAddress(key, value))
    } catch {
      const owner = [...this.#entries.owners].find(([, theirs]) => theirs === address)?.[0]
      const { host } = this.#pool.definition
      const record: AddressRecord = { kind: 'allocated', owner, ...(host && { host }) }
      this.#held.set(place, record)
      const message = `the record of ${address} cannot be read`
      this.#mend('ADDRESS', message, [[key, encodeAddress(record)]])
    }
  }

  #owners(): void {
    const { owners } = this.#entries
    const { name } = this.#pool
    const theirs = this.#addressesByOwner()
    for (const [owner, address] of theirs) {
      const said = owners.get(owner)
      if (said === address) continue
      const message = `${address} is held by "${owner}", whose own record says ${said ?? 'nothing'}`
      const changes = [[this.#keys.owner(owner, name), address]] as const
      this.#mend('OWNER', message, changes, this.#keys.address(name, address))
    }
    for (const [owner, address] of owners) {
      if (theirs.has(owner)) continue
      const message = `"${owner}" is said to have ${address}, which it does not`
      this.#mend('OWNER', message, [[this.#keys.owner(owner, name), undefined]])
    }
  }

  /** One address for each owner: the one that its own record names, if it has that. */
  #addressesByOwner(): Map<string, string> {
    const theirs = new Map<string, string>()
    for (const [place, { owner }] of this.#held) {
      if (owner === undefined) continue
      const address = this.#pool.subnet.nth(place)
      const other = theirs.get(owner)
      if (other !== undefined) {
        const message = `"${owner}" has ${other} and ${address}: release one of them`
        this.#audit.report('DUPLICATE', this.#pool.name, message)
      }
      if (other === undefined || this.#entries.owners.get(owner) === address) {
        theirs.set(owner, address)
      }
    }
    return theirs
  }

  /** The bitmap that there should be. */
  async #expectedBlocks(): Promise<Map<string, BitBlock>> {
    const blocks = new Map<string, BitBlock>()
    const inMemory: Blocks = {
      read: async (level, index) => blocks.get(`${level}/${index}`),
      write: (level, index, block) => void blocks.set(`${level}/${index}`, block),
      remove: (level, index) => void blocks.delete(`${level}/${index}`),
    }
    const bitmap = new Bitmap(this.#pool.bits, inMemory, { leafBits: this.#leafBits })
    for (const place of this.#pool.fixed.keys()) await bitmap.set(place)
    for (const place of this.#held.keys()) await bitmap.set(place)
    return blocks
  }

  async #bitmap(): Promise<void> {
    const expected = await this.#expectedBlocks()
    const prefix = this.#keys.bitmap(this.#pool.name)
    const found = new Map(
      this.#entries.blocks.map(({ key, value }) => [key.slice(prefix.length), value]),
    )
    for (const name of new Set([...expected.keys(), ...found.keys()])) {
      const wanted = expected.get(name)
      const text = found.get(name)
      if (wanted?.encode() === text) continue
      const message = difference({ pool: this.#pool, leafBits: this.#leafBits }, name, [
        wanted,
        text,
      ])
      this.#mend('BITMAP', message, [[`${prefix}${name}`, wanted?.encode()]])
    }
  }

  #turn(): void {
    const { turn } = this.#entries
    if (turn === undefined) return
    if (/^\d+$/.test(turn.value) && this.#pool.isInRange(BigInt(turn.value))) return
    const message = `the last address given out, number ${turn.value}, is outside the range`
    this.#mend('COUNTER', message, [[turn.key, undefined]])
  }

  #counters(said: PoolRecord): void {
    const pool = this.#pool
    let free = pool.capacity
    for (const place of this.#held.keys()) if (pool.isInRange(place)) free -= 1n
    const last = said.last === undefined || pool.isInRange(said.last) ? said.last : undefined
    if (free === said.free && last === said.last) return
    const message =
      free === said.free
        ? `the last address given out, number ${said.last}, is outside the range`
        : `${free} addresses are free, but ${said.free} are said to be`
    this.#mend('COUNTER', message, [[this.#keys.pool(pool.name), encodePool({ pool, free, last })]])
  }
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

/** What is wrong with one block, by the addresses that it is about. */
function difference(
  { pool, leafBits }: { pool: Pool; leafBits: number },
  name: string,
  [wanted, text = '']: [wanted: BitBlock | undefined, found: string | undefined],
): string {
  const [, index] = /^0\/(0|[1-9][0-9]*)$/.exec(name) ?? []
  const block = BitBlock.decode(text, index === undefined ? BLOCK_BITS : leafBits)
  if (block === undefined) return `bitmap block ${name} cannot be read`
  if (index === undefined) return `bitmap block ${name}, a summary, is wrong`
  const address = (bit: number) => {
    const place = BigInt(index) * BigInt(leafBits) + BigInt(bit)
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

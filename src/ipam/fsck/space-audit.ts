import { SpaceKeys } from '../blocks/space-keys.ts'
import { decodeHost, decodeSpace, encodeHost, encodeSpace } from '../blocks/space-records.ts'
import type { HostRecord } from '../blocks/space-records.ts'
import { Space } from '../blocks/space.ts'
import type { SpaceDefinition } from '../blocks/space.ts'
import { decodeAddress, decodePool, encodeAddress, encodePool } from '../records.ts'
import type { AddressRecord, Keys, PoolRecord } from '../records.ts'
import type { Entry } from '../store/store.ts'
import type { Audit } from './audit.ts'
import { PoolAudit } from './pool-audit.ts'
import { partsOf, sortSpace } from './space-entries.ts'
import type { SpaceEntries } from './space-entries.ts'
import { ownersByBlock } from './space-owners.ts'

/** An address with who has it, as far as that can be read. */
export interface ReadAddress {
  readonly block: string
  readonly address: string
  readonly record: AddressRecord
}

export interface AuditedSpace {
  /** Undefined: there is none, or nobody knows how it is cut. */
  readonly definition: SpaceDefinition | undefined
  readonly pools: number
  readonly addresses: number
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Compares one address space: its record, its blocks, its hosts, its owners, then each block. */
export class SpaceAudit {
  readonly #audit: Audit
  readonly #keys: SpaceKeys
  readonly #name: string
  readonly #entries: SpaceEntries
  readonly #isEmpty: boolean
  readonly #hosts: ReadonlyMap<string, HostRecord>
  readonly #addresses: readonly ReadAddress[]
  /** Blocks as they should be. */
  readonly #blocks = new Map<string, PoolRecord>()

  constructor(
    audit: Audit,
    keys: Keys,
    { name, entries }: { name: string; entries: readonly Entry[] },
  ) {
    this.#audit = audit
    this.#keys = new SpaceKeys(keys, name)
    this.#name = name
    this.#isEmpty = entries.length === 0
    this.#entries = sortSpace(audit, this.#keys, entries)
    this.#hosts = this.#readHosts()
    this.#addresses = this.#readAddresses()
  }

  #readHosts(): Map<string, HostRecord> {
    const hosts = new Map<string, HostRecord>()
    for (const [host, { key, value }] of this.#entries.hosts) {
      const record = tryRead(() => decodeHost(key, value))
      if (record !== undefined) hosts.set(host, record)
    }
    return hosts
  }

  #readAddresses(): ReadAddress[] {
    return [...this.#entries.parts].flatMap(([block, { addresses }]) =>
      addresses.flatMap(({ key, value }) => {
        const record = tryRead(() => decodeAddress(key, value))
        const address = key.slice(key.lastIndexOf('/') + 1)
        return record === undefined ? [] : [{ block, address, record }]
      }),
    )
  }

  /** @param indexed what the index of pools says of it. */
  async run(indexed: SpaceDefinition | undefined): Promise<AuditedSpace> {
    const space = this.#space(indexed)
    if (space === undefined) return { definition: undefined, pools: 0, addresses: 0 }
    this.#readBlocks(space)
    this.#auditHosts(space)
    this.#auditAddressHosts()
    const owners = ownersByBlock(
      this.#audit,
      { keys: this.#keys, space, blocks: this.#blocks },
      { addresses: this.#addresses, owners: this.#entries.owners },
    )
    let addresses = 0
    for (const [block, record] of this.#blocks) {
      const { addresses: held, bits } = partsOf(this.#entries, block)
      const parts = { addresses: held, blocks: bits, owners: owners.get(block) ?? new Map() }
      await new PoolAudit(this.#audit, this.#keys, record, parts).run()
      addresses += held.length
    }
    return { definition: space.definition, pools: this.#blocks.size, addresses }
  }

  #mend(code: string, message: string, [key, value]: [key: string, value: string | undefined]) {
    this.#audit.mend([code, this.#name, message], key, [[key, value]])
  }

  /** The space; undefined when nothing says how it is cut. */
  #space(indexed: SpaceDefinition | undefined): Space | undefined {
    const entry = this.#entries.space
    const key = this.#keys.space
    const found = entry && tryRead(() => decodeSpace(key, entry.value))
    if (found?.name === this.#name) return found
    if (indexed !== undefined) {
      const space = new Space(indexed)
      const why = entry === undefined ? 'it is in the index, but has no record' : unreadable
      this.#mend('SPACE', why, [key, encodeSpace(space)])
      return space
    }
    if (entry === undefined && !this.#isEmpty) this.#orphans()
    else this.#audit.report('SPACE', this.#name, `${unreadable}, and the index does not know it`)
    return undefined
  }

  /** Parts of a space that is not there: what is left of it is deleted. */
  #orphans(): void {
    const keys = [...this.#audit.entries.keys()].filter(key => key.startsWith(this.#keys.root))
    const message = `there is no such address space, but ${keys.length} records belong to it`
    this.#audit.mend(
      ['ORPHAN', this.#name, message],
      this.#keys.space,
      keys.map(key => [key, undefined] as const),
    )
  }

  /** The blocks that somebody has, or has addresses of. A block's own record knows best whose. */
  #readBlocks(space: Space): void {
    const listed = [...this.#hosts.values()].flatMap(({ blocks }) => blocks)
    const names = [...this.#entries.pools.keys(), ...this.#entries.parts.keys(), ...listed]
    for (const block of [...new Set(names)].sort()) {
      const isOne = tryRead(() => space.blockNamed(block)) === block
      if (isOne) this.#readBlock(space, block)
      else if (this.#entries.pools.has(block)) {
        this.#audit.report('POOL', block, `it is no block of space "${this.#name}"`)
      } else if (this.#entries.parts.has(block)) this.#orphanParts(block)
    }
  }

  #readBlock(space: Space, block: string): void {
    const entry = this.#entries.pools.get(block)
    const key = this.#keys.pool(block)
    const record = entry && tryRead(() => decodePool(key, entry.value))
    const claimant = [...this.#hosts].find(([, { blocks }]) => blocks.includes(block))?.[0]
    const host = record?.pool.definition.host ?? claimant ?? null
    const { addresses, bits } = partsOf(this.#entries, block)
    if (entry === undefined && host === null && addresses.length === 0) {
      if (bits.length > 0) this.#orphanParts(block)
      return
    }
    const pool = space.poolOf(block, host)
    const right = { pool, free: record?.free ?? pool.capacity, last: record?.last }
    this.#blocks.set(block, right)
    const isRight =
      JSON.stringify(record?.pool.definition) === JSON.stringify(right.pool.definition)
    if (isRight) return
    const whose = host === null ? 'nobody' : `host "${host}"`
    const why = entry === undefined ? 'has no record' : record ? 'is recorded wrong' : unreadable
    const message = `${block}, the block of ${whose}, ${why}`
    this.#audit.mend(['POOL', block, message], key, [[key, encodePool(right)]])
  }

  #orphanParts(block: string): void {
    const { addresses, bits } = partsOf(this.#entries, block)
    const orphans = [...addresses, ...bits].map(({ key }) => [key, undefined] as const)
    const message = `there is no such block, but ${orphans.length} records belong to it`
    this.#audit.mend(['ORPHAN', block, message], this.#keys.pool(block), orphans)
  }

  /** Each host lists the blocks that are its own; who has an address has a record. */
  #auditHosts(space: Space): void {
    const holders = [...this.#blocks].map(([block, { pool }]) => ({
      block,
      host: pool.definition.host ?? undefined,
    }))
    const named = this.#addresses.map(({ record }) => record.host)
    const known = [...this.#entries.hosts.keys()]
    const all = new Set([...known, ...holders.map(({ host }) => host), ...named])
    for (const host of all) {
      if (host === undefined) continue
      const theirs = holders.filter(holder => holder.host === host).map(({ block }) => block)
      this.#auditHost(space, host, theirs)
    }
  }

  #auditHost(space: Space, host: string, theirs: readonly string[]): void {
    const key = this.#keys.host(host)
    const record = this.#hosts.get(host)
    const listed = record?.blocks ?? []
    const kept = [...new Set(listed)].filter(block => theirs.includes(block))
    const blocks = [...kept, ...theirs.filter(block => !kept.includes(block))]
    if (record !== undefined && blocks.join() === listed.join()) return
    const { leaseMs } = space.rules
    const lease = { expiresAt: leaseMs === null ? null : Date.now() + leaseMs, isEvicted: false }
    const right: HostRecord = { data: {}, ...lease, ...record, blocks }
    const has = blocks.join(', ') || 'no block of its own'
    const why = record
      ? `lists ${listed.join(', ') || 'none'}`
      : this.#entries.hosts.has(host)
        ? unreadable
        : 'has no record'
    this.#mend('HOST', `host "${host}" has ${has}, but ${why}`, [key, encodeHost(right)])
  }

  /** An address without a host is the host's whose block it is of. */
  #auditAddressHosts(): void {
    for (const { block, address, record } of this.#addresses) {
      const host = this.#blocks.get(block)?.pool.definition.host
      if (record.host !== undefined || typeof host !== 'string') continue
      const key = this.#keys.address(block, address)
      const message = `${address} does not say which host has it: "${host}"`
      const change = [key, encodeAddress({ ...record, host })] as const
      this.#audit.mend(['ADDRESS', block, message], this.#keys.pool(block), [change])
    }
  }
}

const unreadable = 'its record cannot be read'

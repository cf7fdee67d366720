import { crc32 } from 'node:zlib'
import { Entries } from './entries.ts'
import type { AppliedChange } from './entries.ts'

const FORMAT = 'tnet-lab store 1'

/** The first line. The `entries` lines after it are what was there at `revision`, leases too. */
interface Header {
  format: string
  revision: number
  entries: number
}

/** Every other line: what one change put and deleted. */
interface Line {
  revision: number
  put?: Record<string, string>
  delete?: string[]
  deletePrefixes?: string[]
  /** Of keys that are put: their lease. */
  leases?: Record<string, string>
  /** Leases that begin, or begin anew: when they run out, in milliseconds since 1970. */
  grants?: Record<string, number>
  ended?: string[]
}

/** A line that cannot be, or is not, read. */
export interface Damage {
  /** Counted from 1. */
  readonly line: number
  readonly reason: string
}

function encode(value: Header | Line): string {
  const json = JSON.stringify(value)
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

function decode(line: Buffer): unknown {
  const text = line.toString('utf8')
  const json = text.slice(9)
  if (text.slice(0, 9) !== `${crc32(json).toString(16).padStart(8, '0')} `) return undefined
  // What carries its checksum was written by `encode`, or by somebody who meant it.
  return JSON.parse(json)
}

/** One change, as the line to append. */
export function encodeChange(change: AppliedChange, revision: number): string {
  const line: Line = { revision }
  if (change.put?.size) line.put = Object.fromEntries(change.put)
  if (change.delete?.size) line.delete = [...change.delete]
  if (change.deletePrefixes?.size) line.deletePrefixes = [...change.deletePrefixes]
  if (change.leases?.size) line.leases = Object.fromEntries(change.leases)
  if (change.grants?.size) line.grants = Object.fromEntries(change.grants)
  if (change.ended?.size) line.ended = [...change.ended]
  return encode(line)
}

/** All entries, as a whole new file. */
export function encodeSnapshot(entries: Entries): string {
  const { revision, liveLeases: grants } = entries
  const lines = entries.list('').map(({ key, value, revision }) => {
    const lease = entries.leaseOf(key)
    const leases = lease === undefined ? new Map() : new Map([[key, lease]])
    return encodeChange({ put: new Map([[key, value]]), leases }, revision)
  })
  if (grants.size > 0) lines.unshift(encodeChange({ grants }, revision))
  return encode({ format: FORMAT, revision, entries: lines.length }) + lines.join('')
}

/**
 * Reads a journal, in pieces as it grows. A line is one change with its checksum; the file is only
 * ever appended to, or replaced as a whole.
 *
 *     5d0e1c2a {"format":"tnet-lab store 1","revision":7,"entries":1}
 *     99b0f1c4 {"revision":3,"put":{"ipam/pools/blue":"…"}}
 *     1f2e3d4c {"revision":8,"put":{"ipam/addresses/blue/10.0.1.2":"…"},"delete":["…"]}
 */
export class JournalReader {
  readonly entries: Entries
  readonly damage: Damage[] = []
  #line = 0
  /** Lines of the snapshot that are still to come. */
  #snapshotLeft = 0
  /** Whether the revisions of changes can be counted from a header. */
  #isAnchored = false
  /** Whether anything at all was ours. */
  isOurs = false
  /** Bytes of the header and the snapshot: what the file would be with nothing appended. */
  snapshotBytes = 0

  /** @param now the clock that leases run out by, in milliseconds since 1970. */
  constructor(now: () => number) {
    this.entries = new Entries(now)
  }

  /** How many lines of the snapshot the file lacks, once all of it was read. */
  get missing(): number {
    return this.#snapshotLeft
  }

  /**
   * Reads whole lines.
   *
   * @returns how many bytes were taken in. What follows is a line that was still being written: by
   * another process just now, or by one that died of it.
   */
  read(bytes: Buffer): number {
    let at = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      const value = decode(bytes.subarray(at, end))
      if (value === undefined && isTorn(bytes.subarray(at))) break
      this.#line += 1
      const inSnapshot = this.#line === 1 || this.#snapshotLeft > 0
      if (inSnapshot) this.snapshotBytes += end + 1 - at
      at = end + 1
      this.#take(value as Header | Line | undefined)
    }
    return at
  }

  #take(value: Header | Line | undefined): void {
    if (value === undefined) return this.#lose('its checksum is wrong')
    if ('format' in value) return this.#begin(value)
    this.isOurs = true
    const { revision } = value
    if (this.#snapshotLeft > 0) this.#snapshotLeft -= 1
    else if (this.#isAnchored && revision !== this.entries.revision + 1) {
      const reason = `expected revision ${this.entries.revision + 1}, got ${revision}`
      this.damage.push({ line: this.#line, reason })
    }
    this.entries.apply(changeOf(value), revision)
  }

  #begin({ format, revision, entries }: Header): void {
    this.isOurs = format === FORMAT
    this.#snapshotLeft = entries
    this.entries.revision = revision
    this.#isAnchored = true
    if (this.#line === 1 && this.isOurs) return
    this.damage.push({ line: this.#line, reason: `expected no header "${format}" here` })
  }

  /** Counts an unreadable line as the one that belongs there, so that it is reported once. */
  #lose(reason: string): void {
    this.damage.push({ line: this.#line, reason })
    if (this.#snapshotLeft > 0) this.#snapshotLeft -= 1
    else this.entries.revision += 1
  }
}

function changeOf(line: Line): AppliedChange {
  return {
    put: new Map(Object.entries(line.put ?? {})),
    delete: new Set(line.delete),
    deletePrefixes: new Set(line.deletePrefixes),
    leases: new Map(Object.entries(line.leases ?? {})),
    grants: new Map(Object.entries(line.grants ?? {})),
    ended: new Set(line.ended),
  }
}

/**
 * Whether nothing but an append cut short by a power failure is left: some file systems extend a
 * file before its bytes are there, and then it reads as zeros. A line that once was whole has none.
 */
function isTorn(rest: Buffer): boolean {
  if (!rest.includes(0)) return false
  for (let at = rest.indexOf(10); at >= 0 && at + 1 < rest.length; at = rest.indexOf(10, at + 1)) {
    const end = rest.indexOf(10, at + 1)
    if (end >= 0 && decode(rest.subarray(at + 1, end)) !== undefined) return false
  }
  return true
}

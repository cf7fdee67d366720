import type { Change, Entry } from './store.ts'

/** A change as it is made: what was expected has been compared. */
export interface AppliedChange extends Omit<Change, 'expect' | 'expectPrefixes'> {
  /** Leases that begin, or begin anew: id to when they run out, in milliseconds since 1970. */
  readonly grants?: ReadonlyMap<string, number>
  /** Leases that end, with their keys. Done before everything else. */
  readonly ended?: ReadonlySet<string>
}

/**
 * Entries in memory, with the revision of the last change. A key whose lease ran out by the
 * machine's clock is as if it were not there; the next change takes it away.
 */
export class Entries {
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  /** Lease to when it runs out. */
  readonly #leases = new Map<string, number>()
  /** Key to its lease. */
  readonly #leased = new Map<string, string>()
  revision = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get(key: string): Entry | undefined {
    return this.#isThere(key) ? this.#entries.get(key) : undefined
  }

  list(prefix: string): Entry[] {
    const found: Entry[] = []
    for (const entry of this.#entries.values()) {
      if (entry.key.startsWith(prefix) && this.#isThere(entry.key)) found.push(entry)
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Whether a lease was begun and has not run out. */
  isLive(lease: string): boolean {
    return (this.#leases.get(lease) ?? -Infinity) > this.#now()
  }

  leaseOf(key: string): string | undefined {
    return this.#leased.get(key)
  }

  /** Leases that have not run out, as `AppliedChange` has them. */
  get liveLeases(): Map<string, number> {
    return new Map([...this.#leases].filter(([id]) => this.isLive(id)))
  }

  /** Leases that ran out and whose keys are still to be taken away. */
  get expiredLeases(): Set<string> {
    return new Set([...this.#leases.keys()].filter(id => !this.isLive(id)))
  }

  /** Whether every expected revision is still the one here. */
  matches({ expect = new Map(), expectPrefixes = new Map() }: Change): boolean {
    for (const [key, revision] of expect)
      if ((this.get(key)?.revision ?? 0) !== revision) return false
    for (const [prefix, revision] of expectPrefixes) {
      if (this.list(prefix).some(entry => entry.revision > revision)) return false
    }
    return true
  }

  /** Makes a change, as `revision`. */
  apply(change: AppliedChange, revision: number): void {
    for (const id of change.ended ?? []) this.#end(id)
    for (const prefix of change.deletePrefixes ?? []) {
      for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#delete(key)
    }
    for (const key of change.delete ?? []) this.#delete(key)
    for (const [id, until] of change.grants ?? []) this.#leases.set(id, until)
    for (const [key, value] of change.put ?? []) {
      this.#entries.set(key, { key, value, revision })
      const lease = change.leases?.get(key)
      if (lease === undefined) this.#leased.delete(key)
      else this.#leased.set(key, lease)
    }
    this.revision = Math.max(this.revision, revision)
  }

  #isThere(key: string): boolean {
    const lease = this.#leased.get(key)
    return lease === undefined || this.isLive(lease)
  }

  #delete(key: string): void {
    this.#entries.delete(key)
    this.#leased.delete(key)
  }

  #end(lease: string): void {
    for (const [key, its] of this.#leased) if (its === lease) this.#delete(key)
    this.#leases.delete(lease)
  }
}

/** Whether a change only compares. */
export function isReadOnly({ put, delete: deleted, deletePrefixes }: Change): boolean {
  return (put?.size ?? 0) + (deleted?.size ?? 0) + (deletePrefixes?.size ?? 0) === 0
}

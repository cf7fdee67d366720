import { Entries, isReadOnly } from './entries.ts'
import type { AppliedChange } from './entries.ts'
import { leaseLost, LocalLease } from './local-lease.ts'
import type { Change, Entry, Finding, Store, StoreLease } from './store.ts'

export interface MemoryStoreOptions {
  /** The clock that leases run out by, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** A store that lives as long as the process: for one lab in one sandbox. */
export class MemoryStore implements Store {
  readonly #now: () => number
  readonly #entries: Entries

  constructor({ now = Date.now }: MemoryStoreOptions = {}) {
    this.#now = now
    this.#entries = new Entries(now)
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.#entries.get(key)
  }

  async list(prefix: string): Promise<Entry[]> {
    return this.#entries.list(prefix)
  }

  async commit(change: Change): Promise<boolean> {
    if (!this.#entries.matches(change)) return false
    for (const id of change.leases?.values() ?? []) {
      if (!this.#entries.isLive(id)) throw leaseLost(id)
    }
    if (!isReadOnly(change)) this.#apply({ ...change, ended: this.#entries.expiredLeases })
    return true
  }

  async lease(ttlMs: number): Promise<StoreLease> {
    const lease = new LocalLease(
      {
        renew: async (id, ttlMs) => {
          if (!this.#entries.isLive(id)) throw leaseLost(id)
          this.#apply({ grants: new Map([[id, this.#now() + ttlMs]]) })
        },
        end: async id => this.#apply({ ended: new Set([id]) }),
      },
      ttlMs,
    )
    this.#apply({ grants: new Map([[lease.id, this.#now() + ttlMs]]) })
    return lease
  }

  async check(): Promise<Finding[]> {
    return []
  }

  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #apply(change: AppliedChange): void {
    this.#entries.apply(change, this.#entries.revision + 1)
  }
}

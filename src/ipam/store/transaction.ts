import { setTimeout } from 'node:timers/promises'
import { DeadlineError } from '../../errors.ts'
import type { Entry, Store } from './store.ts'

/** Attempts before giving up: each lost one means that somebody else's change went through. */
const ATTEMPTS = 200

/** What a transaction read, to be compared at its end, and what it is going to change. */
export class Transaction {
  readonly #store: Store
  readonly #read = new Map<string, Entry | undefined>()
  readonly #put = new Map<string, string>()
  readonly #delete = new Set<string>()
  readonly #deletePrefixes = new Set<string>()

  constructor(store: Store) {
    this.#store = store
  }

  /** The value that this transaction wrote, or else the stored one. */
  async get(key: string): Promise<string | undefined> {
    if (this.#put.has(key)) return this.#put.get(key)
    if (this.#delete.has(key)) return undefined
    if (!this.#read.has(key)) {
      const entry = await this.#store.get(key)
      // Two readers may ask at once; what came first is what is compared.
      if (!this.#read.has(key)) this.#read.set(key, entry)
    }
    return this.#read.get(key)?.value
  }

  /**
   * What is stored under a prefix, without this transaction's own changes. Entries added in the
   * meantime are not noticed: read a key besides that everyone who adds there changes too.
   */
  list(prefix: string): Promise<Entry[]> {
    return this.#store.list(prefix)
  }

  put(key: string, value: string): void {
    this.#delete.delete(key)
    this.#put.set(key, value)
  }

  delete(key: string): void {
    this.#put.delete(key)
    this.#delete.add(key)
  }

  /** Deletes what is stored under a prefix; puts of this transaction stay. */
  deletePrefix(prefix: string): void {
    this.#deletePrefixes.add(prefix)
  }

  #expect(): Map<string, number> {
    return new Map([...this.#read].map(([key, entry]) => [key, entry?.revision ?? 0]))
  }

  /** Makes the changes if all that was read is still so. */
  commit(): Promise<boolean> {
    return this.#store.commit({
      expect: this.#expect(),
      put: this.#put,
      delete: this.#delete,
      deletePrefixes: this.#deletePrefixes,
    })
  }

  /** Whether all that was read is still so. */
  isCurrent(): Promise<boolean> {
    return this.#store.commit({ expect: this.#expect() })
  }
}

const turns = new WeakMap<Store, Map<string, Promise<unknown>>>()

/** Runs after what this process already runs on the same subject: it would only lose to that. */
async function inTurn<T>(store: Store, subject: string, work: () => Promise<T>): Promise<T> {
  const waiting = turns.get(store) ?? new Map<string, Promise<unknown>>()
  turns.set(store, waiting)
  const mine = (waiting.get(subject) ?? Promise.resolve()).then(work)
  const settled = mine.catch(() => undefined)
  waiting.set(subject, settled)
  try {
    return await mine
  } finally {
    if (waiting.get(subject) === settled) waiting.delete(subject)
  }
}

/** One attempt; undefined when it was based on what is no longer so. */
async function attempt<T>(store: Store, work: (tx: Transaction) => Promise<T>) {
  const tx = new Transaction(store)
  try {
    const result = await work(tx)
    return (await tx.commit()) ? { result } : undefined
  } catch (error) {
    // What was read may be of two moments, and the failure a phantom of that.
    if (!(await tx.isCurrent())) return undefined
    throw error
  }
}

/**
 * Reads and changes several keys as one step. `work` runs again when another process changed what
 * it had read, so it does nothing but read and write `tx`. If it throws, nothing is changed.
 *
 * @param subject what the change is about: changes of one subject take turns within this process.
 * @throws what `work` throws; DeadlineError TNET_STORE_CONTENDED after 200 lost attempts.
 * @example
 * await transact(store, 'networks/shop', async tx => {
 *   if ((await tx.get('networks/shop')) !== undefined) throw new Error('there is one')
 *   tx.put('networks/shop', JSON.stringify(shop))
 * })
 */
export function transact<T>(
  store: Store,
  subject: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return inTurn(store, subject, async () => {
    for (let lost = 0; lost < ATTEMPTS; lost++) {
      const done = await attempt(store, work)
      if (done !== undefined) return done.result
      // Apart by chance, so that two losers do not meet again.
      if (lost > 2) await setTimeout(Math.random() * Math.min(lost, 16))
    }
    throw new DeadlineError(`could not change ${subject}: others were faster ${ATTEMPTS} times`, {
      code: 'TNET_STORE_CONTENDED',
      hint: 'let fewer processes write the same pool, or give each its own',
    })
  })
}

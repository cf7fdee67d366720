import { setTimeout } from 'node:timers/promises'
import { DeadlineError } from '../../errors.ts'
import type { Change, Entry, Store } from './store.ts'

/** Attempts before giving up: each lost one means that somebody else's change went through. */
const ATTEMPTS = 200

export interface GetOptions {
  /** Whoever asks thinks that the key is not there: a store far away need not be asked first. */
  isLikelyAbsent?: boolean
}

export interface ListOptions {
  /** The transaction fails when a key is put there in the meantime; one deleted does no harm. */
  isFinal?: boolean
}

export interface PutOptions {
  /** The id of a lease that the key is deleted with. Default: it stays. */
  lease?: string | undefined
}

/** What a transaction read, to be compared at its end, and what it is going to change. */
export class Transaction {
  /** How often this transaction was tried before, and lost to others. */
  readonly losses: number
  readonly #store: Store
  readonly #read = new Map<string, Entry | undefined>()
  readonly #listed = new Map<string, number>()
  readonly #put = new Map<string, string>()
  readonly #leases = new Map<string, string>()
  readonly #delete = new Set<string>()
  readonly #deletePrefixes = new Set<string>()
  #isStoreFailing = false

  constructor(store: Store, losses = 0) {
    this.#store = store
    this.losses = losses
  }

  /** Whether the store could not be read: then it need not be asked whether what was read is so. */
  get isStoreFailing(): boolean {
    return this.#isStoreFailing
  }

  /** The value that this transaction wrote, or else the stored one. */
  async get(key: string, { isLikelyAbsent = false }: GetOptions = {}): Promise<string | undefined> {
    if (this.#put.has(key)) return this.#put.get(key)
    if (this.#delete.has(key)) return undefined
    if (!this.#read.has(key)) {
      const entry = await this.#asked(
        this.#store.recall?.(key, isLikelyAbsent) ?? this.#store.get(key),
      )
      // Two readers may ask at once; what came first is what is compared.
      if (!this.#read.has(key)) this.#read.set(key, entry)
    }
    return this.#read.get(key)?.value
  }

  /** The stored value as it is now. Nothing is compared: it may be another one by the end. */
  async peek(key: string): Promise<string | undefined> {
    return (await this.#asked(this.#store.get(key)))?.value
  }

  /**
   * What is stored under a prefix, without this transaction's own changes. Entries that change in
   * the meantime are not noticed, but for what `isFinal` says.
   */
  async list(prefix: string, { isFinal = false }: ListOptions = {}): Promise<Entry[]> {
    const entries = await this.#asked(this.#store.list(prefix))
    const latest = entries.reduce((most, { revision }) => Math.max(most, revision), 0)
    if (isFinal) this.#listed.set(prefix, Math.min(latest, this.#listed.get(prefix) ?? latest))
    return entries
  }

  put(key: string, value: string, { lease }: PutOptions = {}): void {
    this.#delete.delete(key)
    this.#put.set(key, value)
    if (lease === undefined) this.#leases.delete(key)
    else this.#leases.set(key, lease)
  }

  delete(key: string): void {
    this.#put.delete(key)
    this.#leases.delete(key)
    this.#delete.add(key)
  }

  /** Deletes what is stored under a prefix; puts of this transaction stay. */
  deletePrefix(prefix: string): void {
    this.#deletePrefixes.add(prefix)
  }

  #expect(): Pick<Change, 'expect' | 'expectPrefixes'> {
    const read = [...this.#read].map(([key, entry]) => [key, entry?.revision ?? 0] as const)
    return { expect: new Map(read), expectPrefixes: this.#listed }
  }

  /** Makes the changes if all that was read is still so. */
  commit(): Promise<boolean> {
    return this.#store.commit({
      ...this.#expect(),
      put: this.#put,
      leases: this.#leases,
      delete: this.#delete,
      deletePrefixes: this.#deletePrefixes,
    })
  }

  /** Whether all that was read is still so. */
  isCurrent(): Promise<boolean> {
    return this.#store.commit(this.#expect())
  }

  async #asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      this.#isStoreFailing = true
      throw error
    }
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
async function attempt<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>) {
  let result: T
  try {
    result = await work(tx)
  } catch (error) {
    // What was read may be of two moments, and the failure a phantom of that.
    if (!tx.isStoreFailing && !(await tx.isCurrent())) return undefined
    throw error
  }
  return (await tx.commit()) ? { result } : undefined
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
      const done = await attempt(new Transaction(store, lost), work)
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

import { Entries, isReadOnly } from './entries.ts'
import type { Change, Entry, Finding, Store } from './store.ts'

/** A store that lives as long as the process: for one lab in one sandbox. */
export class MemoryStore implements Store {
  readonly #entries = new Entries()

  async get(key: string): Promise<Entry | undefined> {
    return this.#entries.get(key)
  }

  async list(prefix: string): Promise<Entry[]> {
    return this.#entries.list(prefix)
  }

  async commit(change: Change): Promise<boolean> {
    if (!this.#entries.matches(change)) return false
    if (!isReadOnly(change)) this.#entries.apply(change, this.#entries.revision + 1)
    return true
  }

  async check(): Promise<Finding[]> {
    return []
  }

  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

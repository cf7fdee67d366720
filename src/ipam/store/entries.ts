import type { Change, Entry } from './store.ts'

/** Entries in memory, with the revision of the last change. */
export class Entries {
  readonly #entries = new Map<string, Entry>()
  revision = 0

  get size(): number {
    return this.#entries.size
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key)
  }

  list(prefix: string): Entry[] {
    const found: Entry[] = []
    for (const entry of this.#entries.values()) if (entry.key.startsWith(prefix)) found.push(entry)
    return found.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Whether every expected revision is still the one here. */
  matches({ expect }: Change): boolean {
    if (expect === undefined) return true
    for (const [key, revision] of expect) {
      if ((this.#entries.get(key)?.revision ?? 0) !== revision) return false
    }
    return true
  }

  /** Makes a change, as `revision`. */
  apply(change: Omit<Change, 'expect'>, revision: number): void {
    for (const prefix of change.deletePrefixes ?? []) {
      for (const { key } of this.list(prefix)) this.#entries.delete(key)
    }
    for (const key of change.delete ?? []) this.#entries.delete(key)
    for (const [key, value] of change.put ?? []) this.#entries.set(key, { key, value, revision })
    this.revision = Math.max(this.revision, revision)
  }
}

/** Whether a change only compares. */
export function isReadOnly({ put, delete: deleted, deletePrefixes }: Change): boolean {
  return (put?.size ?? 0) + (deleted?.size ?? 0) + (deletePrefixes?.size ?? 0) === 0
}

import type { Entry, Finding } from '../store/store.ts'

/** A finding, and what would mend it. */
export interface Mend {
  readonly put: Map<string, string>
  readonly delete: Set<string>
  /** Of a key that it changes: another one that this was deduced from. */
  readonly basis: Map<string, string>
}

/**
 * What an examination found, and the changes that would mend it, each under a key that has to be
 * unchanged for them to be right, as the changed keys have to be, and what they were deduced from.
 */
export class Audit {
  readonly #found: Omit<Finding, 'isRepaired'>[] = []
  readonly #mendable = new Set<number>()
  readonly mends = new Map<string, Mend>()
  readonly entries: ReadonlyMap<string, Entry>

  constructor(entries: readonly Entry[]) {
    this.entries = new Map(entries.map(entry => [entry.key, entry]))
  }

  /** Something that only a person can decide about. */
  report(code: string, where: string, message: string): void {
    this.#found.push({ code: `TNET_FSCK_${code}`, where, message })
  }

  /** Something that a change mends: a value for a key, or undefined to delete it. */
  mend(
    [code, where, message]: [code: string, where: string, message: string],
    fence: string,
    changes: Iterable<readonly [key: string, value: string | undefined]>,
    basis?: string,
  ): void {
    this.#mendable.add(this.#found.length)
    this.report(code, where, message)
    const mend = this.mends.get(fence) ?? {
      put: new Map(),
      delete: new Set(),
      basis: new Map(),
    }
    this.mends.set(fence, mend)
    for (const [key, value] of changes) {
      if (basis !== undefined) mend.basis.set(key, basis)
      mend.put.delete(key)
      mend.delete.delete(key)
      if (value === undefined) mend.delete.add(key)
      else mend.put.set(key, value)
    }
  }

  findings(isRepaired: boolean): Finding[] {
    return this.#found.map((finding, n) => ({
      ...finding,
      isRepaired: isRepaired && this.#mendable.has(n),
    }))
  }
}

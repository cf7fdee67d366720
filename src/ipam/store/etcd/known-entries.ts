import type { Entry } from '../store.ts'

/** More than any pool's own keys and a few hundred addresses. */
const MOST = 10_000

/** What etcd said last about some keys. It may be another thing by now: a commit finds out. */
export class KnownEntries {
  readonly #known = new Map<string, { entry: Entry | undefined; asOf: number }>()

  /** undefined: nothing is known about it; `entry: undefined`: it was not there. */
  get(key: string): { entry: Entry | undefined } | undefined {
    return this.#known.get(key)
  }

  /** @param asOf the revision of the store that says so; what is older than what is known is left. */
  learn(key: string, entry: Entry | undefined, asOf: number): void {
    const known = this.#known.get(key)
    if (known !== undefined && known.asOf > asOf) return
    // The oldest first, so that the first ones are forgotten first.
    this.#known.delete(key)
    this.#known.set(key, { entry, asOf })
    if (this.#known.size <= MOST) return
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST / 2) break
      this.#known.delete(oldest)
    }
  }

  forget(key: string): void {
    this.#known.delete(key)
  }

  forgetPrefix(prefix: string): void {
    for (const key of this.#known.keys()) if (key.startsWith(prefix)) this.#known.delete(key)
  }
}

/** A value with the revision of the change that wrote it. */
export interface Entry {
  readonly key: string
  readonly value: string
  readonly revision: number
}

/** Keys to compare, then changes, all of which happen or none. */
export interface Change {
  /** Key to the revision that it must still have; 0: it must not exist. */
  readonly expect?: ReadonlyMap<string, number>
  readonly put?: ReadonlyMap<string, string>
  readonly delete?: ReadonlySet<string>
  /** Deletes every key that begins so. Done before `put`. */
  readonly deletePrefixes?: ReadonlySet<string>
}

/** Something that a store, or what is in it, disagrees about. */
export interface Finding {
  /** Stable, greppable: `TNET_FSCK_` and what disagrees. */
  readonly code: string
  /** The key, pool, address or file. */
  readonly where: string
  readonly message: string
  readonly isRepaired: boolean
}

/**
 * A small key-value store of text, which several processes may use at once. Every change gets the
 * next revision of the whole store, and a change is made only if what it was based on still is so:
 * optimistic concurrency, no locks. That is etcd's transaction on `mod_revision`.
 *
 * Keys are paths such as `networks/shop`. Use `transact` rather than `commit` by hand.
 */
export interface Store extends AsyncDisposable {
  get(key: string): Promise<Entry | undefined>
  /** Every entry whose key begins with `prefix`, by key, as of one moment. */
  list(prefix: string): Promise<Entry[]>
  /** @returns false, and changes nothing, when an expected revision is not the one in the store. */
  commit(change: Change): Promise<boolean>
  /** Looks for damage in what holds the store, below keys and values; mends it when told to. */
  check(options?: { repair?: boolean }): Promise<Finding[]>
  close(): Promise<void>
}

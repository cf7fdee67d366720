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
  /** Prefix to a revision: no key that begins so may have been put after it. */
  readonly expectPrefixes?: ReadonlyMap<string, number>
  readonly put?: ReadonlyMap<string, string>
  /** Of keys being put: the id of the lease that they are deleted with. Without: they stay. */
  readonly leases?: ReadonlyMap<string, string>
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
 * Keys that are deleted when their holder no longer renews: what a process that died has, nobody
 * has to take from it.
 */
export interface StoreLease extends AsyncDisposable {
  /** No other lease has it, nor had. */
  readonly id: string
  /**
   * Begins its time anew.
   *
   * @throws DeadlineError TNET_LEASE_LOST when it had run out: its keys are gone.
   */
  renew(): Promise<void>
  /** Deletes its keys. Says nothing when it ran out before. */
  end(): Promise<void>
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
  /**
   * As `get`, but from memory when this store was there before: what a commit is going to compare
   * anyway need not be read anew. A commit that fails for it brings the memory up to date.
   *
   * @param isLikelyAbsent of what was never read: take it that the key is not there.
   */
  recall?(key: string, isLikelyAbsent: boolean): Promise<Entry | undefined>
  /**
   * @returns false, and changes nothing, when an expected revision is not the one in the store.
   * @throws DeadlineError TNET_LEASE_LOST when a lease of a key being put ran out.
   */
  commit(change: Change): Promise<boolean>
  /**
   * Begins a lease.
   *
   * @param ttlMs milliseconds until it runs out unless it is renewed. A store may round them up.
   */
  lease(ttlMs: number): Promise<StoreLease>
  /** Looks for damage in what holds the store, below keys and values; mends it when told to. */
  check(options?: { repair?: boolean }): Promise<Finding[]>
  close(): Promise<void>
}

import type { Store } from '../../src/ipam/store/store.ts'

/**
 * What one client sees of a store, as in another process: clients do not take turns. Some of its
 * methods may be others.
 */
export function client(
  store: Store,
  own: Partial<Pick<Store, 'get' | 'list' | 'commit'>> = {},
): Store {
  return {
    get: key => store.get(key),
    list: prefix => store.list(prefix),
    commit: change => store.commit(change),
    lease: ttlMs => store.lease(ttlMs),
    check: options => store.check(options),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
    ...own,
  }
}

import type { Change, Store } from '../../../src/ipam/store/store.ts'
import { client } from '../client.ts'

/** A generator of numbers from 0 to 1 that begins anew with each seed: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A client whose calls take a random number of turns: clients overtake each other. */
export function unhurried(store: Store, random: () => number): Store {
  const wait = async () => {
    for (let turns = random() * 5; turns > 0; turns--) await new Promise(setImmediate)
  }
  return client(store, {
    get: async key => (await wait(), store.get(key)),
    list: async prefix => (await wait(), store.list(prefix)),
    commit: async change => (await wait(), store.commit(change)),
  })
}

/** A client that dies at a commit, before or after it is made; it was made `commits` times before. */
export function mortal(store: Store, commits: number, { isMade }: { isMade: boolean }): Store {
  let left = commits
  return client(store, {
    commit: async (change: Change) => {
      left -= 1
      if (left >= 0) return store.commit(change)
      if (left === -1 && isMade) await store.commit(change)
      throw new Error('died')
    },
  })
}

/** A client that is held up at a commit, having made `commits` before, until `meanwhile` is done. */
export function heldUp(store: Store, commits: number, meanwhile: () => Promise<unknown>): Store {
  let left = commits
  return client(store, {
    commit: async change => {
      if (left-- === 0) await meanwhile()
      return store.commit(change)
    },
  })
}

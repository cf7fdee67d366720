import type { Pool } from './pool.ts'

/** Smaller pools are not worth it: they are full before it helps. */
const SMALLEST = 1024n
/** Places from the pool's first one on among which one begins to search. */
const WINDOW = 65_536n
/** Lost attempts of one change after which one keeps out of the way. */
const PATIENCE = 2
/** Addresses taken without a loss until the lowest is tried again. */
const CALM = 64
/** Places that round-robin leaves out at most. */
const SKIP = 4096

/**
 * Where this process looks for a free address while others take from the same pool. Everybody wants
 * the lowest one, and one at a time gets it; who lost twice goes on from a place of its own, where
 * it is alone, until things are calm. Who is alone from the start always gets the lowest.
 */
export class Spread {
  #from: bigint | undefined
  #calm = 0

  /**
   * @param losses how often this change was lost to others before.
   * @returns options for `OpenPool.next`.
   */
  search(pool: Pool, losses: number): { from?: bigint; skip?: number } {
    const { first, last } = pool.range
    const size = last - first + 1n
    if (size < SMALLEST) return {}
    const isInTurns = pool.definition.policy === 'round-robin'
    // In turn means onwards: an address that was given back rests a little less, not at all.
    if (isInTurns) return losses < PATIENCE ? {} : { skip: below(SKIP) }
    if (losses >= PATIENCE) {
      this.#from = first + BigInt(below(Number(size < WINDOW ? size : WINDOW)))
      this.#calm = 0
    }
    return this.#from === undefined ? {} : { from: this.#from }
  }

  /** What `search` led to was taken. */
  settle(place: bigint): void {
    if (this.#from === undefined) return
    this.#calm += 1
    this.#from = this.#calm < CALM ? place : undefined
  }
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit)
}

import { EnvironmentError } from '../errors.ts'
import { BitBlock, BLOCK_BITS } from './bit-block.ts'

const SHIFT = BigInt(Math.log2(BLOCK_BITS))
const MASK = BigInt(BLOCK_BITS - 1)

/** Where a bitmap's blocks are kept. A block that is not there has no bit set. */
export interface Blocks {
  read(level: number, index: bigint): Promise<BitBlock | undefined>
  write(level: number, index: bigint, block: BitBlock): void
  remove(level: number, index: bigint): void
}

/** How many levels of blocks a bitmap of 2^bits needs: 1 for a /20, 2 for a /16, 6 for a /64. */
function levelsFor(bits: number): number {
  return Math.max(1, Math.ceil(bits / Number(SHIFT)))
}

/**
 * One bit an address, as a tree of blocks. Level 0 holds the bits; a bit of the level above says
 * that a whole block below is full. So the lowest clear bit of a /16 is found in two blocks and
 * that of a /64 in at most eleven, however many are set, and what is not used takes no room.
 *
 *     level 1   1 1 0 0 …            block 0 and 1 below are full
 *     level 0   [4096] [4096] [37]   blocks that are not there are empty
 */
export class Bitmap {
  readonly #blocks: Blocks
  readonly #levels: number

  /** A bitmap of 2^bits bits in `blocks`. */
  constructor(bits: number, blocks: Blocks) {
    this.#levels = levelsFor(bits)
    this.#blocks = blocks
  }

  async has(bit: bigint): Promise<boolean> {
    const block = await this.#blocks.read(0, bit >> SHIFT)
    return block?.has(Number(bit & MASK)) ?? false
  }

  async set(bit: bigint): Promise<void> {
    let at = bit
    for (let level = 0; level < this.#levels; level++, at >>= SHIFT) {
      const block = (await this.#blocks.read(level, at >> SHIFT)) ?? new BitBlock()
      block.set(Number(at & MASK))
      this.#blocks.write(level, at >> SHIFT, block)
      if (!block.isFull) return
    }
  }

  async clear(bit: bigint): Promise<void> {
    let at = bit
    for (let level = 0; level < this.#levels; level++, at >>= SHIFT) {
      const block = await this.#blocks.read(level, at >> SHIFT)
      if (block === undefined) return
      const wasFull = block.isFull
      block.clear(Number(at & MASK))
      if (block.isEmpty) this.#blocks.remove(level, at >> SHIFT)
      else this.#blocks.write(level, at >> SHIFT, block)
      if (!wasFull) return
    }
  }

  /** The lowest clear bit from `from` to `to`, both included. */
  async nextClear(from: bigint, to: bigint): Promise<bigint | undefined> {
    let at = from
    let level = 0
    let place = await this.#clearIn(level, at)
    // Up, past what is full: the rest of this block, then the blocks after it, and so on.
    while (place < 0) {
      level += 1
      if (level === this.#levels) return undefined
      at = (at >> SHIFT) + 1n
      place = await this.#clearIn(level, at)
    }
    at = ((at >> SHIFT) << SHIFT) + BigInt(place)
    // Down again, to the lowest clear bit below.
    while (level > 0) {
      level -= 1
      at <<= SHIFT
      place = await this.#clearIn(level, at)
      if (place < 0) throw damaged(level, at >> SHIFT)
      at += BigInt(place)
    }
    return at <= to ? at : undefined
  }

  async #clearIn(level: number, at: bigint): Promise<number> {
    const block = await this.#blocks.read(level, at >> SHIFT)
    const place = Number(at & MASK)
    return block === undefined ? place : block.nextClear(place)
  }
}

function damaged(level: number, index: bigint): EnvironmentError {
  return new EnvironmentError(
    `bitmap block ${level}/${index} is full, but the one above disagrees`,
    {
      code: 'TNET_POOL_DAMAGED',
      hint: 'run fsck with repair',
    },
  )
}

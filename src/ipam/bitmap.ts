import { EnvironmentError } from '../errors.ts'
import { BitBlock, BLOCK_BITS } from './bit-block.ts'

const BITS = Math.log2(BLOCK_BITS)
const SHIFT = BigInt(BITS)
const MASK = BigInt(BLOCK_BITS - 1)

/** Where a bitmap's blocks are kept. A block that is not there has no bit set. */
export interface Blocks {
  read(level: number, index: bigint): Promise<BitBlock | undefined>
  write(level: number, index: bigint, block: BitBlock): void
  remove(level: number, index: bigint): void
}

export interface BitmapOptions {
  /**
   * Bits in a block of the lowest level. Whoever sets a bit writes its block: with small ones, many
   * may do so at once. Default 4096, as in the levels above.
   */
  leafBits?: number
}

/**
 * One bit an address, as a tree of blocks. Level 0 holds the bits; a bit of the level above says
 * that a whole block below is full. So the lowest clear bit of a /16 is found in three blocks and
 * that of a /64 in at most eleven, however many are set, and what is not used takes no room.
 *
 *     level 1   1 1 0 0 …            block 0 and 1 below are full
 *     level 0   [4096] [4096] [37]   blocks that are not there are empty
 */
export class Bitmap {
  readonly #blocks: Blocks
  readonly #levels: number
  readonly #leafBits: number
  readonly #leafShift: bigint
  readonly #leafMask: bigint

  /** A bitmap of 2^bits bits in `blocks`. */
  constructor(bits: number, blocks: Blocks, { leafBits = BLOCK_BITS }: BitmapOptions = {}) {
    this.#blocks = blocks
    this.#leafBits = leafBits
    this.#leafShift = BigInt(Math.log2(leafBits))
    this.#leafMask = BigInt(leafBits - 1)
    this.#levels = 1 + Math.max(0, Math.ceil((bits - Math.log2(leafBits)) / BITS))
  }

  async has(bit: bigint): Promise<boolean> {
    const block = await this.#blocks.read(0, bit >> this.#shift(0))
    return block?.has(this.#place(0, bit)) ?? false
  }

  async set(bit: bigint): Promise<void> {
    let at = bit
    for (let level = 0; level < this.#levels; level++) {
      const index = at >> this.#shift(level)
      const block = (await this.#blocks.read(level, index)) ?? new BitBlock(this.#size(level))
      block.set(this.#place(level, at))
      this.#blocks.write(level, index, block)
      if (!block.isFull) return
      at = index
    }
  }

  async clear(bit: bigint): Promise<void> {
    let at = bit
    for (let level = 0; level < this.#levels; level++) {
      const index = at >> this.#shift(level)
      const block = await this.#blocks.read(level, index)
      if (block === undefined) return
      const wasFull = block.isFull
      block.clear(this.#place(level, at))
      if (block.isEmpty) this.#blocks.remove(level, index)
      else this.#blocks.write(level, index, block)
      if (!wasFull) return
      at = index
    }
  }

  /** The lowest clear bit from `from` to `to`, both included. */
  async nextClear(from: bigint, to: bigint): Promise<bigint | undefined> {
    let at = from
    let level = 0
    let place = await this.#clearIn(level, at)
    // Up, past what is full: the rest of this block, then the blocks after it, and so on.
    while (place < 0) {
      at = (at >> this.#shift(level)) + 1n
      level += 1
      if (level === this.#levels) return undefined
      place = await this.#clearIn(level, at)
    }
    at = this.#first(level, at) + BigInt(place)
    // Down again, to the lowest clear bit below.
    while (level > 0) {
      level -= 1
      at <<= this.#shift(level)
      place = await this.#clearIn(level, at)
      if (place < 0) throw damaged(level, at >> this.#shift(level))
      at += BigInt(place)
    }
    return at <= to ? at : undefined
  }

  async #clearIn(level: number, at: bigint): Promise<number> {
    const block = await this.#blocks.read(level, at >> this.#shift(level))
    const place = this.#place(level, at)
    return block === undefined ? place : block.nextClear(place)
  }

  /** How many bits a block of a level has. */
  #size(level: number): number {
    return level === 0 ? this.#leafBits : BLOCK_BITS
  }

  #shift(level: number): bigint {
    return level === 0 ? this.#leafShift : SHIFT
  }

  /** Where in its block a bit is. */
  #place(level: number, at: bigint): number {
    return Number(at & (level === 0 ? this.#leafMask : MASK))
  }

  /** The first bit of the block that a bit is in. */
  #first(level: number, at: bigint): bigint {
    return (at >> this.#shift(level)) << this.#shift(level)
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

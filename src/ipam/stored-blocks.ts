import { BitBlock, BLOCK_BITS } from './bit-block.ts'
import type { Blocks } from './bitmap.ts'
import { unreadable } from './records.ts'
import type { Keys } from './records.ts'
import type { Transaction } from './store/transaction.ts'

/** The blocks of a pool's bitmap, read and written as part of a transaction. */
export class StoredBlocks implements Blocks {
  readonly #tx: Transaction
  readonly #key: (level: number, index: bigint) => string
  readonly #leafBits: number
  readonly #known = new Map<string, BitBlock | undefined>()

  constructor(tx: Transaction, keys: Keys, { pool, leafBits }: { pool: string; leafBits: number }) {
    this.#tx = tx
    this.#leafBits = leafBits
    this.#key = (level, index) => keys.block(pool, level, index)
  }

  async read(level: number, index: bigint): Promise<BitBlock | undefined> {
    const key = this.#key(level, index)
    if (this.#known.has(key)) return this.#known.get(key)
    const text = await this.#tx.get(key)
    const bits = level === 0 ? this.#leafBits : BLOCK_BITS
    const block = text === undefined ? undefined : BitBlock.decode(text, bits)
    if (text !== undefined && block === undefined) throw unreadable(key)
    this.#known.set(key, block)
    return block
  }

  write(level: number, index: bigint, block: BitBlock): void {
    const key = this.#key(level, index)
    this.#known.set(key, block)
    this.#tx.put(key, block.encode())
  }

  remove(level: number, index: bigint): void {
    const key = this.#key(level, index)
    this.#known.set(key, undefined)
    this.#tx.delete(key)
  }
}

/** Bits in a block, unless it is said to have fewer: 512 bytes. */
export const BLOCK_BITS = 4096

/**
 * The bits of neighbouring addresses, or of neighbouring blocks. Written as base64 without the
 * zeros at its end, so that a block with little in it takes little room.
 */
export class BitBlock {
  readonly #words: Uint32Array
  #count = 0

  /** @param bits a multiple of 32. */
  constructor(bits = BLOCK_BITS) {
    this.#words = new Uint32Array(bits / 32)
  }

  /** @returns undefined when `text` is not what `encode` writes. */
  static decode(text: string, bits = BLOCK_BITS): BitBlock | undefined {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length > bits / 8 || bytes.toString('base64') !== text) return undefined
    const block = new BitBlock(bits)
    // What is not there is zero; a block of 4096 bits that a small pool uses is mostly that.
    const words = Math.ceil(bytes.length / 4)
    const padded = Buffer.alloc(words * 4)
    bytes.copy(padded)
    for (let word = 0; word < words; word++) {
      block.#words[word] = padded.readUInt32LE(word * 4)
      block.#count += ones(block.#words[word]!)
    }
    return block
  }

  encode(): string {
    let words = this.#words.length
    while (words > 0 && this.#words[words - 1] === 0) words -= 1
    const bytes = Buffer.alloc(words * 4)
    for (let word = 0; word < words; word++) bytes.writeUInt32LE(this.#words[word]!, word * 4)
    let end = bytes.length
    while (end > 0 && bytes[end - 1] === 0) end -= 1
    return bytes.toString('base64', 0, end)
  }

  /** How many bits there are. */
  get size(): number {
    return this.#words.length * 32
  }

  /** How many are set. */
  get count(): number {
    return this.#count
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get isFull(): boolean {
    return this.#count === this.size
  }

  has(place: number): boolean {
    return ((this.#words[place >> 5]! >>> (place & 31)) & 1) === 1
  }

  set(place: number): void {
    if (this.has(place)) return
    this.#words[place >> 5]! |= 1 << (place & 31)
    this.#count += 1
  }

  clear(place: number): void {
    if (!this.has(place)) return
    this.#words[place >> 5]! &= ~(1 << (place & 31))
    this.#count -= 1
  }

  /** The lowest clear bit at `from` or after it; -1 when there is none. At most 128 words are read. */
  nextClear(from: number): number {
    if (from >= this.size) return -1
    // What lies below `from` counts as taken.
    let taken = this.#words[from >> 5]! | ((1 << (from & 31)) - 1)
    for (let word = from >> 5; ; taken = this.#words[word]!) {
      if (~taken !== 0) return word * 32 + lowestOne(~taken)
      word += 1
      if (word === this.#words.length) return -1
    }
  }

  /** The places of the bits that are set, in order. */
  *[Symbol.iterator](): Generator<number> {
    for (const [index, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) yield index * 32 + lowestOne(rest)
    }
  }
}

function lowestOne(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** How many bits of a word are set: sums of neighbouring fields of 1, 2, 4 bits, then of bytes. */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  sum = (sum + (sum >>> 4)) & 0x0f0f0f0f
  return Math.imul(sum, 0x01010101) >>> 24
}

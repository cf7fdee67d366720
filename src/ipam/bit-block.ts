/** Bits in a block: 512 bytes, so that a /16 is 16 of them, 8 KiB. */
export const BLOCK_BITS = 4096
const WORDS = BLOCK_BITS / 32

/**
 * The bits of 4096 neighbouring addresses. Written as base64 without the zeros at its end, so that
 * a block with little in it takes little room.
 */
export class BitBlock {
  readonly #words = new Uint32Array(WORDS)
  #count = 0

  /** @returns undefined when `text` is not what `encode` writes. */
  static decode(text: string): BitBlock | undefined {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length > WORDS * 4 || bytes.toString('base64') !== text) return undefined
    const block = new BitBlock()
    const padded = Buffer.alloc(WORDS * 4)
    bytes.copy(padded)
    for (let word = 0; word < WORDS; word++) {
      block.#words[word] = padded.readUInt32LE(word * 4)
      block.#count += ones(block.#words[word]!)
    }
    return block
  }

  encode(): string {
    const bytes = Buffer.alloc(WORDS * 4)
    for (let word = 0; word < WORDS; word++) bytes.writeUInt32LE(this.#words[word]!, word * 4)
    let end = bytes.length
    while (end > 0 && bytes[end - 1] === 0) end -= 1
    return bytes.toString('base64', 0, end)
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get isFull(): boolean {
    return this.#count === BLOCK_BITS
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
    if (from >= BLOCK_BITS) return -1
    // What lies below `from` counts as taken.
    let taken = this.#words[from >> 5]! | ((1 << (from & 31)) - 1)
    for (let word = from >> 5; ; taken = this.#words[word]!) {
      if (~taken !== 0) return word * 32 + lowestOne(~taken)
      word += 1
      if (word === WORDS) return -1
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

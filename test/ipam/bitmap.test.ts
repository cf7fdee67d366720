import t from 'tap'
import { BitBlock } from '../../src/ipam/bit-block.ts'
import { Bitmap } from '../../src/ipam/bitmap.ts'
import type { Blocks } from '../../src/ipam/bitmap.ts'

/** Blocks in memory that count how often they are read. */
class CountedBlocks implements Blocks {
  readonly blocks = new Map<string, BitBlock>()
  reads = 0

  async read(level: number, index: bigint) {
    this.reads += 1
    return this.blocks.get(`${level}/${index}`)
  }
  write(level: number, index: bigint, block: BitBlock) {
    this.blocks.set(`${level}/${index}`, block)
  }
  remove(level: number, index: bigint) {
    this.blocks.delete(`${level}/${index}`)
  }

  /** How many blocks the search for the lowest clear bit reads. */
  async cost(bitmap: Bitmap, to: bigint): Promise<[bigint | undefined, number]> {
    this.reads = 0
    return [await bitmap.nextClear(0n, to), this.reads]
  }
}

t.test('a block is written as the bytes that it uses', async t => {
  const block = new BitBlock()
  t.equal(block.encode(), '')
  for (const bit of [0, 31, 32, 4095]) block.set(bit)
  t.same([...BitBlock.decode(block.encode())!], [0, 31, 32, 4095])
  block.clear(4095)
  t.equal(Buffer.from(block.encode(), 'base64').length, 5)
  for (const text of ['!', 'AA==AA==', 'AAAA'.repeat(171)])
    t.equal(BitBlock.decode(text), undefined)
})

t.test('a block finds its lowest clear bit', async t => {
  const block = new BitBlock()
  t.equal(block.nextClear(7), 7)
  for (let bit = 0; bit < 4095; bit++) block.set(bit)
  t.equal(block.nextClear(0), 4095)
  t.equal(block.nextClear(4095), 4095)
  block.set(4095)
  t.ok(block.isFull)
  t.equal(block.nextClear(0), -1)
  block.clear(31)
  t.equal(block.nextClear(0), 31)
  t.equal(block.nextClear(32), -1)
})

t.test('a /16 takes 8 KiB, and its last bit is found as fast as its first', async t => {
  const blocks = new CountedBlocks()
  const bitmap = new Bitmap(16, blocks)
  let most = 0
  for (let bit = 0n; bit < 65536n; bit++) {
    const [found, reads] = await blocks.cost(bitmap, 65535n)
    if (found !== bit) t.equal(found, bit)
    most = Math.max(most, reads)
    await bitmap.set(bit)
  }
  t.ok(most <= 3, `at most ${most} blocks of 512 bytes are read`)
  t.equal(await bitmap.nextClear(0n, 65535n), undefined)
  const bytes = [...blocks.blocks.values()].reduce(
    (sum, block) => sum + Buffer.from(block.encode(), 'base64').length,
    0,
  )
  t.equal(bytes, 8192 + 2)
})

t.test('bits that are cleared in full blocks are found again', async t => {
  const blocks = new CountedBlocks()
  const bitmap = new Bitmap(14, blocks)
  for (let bit = 0n; bit < 16384n; bit++) await bitmap.set(bit)
  for (const bit of [16383n, 8191n, 4096n, 0n]) {
    await bitmap.clear(bit)
    t.equal(await bitmap.nextClear(0n, 16383n), bit)
  }
  t.equal(await bitmap.nextClear(1n, 16383n), 4096n)
  t.equal(await bitmap.nextClear(4097n, 8190n), undefined)
})

t.test('a /64 takes room by what is used, and searches few blocks', async t => {
  const blocks = new CountedBlocks()
  const bitmap = new Bitmap(64, blocks)
  const last = (1n << 64n) - 1n
  for (const bit of [0n, 1n << 40n, last]) await bitmap.set(bit)
  t.equal(blocks.blocks.size, 3)
  for (let bit = 0n; bit < 8192n; bit++) await bitmap.set(bit)
  t.same(await blocks.cost(bitmap, last), [8192n, 3])
  t.ok(await bitmap.has(last))
  t.equal(await bitmap.nextClear(last, last), undefined)
  for (let bit = 0n; bit < 8192n; bit++) await bitmap.clear(bit)
  t.equal(blocks.blocks.size, 2, 'empty blocks are removed')
})

t.test('a random bitmap agrees with a set', async t => {
  let seed = 12345
  const random = (n: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % n
  }
  const bitmap = new Bitmap(13, new CountedBlocks())
  const model = new Set<number>()
  for (let round = 0; round < 20000; round++) {
    const bit = random(8192)
    if (random(3) > 0) {
      model.add(bit)
      await bitmap.set(BigInt(bit))
    } else {
      model.delete(bit)
      await bitmap.clear(BigInt(bit))
    }
    if (round % 100 > 0) continue
    const from = random(8192)
    let expected = from
    while (model.has(expected)) expected += 1
    const found = await bitmap.nextClear(BigInt(from), 8191n)
    if (found !== (expected > 8191 ? undefined : BigInt(expected))) t.equal(found, expected)
  }
  t.ok(model.size > 1000)
})

t.test('a summary that disagrees is not believed', async t => {
  const blocks = new CountedBlocks()
  const bitmap = new Bitmap(16, blocks)
  for (let bit = 0n; bit < 4096n; bit++) await bitmap.set(bit)
  blocks.remove(1, 0n)
  blocks.write(0, 1n, blocks.blocks.get('0/0')!)
  await t.rejects(bitmap.nextClear(0n, 65535n), { code: 'TNET_POOL_DAMAGED', hint: /fsck/ })
})

import t from 'tap'
import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import type { BlockSpaceOptions } from '../../../src/ipam/blocks/space.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'

t.setTimeout(600_000)

function spaceOf(options: Omit<BlockSpaceOptions, 'name'>) {
  return new BlockIpam(new MemoryStore()).createSpace({ name: 'shop', ...options })
}

const defaults: [subnet: string, blockPrefix: number, size: bigint][] = [
  ['10.244.0.0/16', 24, 256n],
  ['10.244.0.0/22', 24, 4n],
  ['10.244.0.0/23', 25, 4n],
  ['192.0.2.0/28', 30, 4n],
  ['2001:db8::/56', 64, 256n],
  ['2001:db8::/62', 64, 4n],
  ['2001:db8::/112', 114, 4n],
  ['2001:db8::/124', 126, 4n],
]

t.test('F8: a block is a /24 or a /64, or a quarter of a small subnet', async t => {
  for (const [subnet, blockPrefix, size] of defaults)
    t.match(await spaceOf({ subnet }), { blockPrefix, size }, subnet)
})

t.test('F8, K1: one strict block a host, or several and borrowing', async t => {
  const subnet = '10.244.0.0/16'
  t.match(await spaceOf({ subnet }), { blocksPerHost: 1, strictAffinity: true })
  t.match(await spaceOf({ subnet, blocksPerHost: 20 }), { strictAffinity: false })
  t.match(await spaceOf({ subnet, blocksPerHost: 20, strictAffinity: true }), {
    strictAffinity: true,
  })
  t.match(await spaceOf({ subnet, strictAffinity: false }), { strictAffinity: false })
  t.match(await spaceOf({ subnet, skipFirst: true }), { size: 255n })
})

const refused: [options: Omit<BlockSpaceOptions, 'name'>, code: string, says: RegExp][] = [
  [{ subnet: '192.0.2.0/29' }, 'TNET_SPACE_BLOCKS', /\/28 is the smallest/],
  [{ subnet: '2001:db8::/125' }, 'TNET_SPACE_BLOCKS', /\/124 is the smallest/],
  [{ subnet: '10.0.0.0/23', blockPrefix: 24 }, 'TNET_SPACE_BLOCKS', /four blocks/],
  [{ subnet: '10.0.0.0/16', blockPrefix: 16 }, 'TNET_SPACE_BLOCKS', /four blocks/],
  [{ subnet: '10.0.0.0/16', blockPrefix: 31 }, 'TNET_SPACE_BLOCKS', /four addresses/],
  [{ subnet: '10.0.0.0/16', blockPrefix: 24.5 }, 'TNET_SPACE_BLOCKS', /four addresses/],
  [{ subnet: '10.0.0.0/16', blocksPerHost: 0 }, 'TNET_SPACE_BLOCKS', /^0$/],
  [{ subnet: '10.0.0.0/16', blocksPerHost: 51 }, 'TNET_SPACE_BLOCKS', /^51$/],
  [{ subnet: '10.0.0.0/16', leaseMs: 999 }, 'TNET_SPACE_BLOCKS', /999 ms/],
  [{ subnet: '10.0.0.0/16', leaseMs: Infinity }, 'TNET_SPACE_BLOCKS', /Infinity ms/],
  [{ subnet: '10.0.0.1/16' }, 'TNET_ADDRESS_HOST_BITS', /10\.0\.0\.0\/16/],
]

t.test('F8: a subnet that is too small for four hosts is refused', async t => {
  const store = new MemoryStore()
  const ipam = new BlockIpam(store)
  for (const [options, code, says] of refused) {
    const error = await ipam.createSpace({ name: 'shop', ...options }).catch((e: unknown) => e)
    t.match(error, { name: 'UsageError', code, hint: /./ }, JSON.stringify(options))
    const { facts } = error as { facts: Record<string, string> }
    t.ok(
      Object.values(facts).some(fact => says.test(fact)),
      JSON.stringify(facts),
    )
  }
  await t.rejects(ipam.createSpace({ name: '', subnet: '10.0.0.0/16' }), { code: 'TNET_POOL_NAME' })
  t.same(await store.list(''), [], 'and nothing of it stays')
})

t.test('spaces and pools refuse names and subnets of each other', async t => {
  const store = new MemoryStore()
  const [spaces, pools] = [new BlockIpam(store), new Ipam(store)]
  await spaces.createSpace({ name: 'shop', subnet: '10.244.0.0/16' })
  await pools.createPool({ name: 'blue', subnet: '10.0.1.0/24' })
  await spaces.claim('shop', 'alpha')
  await t.rejects(pools.createPool({ name: 'red', subnet: '10.244.9.0/24' }), {
    code: 'TNET_POOL_OVERLAP',
    message: 'pool "red" (10.244.9.0/24) overlaps address space "shop" (10.244.0.0/16)',
  })
  await t.rejects(spaces.createSpace({ name: 'red', subnet: '10.0.0.0/16' }), {
    code: 'TNET_POOL_OVERLAP',
    message: 'address space "red" (10.0.0.0/16) overlaps pool "blue" (10.0.1.0/24)',
  })
  await t.rejects(pools.createPool({ name: 'shop' }), { code: 'TNET_POOL_EXISTS' })
  await t.rejects(spaces.createSpace({ name: 'blue', subnet: '10.7.0.0/16' }), {
    code: 'TNET_POOL_EXISTS',
  })
  await t.rejects(spaces.createSpace({ name: 'shop', subnet: '10.7.0.0/16' }), {
    code: 'TNET_POOL_EXISTS',
  })
  const { subnet } = await pools.createPool({ name: 'any', used: [] })
  t.equal(subnet, '172.17.0.0/16')
  t.same(
    (await pools.list()).map(({ name }) => name),
    ['any', 'blue'],
    'a space is no pool, its blocks are none of their own',
  )
  t.match(await spaces.list(), [{ name: 'shop', subnet: '10.244.0.0/16' }])
  await t.rejects(pools.allocate('shop'), { code: 'TNET_POOL_UNKNOWN' })
  await t.rejects(spaces.claim('blue', 'alpha'), { code: 'TNET_SPACE_UNKNOWN' })
  await spaces.deleteSpace('shop')
  await pools.createPool({ name: 'red', subnet: '10.244.9.0/24' })
})

t.test('an automatic pool keeps clear of address spaces', async t => {
  const store = new MemoryStore()
  await new BlockIpam(store).createSpace({ name: 'shop', subnet: '172.16.0.0/15' })
  t.equal((await new Ipam(store).createPool({ name: 'any' })).subnet, '172.18.0.0/16')
})

t.test('names of spaces, hosts and owners are any text', async t => {
  const store = new MemoryStore()
  const ipam = new BlockIpam(store)
  const names = ['a b', 'a/b', '$(x)', "it's", '日本語', '__proto__', '..', '%2F', '\n']
  for (const [n, name] of names.entries()) {
    await ipam.createSpace({ name, subnet: `10.${n}.0.0/16` })
    await ipam.claim(name, name, { data: { [name]: name } })
    t.equal((await ipam.allocate(name, { host: name, owner: name })).address, `10.${n}.0.2`)
  }
  t.match(await new Ipam(store).fsck(), { isClean: true, addresses: names.length })
  for (const name of names) {
    t.match(await ipam.blocks(name), [{ host: name, space: name }])
    t.match(await ipam.releaseOwner(name), [{ space: name }])
    await ipam.deleteSpace(name)
  }
  t.match(await store.list(''), [{ key: 'ipam/index', value: '[]' }])
  await ipam.createSpace({ name: 'shop', subnet: '10.0.0.0/16' })
  await t.rejects(ipam.claim('shop', ''), { code: 'TNET_POOL_NAME', message: /a host/ })
  await t.rejects(ipam.allocate('shop', { host: 'a', owner: '' }), { code: 'TNET_POOL_NAME' })
})

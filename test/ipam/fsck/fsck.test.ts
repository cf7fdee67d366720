import path from 'node:path'
import fs from 'node:fs'
import t from 'tap'
import { BitBlock } from '../../../src/ipam/bit-block.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { FileStore } from '../../../src/ipam/store/file-store.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import { checkMending, type Damage } from './mending.ts'

/** Two pools, three allocated addresses, one reserved. */
async function arranged() {
  const store = new MemoryStore()
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/16', auxiliary: { dns: '10.0.0.9' } })
  await ipam.createPool({ name: 'green', subnet: '2001:db8::/64', policy: 'round-robin' })
  for (const owner of ['web', 'app']) await ipam.allocate('blue', { owner })
  await ipam.allocate('green', { owner: 'web' })
  await ipam.reserve('blue', '10.0.5.5')
  const at = async (key: string) => (await store.get(key))?.value
  const put = (key: string, value: string) => store.commit({ put: new Map([[key, value]]) })
  const remove = (key: string) => store.commit({ delete: new Set([key]) })
  const edit = async (key: string, change: (value: Record<string, unknown>) => void) => {
    const value = JSON.parse((await at(key))!) as Record<string, unknown>
    change(value)
    await put(key, JSON.stringify(value))
  }
  const dump = async () => (await store.list('')).map(({ key, value }) => `${key} ${value}`)
  return { ipam, store, at, put, remove, edit, dump }
}

type Arranged = Awaited<ReturnType<typeof arranged>>

const blue = 'ipam/addresses/blue'
const full = Buffer.alloc(8, 255).toString('base64')

const damages: readonly Damage<Arranged>[] = [
  [
    'a bit that nobody has',
    a => a.put('ipam/bitmaps/blue/0/1', 'AQ=='),
    'BITMAP',
    /nobody has it: 10\.0\.0\.64$/,
    true,
  ],
  [
    'bits that are missing',
    a => a.remove('ipam/bitmaps/blue/0/0'),
    'BITMAP',
    /free in the bitmap: 10\.0\.0\.0, 10\.0\.0\.1, 10\.0\.0\.2, 10\.0\.0\.3, 10\.0\.0\.9$/,
    true,
  ],
  [
    'an unreadable block',
    a => a.put('ipam/bitmaps/blue/0/0', '~'),
    'BITMAP',
    /block 0\/0 cannot be read/,
    true,
  ],
  [
    'a wrong summary',
    a => a.put('ipam/bitmaps/blue/1/0', 'Ag=='),
    'BITMAP',
    /block 1\/0, a summary/,
    true,
  ],
  [
    'a block past the end',
    a => a.put('ipam/bitmaps/blue/0/1024', full),
    'BITMAP',
    /number 65536, past the end/,
    true,
  ],
  [
    'an unreadable address',
    a => a.put(`${blue}/10.0.0.2`, 'x'),
    'ADDRESS',
    /the record of 10\.0\.0\.2 cannot be read/,
    true,
  ],
  [
    'an address outside',
    a => a.put(`${blue}/10.1.0.2`, '{}'),
    'ADDRESS',
    /"10\.1\.0\.2" .* no address of 10\.0\.0\.0\/16/,
    true,
  ],
  ['no address', a => a.put(`${blue}/web`, '{}'), 'ADDRESS', /"web"/, true],
  [
    'the gateway’s address',
    a => a.put(`${blue}/10.0.0.1`, '{}'),
    'ADDRESS',
    /is the gateway/,
    true,
  ],
  [
    'an address twice',
    a => a.put('ipam/addresses/green/2001:DB8::2', '{}'),
    'ADDRESS',
    /2001:db8::2 has a second record as "2001:DB8::2"/,
    true,
  ],
  [
    'an owner without record',
    a => a.remove('ipam/owners/web/blue'),
    'OWNER',
    /10\.0\.0\.2 is held by "web", whose own record says nothing/,
    true,
  ],
  [
    'an owner of nothing',
    a => a.put('ipam/owners/db/blue', '10.0.0.7'),
    'OWNER',
    /"db" is said to have 10\.0\.0\.7/,
    true,
  ],
  [
    'a turn outside',
    a => a.put('ipam/turns/green', `${1n << 70n}`),
    'COUNTER',
    /outside the range/,
    false,
  ],
  ['an unreadable pool', a => a.put('ipam/pools/blue', '{'), 'POOL', /cannot be read/, false],
  [
    'a lost pool',
    a => a.remove('ipam/pools/blue'),
    'POOL',
    /in the index, but has no record/,
    false,
  ],
  ['an unreadable index', a => a.put('ipam/index', '{'), 'INDEX', /cannot be read/, true],
  ['a lost index', a => a.remove('ipam/index'), 'INDEX', /"blue", "green"/, true],
]

t.test('nothing is wrong with what IPAM makes', async t => {
  const { ipam } = await arranged()
  t.same(await ipam.fsck(), { isClean: true, findings: [], pools: 2, addresses: 4 })
})

t.test('each damage is named, and mended', async t => {
  await checkMending(t, damages, arranged, async ({ ipam }) => {
    t.match(await ipam.inspect('blue'), {
      addresses: [{ owner: 'web' }, { owner: 'app' }, { kind: 'reserved' }],
    })
  })
})

t.test('an address in another spelling keeps its holder', async t => {
  const a = await arranged()
  const before = await a.dump()
  const value = await a.at('ipam/addresses/green/2001:db8::2')
  await a.remove('ipam/addresses/green/2001:db8::2')
  await a.put('ipam/addresses/green/2001:DB8::2', value!)
  t.match((await a.ipam.fsck({ repair: true })).findings, [{ code: 'TNET_FSCK_ADDRESS' }])
  t.same(await a.dump(), before)
})

t.test('what a person has to decide is reported and left alone', async t => {
  const a = await arranged()
  await a.put(`${blue}/10.0.0.77`, JSON.stringify({ kind: 'allocated', owner: 'web' }))
  await a.put('ipam/strange', 'x')
  await a.edit(
    'ipam/pools/green',
    value =>
      (value['definition'] = {
        ...(value['definition'] as object),
        subnet: '10.0.128.0/17',
        gateway: null,
      }),
  )
  const { findings, isClean } = await a.ipam.fsck({ repair: true })
  t.notOk(isClean)
  const left = findings.filter(f => !f.isRepaired).map(f => `${f.code} ${f.where} ${f.message}`)
  t.match(left.sort(), [
    /DUPLICATE blue "web" has 10\.0\.0\.2 and 10\.0\.0\.77: release one/,
    /FOREIGN ipam\/strange/,
    /OVERLAP blue it \(10\.0\.0\.0\/16\) overlaps pool "green" \(10\.0\.128\.0\/17\)/,
  ])
  t.equal(left.length, 3)
  t.equal(await a.at('ipam/strange'), 'x')
})

t.test('what is left of a pool that is gone is cleared away', async t => {
  const a = await arranged()
  await a.store.commit({
    delete: new Set(['ipam/pools/blue']),
    put: new Map([['ipam/index', '[]']]),
  })
  const { findings } = await a.ipam.fsck({ repair: true })
  t.match(findings, [{ code: 'TNET_FSCK_INDEX' }, { code: 'TNET_FSCK_ORPHAN', where: 'blue' }])
  t.same(
    (await a.dump()).filter(line => line.includes('blue')),
    [],
  )
})

t.test('a pool that cannot be read at all keeps its addresses', async t => {
  const a = await arranged()
  await a.put('ipam/pools/blue', '{')
  await a.put('ipam/index', '{')
  const { findings, isClean } = await a.ipam.fsck({ repair: true })
  t.notOk(isClean)
  t.match(
    findings.find(f => f.code === 'TNET_FSCK_POOL'),
    { where: 'blue', isRepaired: false },
  )
  t.ok(await a.at(`${blue}/10.0.0.2`))
})

t.test('damage is an error of every other call, with the way out', async t => {
  const a = await arranged()
  await a.put('ipam/bitmaps/blue/0/0', '~')
  await t.rejects(a.ipam.allocate('blue'), { code: 'TNET_POOL_DAMAGED', hint: /fsck/ })
  await a.put('ipam/bitmaps/blue/0/0', 'AQ==')
  await t.rejects(a.ipam.allocate('blue', { address: '10.0.0.2' }), { code: 'TNET_POOL_DAMAGED' })
  await a.put('ipam/pools/blue', '{')
  await t.rejects(a.ipam.allocate('blue'), { code: 'TNET_POOL_DAMAGED' })
})

t.test('a repair that rests on what has changed starts anew', async t => {
  const a = await arranged()
  await a.remove('ipam/owners/web/blue')
  const commit = a.store.commit.bind(a.store)
  a.store.commit = async change => {
    a.store.commit = commit
    // The address that its owner's lost record was deduced from.
    await a.ipam.release('blue', '10.0.0.2')
    return commit(change)
  }
  t.ok((await a.ipam.fsck({ repair: true })).isClean)
  t.equal(await a.at('ipam/owners/web/blue'), undefined)
})

t.test('more is mended than fits one change', async t => {
  const a = await arranged()
  const bad = Array.from({ length: 250 }, (_, n) => [`${blue}/bad-${n}`, '{}'] as const)
  await a.store.commit({ put: new Map(bad) })
  const report = await a.ipam.fsck({ repair: true })
  t.equal(report.findings.length, 250)
  t.ok((await a.ipam.fsck()).isClean)
})

t.test('a repair starts anew when somebody allocates in between', async t => {
  const a = await arranged()
  const block = BitBlock.decode((await a.at('ipam/bitmaps/blue/0/0'))!, 64)!
  block.set(20)
  await a.put('ipam/bitmaps/blue/0/0', block.encode())
  const commit = a.store.commit.bind(a.store)
  let other: string | undefined
  a.store.commit = async change => {
    a.store.commit = commit
    other = (await a.ipam.allocate('blue')).address
    return commit(change)
  }
  t.ok((await a.ipam.fsck({ repair: true })).isClean)
  t.equal(other, '10.0.0.4')
  t.match(await a.ipam.inspect('blue'), { addresses: { length: 4 } })
  t.same((await a.ipam.fsck()).findings, [])
})

t.test('a damaged file is named, and mended below and above', async t => {
  const file = path.join(t.testdir(), 'state')
  await using store = await FileStore.open(file, { fsync: false })
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet: '10.0.1.0/24' })
  for (const owner of ['a', 'b', 'c']) await ipam.allocate('blue', { owner })
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('blue/10.0.1.3', 'blue/10.0.1.4'))
  t.match(await ipam.fsck(), { isClean: false, findings: [{ code: 'TNET_FSCK_JOURNAL' }] })
  const repaired = await ipam.fsck({ repair: true })
  t.ok(repaired.isClean)
  t.same((await ipam.fsck()).findings, [])
  const { addresses } = await ipam.inspect('blue')
  t.same(
    addresses.map(({ owner }) => owner),
    ['a', 'c'],
  )
})

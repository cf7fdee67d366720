import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'

/**
 * A pool and an address space: alpha has two blocks, the first of which is full, and has lent an
 * address of the second to delta, which has no block; beta's block has nothing in it.
 */
export async function arranged() {
  const store = new MemoryStore()
  const [ipam, spaces] = [new Ipam(store), new BlockIpam(store)]
  await ipam.createPool({ name: 'blue', subnet: '10.0.1.0/24' })
  await ipam.allocate('blue', { owner: 'web' })
  const rules = { gateways: false, blocksPerHost: 2, leaseMs: 60_000 }
  await spaces.createSpace({ name: 'shop', subnet: '192.0.2.0/28', ...rules })
  await spaces.claim('shop', 'alpha', { data: { vtep: '198.51.100.1' } })
  for (const owner of ['web', 'app', 'db', 'job'])
    await spaces.allocate('shop', { host: 'alpha', owner })
  await spaces.claim('shop', 'alpha', { subnet: '192.0.2.8/30' })
  await spaces.claim('shop', 'beta')
  const at = async (key: string) => (await store.get(key))?.value
  const put = (key: string, value: string) => store.commit({ put: new Map([[key, value]]) })
  const remove = (...keys: string[]) => store.commit({ delete: new Set(keys) })
  await put(`${root}/hosts/delta`, (await at(`${root}/hosts/beta`))!.replace(/"192.*?"/, ''))
  await spaces.allocate('shop', { host: 'delta', owner: 'bus', address: '192.0.2.9' })
  const edit = async (key: string, change: (value: Record<string, unknown>) => void) => {
    const value = JSON.parse((await at(key))!) as Record<string, unknown>
    change(value)
    await put(key, JSON.stringify(value))
  }
  // Leases that fsck begins end at another time.
  const dump = async () =>
    (await store.list('')).map(
      ({ key, value }) => `${key} ${value.replace(/("expiresAt":)\d+/, '$1…')}`,
    )
  return { ipam, spaces, store, at, put, remove, edit, dump }
}

type Arranged = Awaited<ReturnType<typeof arranged>>

export const root = 'ipam/spaces/shop'
const first = '192.0.2.0%2F30'
const third = '192.0.2.8%2F30'

/** Damage, what names it, and whether repair brings back exactly what was. */
export const damages: [
  label: string,
  damage: (a: Arranged) => Promise<unknown>,
  code: string,
  message: RegExp,
  restored: boolean,
][] = [
  [
    'a lost space',
    a => a.remove(`${root}/space`),
    'SPACE',
    /in the index, but has no record/,
    true,
  ],
  ['an unreadable space', a => a.put(`${root}/space`, '{'), 'SPACE', /cannot be read/, true],
  ['a space of another name', a => a.put(`${root}/space`, '{"definition":1}'), 'SPACE', /./, true],
  ['a lost index', a => a.remove('ipam/index'), 'INDEX', /"blue", "shop"|"shop", "blue"/, false],
  ['an unreadable index', a => a.put('ipam/index', '{'), 'INDEX', /cannot be read/, true],
  [
    'a space that the index does not know',
    a => a.edit('ipam/index', v => (v as unknown as unknown[]).pop()),
    'INDEX',
    /"shop"/,
    true,
  ],
  [
    'a lost block',
    a => a.remove(`${root}/pools/${first}`),
    'POOL',
    /192\.0\.2\.0\/30, the block of host "alpha", has no record/,
    false,
  ],
  [
    'an unreadable block',
    a => a.put(`${root}/pools/${first}`, '{'),
    'POOL',
    /cannot be read/,
    false,
  ],
  [
    'a block without its host',
    a => a.edit(`${root}/pools/${first}`, v => ((v['definition'] as { host: null }).host = null)),
    'POOL',
    /recorded wrong/,
    true,
  ],
  [
    'a block with another subnet',
    a =>
      a.edit(`${root}/pools/${first}`, v => {
        ;(v['definition'] as { subnet: string }).subnet = '192.0.2.0/29'
      }),
    'POOL',
    /recorded wrong/,
    true,
  ],
  [
    'a block that nobody has, without a record',
    async a => {
      const host = (await a.at(`${root}/hosts/alpha`))!
      await a.put(`${root}/hosts/alpha`, host.replace('"192.0.2.0/30",', ''))
      await a.remove(`${root}/pools/${first}`)
    },
    'POOL',
    /192\.0\.2\.0\/30, the block of nobody, has no record/,
    false,
  ],
  [
    'bits of a block that nobody has',
    a => a.put(`${root}/bitmaps/192.0.2.12%2F30/0/0`, 'AQ=='),
    'ORPHAN',
    /no such block, but 1 records/,
    true,
  ],
  [
    'bits of no block',
    a => a.put(`${root}/bitmaps/203.0.113.0%2F30/0/0`, 'AQ=='),
    'ORPHAN',
    /no such block/,
    true,
  ],
  [
    'a host that lists too little',
    a => a.edit(`${root}/hosts/alpha`, v => (v['blocks'] = ['192.0.2.0/30'])),
    'HOST',
    /host "alpha" has 192\.0\.2\.0\/30, 192\.0\.2\.8\/30, but lists 192\.0\.2\.0\/30$/,
    true,
  ],
  [
    'a host that lists what is another’s',
    a => a.edit(`${root}/hosts/beta`, v => (v['blocks'] = ['192.0.2.8/30', '192.0.2.4/30'])),
    'HOST',
    /host "beta" has 192\.0\.2\.4\/30, but lists/,
    true,
  ],
  [
    'a host that lists what is no block',
    a => a.edit(`${root}/hosts/beta`, v => (v['blocks'] = ['192.0.2.4/30', 'x', '10.0.0.0/30'])),
    'HOST',
    /host "beta" has 192\.0\.2\.4\/30, but lists 192\.0\.2\.4\/30, x, 10/,
    true,
  ],
  ['a lost host', a => a.remove(`${root}/hosts/beta`), 'HOST', /"beta".*, but has no record/, true],
  ['an unreadable host', a => a.put(`${root}/hosts/alpha`, '{'), 'HOST', /cannot be read/, false],
  [
    'a lost host that borrows',
    a => a.remove(`${root}/hosts/delta`),
    'HOST',
    /host "delta" has no block of its own, but has no record/,
    true,
  ],
  [
    'an address without host',
    a => a.edit(`${root}/addresses/${first}/192.0.2.1`, v => delete v['host']),
    'ADDRESS',
    /192\.0\.2\.1 does not say which host has it: "alpha"/,
    true,
  ],
  [
    'an unreadable address',
    a => a.put(`${root}/addresses/${first}/192.0.2.1`, 'x'),
    'ADDRESS',
    /the record of 192\.0\.2\.1 cannot be read/,
    true,
  ],
  [
    'an address of another block',
    a => a.put(`${root}/addresses/${first}/192.0.2.5`, '{"kind":"allocated","owner":"x"}'),
    'ADDRESS',
    /"192\.0\.2\.5" has a record, but is no address of 192\.0\.2\.0\/30/,
    true,
  ],
  [
    'an owner without record',
    a => a.remove(`${root}/owners/web`),
    'OWNER',
    /192\.0\.2\.0 is held by "web"/,
    true,
  ],
  [
    'an owner whose record names another block',
    a => a.put(`${root}/owners/web`, '192.0.2.6'),
    'OWNER',
    /192\.0\.2\.0 is held by "web", whose own record says 192\.0\.2\.6/,
    true,
  ],
  [
    'an owner of nothing',
    a => a.put(`${root}/owners/x`, '192.0.2.10'),
    'OWNER',
    /"x" is said to have 192\.0\.2\.10, which it does not/,
    true,
  ],
  [
    'an owner in nobody’s block',
    a => a.put(`${root}/owners/x`, '192.0.2.12'),
    'OWNER',
    /192\.0\.2\.12, which is in nobody's block/,
    true,
  ],
  ['an owner of no address', a => a.put(`${root}/owners/x`, '?'), 'OWNER', /"x"/, true],
  [
    'a bit that nobody has',
    a => a.put(`${root}/bitmaps/${third}/0/0`, 'Bg=='),
    'BITMAP',
    /nobody has it: 192\.0\.2\.10$/,
    true,
  ],
  [
    'a wrong count',
    a => a.edit(`${root}/pools/${first}`, v => (v['free'] = '2')),
    'COUNTER',
    /./,
    true,
  ],
]

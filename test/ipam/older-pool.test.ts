import t from 'tap'
import { Ipam } from '../../src/ipam/ipam.ts'
import { OpenPool } from '../../src/ipam/open-pool.ts'
import { Pool } from '../../src/ipam/pool.ts'
import type { PoolDefinition } from '../../src/ipam/pool.ts'
import { encodePool, Keys } from '../../src/ipam/records.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'
import { transact } from '../../src/ipam/store/transaction.ts'

t.test('a pool that an older version made is used, and looked after, as it is', async t => {
  const store = new MemoryStore()
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'old', subnet: '10.0.0.0/16' })
  const { definition } = JSON.parse((await store.get('ipam/pools/old'))!.value) as {
    definition: PoolDefinition
  }
  await store.commit({ deletePrefixes: new Set(['ipam/bitmaps/']) })
  const pool = new Pool(definition)
  await transact(store, 'old', tx =>
    new OpenPool(tx, new Keys(), { pool, free: pool.capacity, last: undefined }).create(),
  )
  t.equal((await ipam.allocate('old', { owner: 'web' })).address, '10.0.0.2')
  t.match(await ipam.list(), [{ free: 65532n }])
  t.match(await ipam.inspect('old'), { free: 65532n, addresses: [{ owner: 'web' }] })
  t.ok((await ipam.fsck()).isClean)
  const wrong = { pool, free: 7n, last: undefined }
  await store.commit({ put: new Map([['ipam/pools/old', encodePool(wrong)]]) })
  const { findings } = await ipam.fsck({ repair: true })
  t.match(findings, [{ code: 'TNET_FSCK_COUNTER', message: /65532 addresses are free, but 7/ }])
  t.ok((await ipam.fsck()).isClean)
  await ipam.release('old', '10.0.0.2')
  await ipam.deletePool('old')
  t.match(await store.list('ipam/'), [{ key: 'ipam/index', value: '[]' }])
})

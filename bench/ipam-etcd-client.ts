/**
 * One client of `bench/ipam-etcd.ts`: says `ready`, waits for a line, changes what it can for a
 * while, and says how many changes that were.
 *
 *   ipam-etcd-client.ts KIND WHERE NAME SECONDS
 */
import { once } from 'node:events'
import { Etcd3 } from 'etcd3'
import { Ipam } from '../src/ipam/ipam.ts'
import { EtcdStore } from '../src/ipam/store/etcd-store.ts'
import { FileStore } from '../src/ipam/store/file-store.ts'
import { MemoryStore } from '../src/ipam/store/memory-store.ts'
import type { Store } from '../src/ipam/store/store.ts'

const [kind = '', where = '', name = '', seconds = ''] = process.argv.slice(2)

/** An address taken, and one of ten given back. */
async function pool(store: Store): Promise<() => Promise<void>> {
  const ipam = new Ipam(store)
  if (kind === 'memory') await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/16' })
  const held: string[] = []
  let n = 0
  await ipam.allocate('blue', { owner: `${name} warms up` })
  return async () => {
    if (held.length < 10) {
      held.push((await ipam.allocate('blue', { owner: `${name}-${n++}` })).address)
    } else await ipam.release('blue', held.shift() ?? '')
  }
}

/** What etcd can do at best: keys that nobody else changes, as many as an address has. */
async function transactions(): Promise<() => Promise<void>> {
  const { kv } = new Etcd3({ hosts: where })
  let n = 0
  const key = (part: string, n: number) => Buffer.from(`raw/${name}/${part}/${n}`)
  const value = Buffer.from('{"kind":"allocated","owner":"somebody"}')
  return async () => {
    const keys = ['address', 'owner', 'bits'].map(part => key(part, n % 10))
    const isPut = Math.floor(n++ / 10) % 2 === 0
    const compare = { key: keys[0]!, target: 'Mod', result: 'Greater', mod_revision: -1 } as const
    const success = keys.map(key =>
      isPut ? { request_put: { key, value } } : { request_delete_range: { key } },
    )
    await kv.txn({ compare: [compare], success, failure: [] })
  }
}

async function open(): Promise<() => Promise<void>> {
  if (kind === 'raw') return transactions()
  if (kind === 'memory') return pool(new MemoryStore())
  if (kind === 'file') return pool(await FileStore.open(where))
  return pool(await EtcdStore.open({ endpoints: where }))
}

const change = await open()
console.log('ready')
await once(process.stdin, 'data')
const end = performance.now() + Number(seconds) * 1000
let changes = 0
for (; performance.now() < end; changes++) await change()
console.log(changes)
process.exit()

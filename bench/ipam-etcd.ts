/**
 * What addresses in etcd cost: clients in processes of their own take addresses from one pool and
 * give them back, beside the other stores and beside transactions of the same size on keys that
 * nobody shares, which is what this etcd can do at best.
 *
 *   node --import=tsx bench/ipam-etcd.ts [--seconds 4] [--clients 8] [--members 3]
 */
import '../test/sandboxed.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Ipam } from '../src/ipam/ipam.ts'
import { EtcdStore } from '../src/ipam/store/etcd-store.ts'
import { FileStore } from '../src/ipam/store/file-store.ts'
import type { Store } from '../src/ipam/store/store.ts'
import { EtcdServers } from '../test/ipam/store/etcd-server.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    clients: { type: 'string', default: '8' },
    members: { type: 'string', default: '3' },
  },
})
const script = fileURLToPath(new URL('ipam-etcd-client.ts', import.meta.url))

/** Changes a second of so many clients together, once all of them are ready. */
async function rate(kind: string, where: string, clients: number): Promise<number> {
  const all = Array.from({ length: clients }, (_, n) => {
    const args = ['--import=tsx', script, kind, where, `${kind}-${clients}-${n}`, values.seconds]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() }
  })
  for (const { lines } of all) await lines.next()
  for (const { child } of all) child.stdin.end('go\n')
  let changes = 0
  for (const { lines } of all) changes += Number((await lines.next()).value)
  for (const { child } of all) if (child.exitCode === null) await once(child, 'exit')
  return changes / Number(values.seconds)
}

async function withPool(store: Store): Promise<void> {
  await new Ipam(store).createPool({ name: 'blue', subnet: '10.0.0.0/16' })
  await store.close()
}

const clients = Number(values.clients)
await using etcd = await EtcdServers.start({ members: Number(values.members) })
const endpoints = etcd.endpoints.join()
await withPool(await EtcdStore.open({ endpoints }))
await withPool(await FileStore.open('/run/state'))

const rows: [label: string, changes: number][] = [
  ['transactions of etcd, 1 client', await rate('raw', endpoints.split(',')[0] ?? '', 1)],
  [
    `transactions of etcd, ${clients} clients`,
    await rate('raw', endpoints.split(',')[0] ?? '', clients),
  ],
  ['one pool in etcd, 1 client', await rate('etcd', endpoints, 1)],
  [`one pool in etcd, ${clients} clients`, await rate('etcd', endpoints, clients)],
  ['one pool in a file, 1 client', await rate('file', '/run/state', 1)],
  [`one pool in a file, ${clients} clients`, await rate('file', '/run/state', clients)],
  ['one pool in memory', await rate('memory', '', 1)],
]
const best = rows[1]?.[1] ?? NaN
console.log(
  `Addresses taken and given back a second; etcd with ${values.members} members in memory`,
)
for (const [label, changes] of rows) {
  const times = (changes / best).toFixed(2)
  console.log(`  ${label.padEnd(32)} ${changes.toFixed(0).padStart(7)}  ${times.padStart(7)}x`)
}

/**
 * A client for the stress test: takes addresses from a pool and gives them back until its standard
 * input ends, and says what it does, with the time on the machine's monotonic clock:
 *
 *     lease TIME             from TIME on its lease runs for TTL_MS
 *     got ADDRESS TIME       it has it, from TIME on at the latest
 *     giving ADDRESS TIME    it has it no longer than TIME; the release follows
 *     failed CODE TIME       etcd could not be asked, or nobody knows what became of it
 *
 *     etcd-client ENDPOINTS POOL NAME
 */
import fs from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { nowMs } from '../../../src/clock.ts'
import { DeadlineError, TnetError } from '../../../src/errors.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'

export const TTL_MS = 8000

/** Addresses that a client has at a time. */
const HOLDS = 50

const say = (...words: (string | number)[]) => fs.writeSync(1, `${words.join(' ')}\n`)

/** Says what etcd's failures are; every other error ends the client. */
async function tried(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const isOurs = error instanceof DeadlineError && error.code !== 'TNET_LEASE_LOST'
    if (!isOurs && !(error instanceof TnetError && error.code === 'TNET_STORE_UNREACHABLE')) {
      throw error
    }
    say('failed', error.code, nowMs())
    await setTimeout(100)
  }
}

async function run(endpoints: string, pool: string, name: string): Promise<void> {
  const stop = new AbortController()
  process.stdin.on('end', () => stop.abort()).resume()
  const store = await EtcdStore.open({ endpoints, timeoutMs: 4000 })
  const ipam = new Ipam(store)
  let began = nowMs()
  const lease = await store.lease(TTL_MS)
  say('lease', began)
  const renewing = (async () => {
    while (!stop.signal.aborted) {
      await setTimeout(TTL_MS / 6)
      began = nowMs()
      await tried(async () => {
        await lease.renew()
        say('lease', began)
      })
    }
  })()
  const held: string[] = []
  const take = async (n: number) => {
    const { address } = await ipam.allocate(pool, { owner: `${name}-${n}`, lease: lease.id })
    say('got', address, nowMs())
    held.push(address)
  }
  const give = async () => {
    const [address = ''] = held.splice(Math.floor(Math.random() * held.length), 1)
    say('giving', address, nowMs())
    await ipam.release(pool, address)
  }
  for (let n = 0; !stop.signal.aborted; n++) {
    await tried(() => take(n))
    if (held.length > HOLDS * Math.random()) await tried(give)
  }
  await renewing
  while (held.length > 0) await tried(give)
  await lease.end()
  await store.close()
}

const [endpoints = '', pool = '', name = ''] = process.argv.slice(2)
if (endpoints !== '') void run(endpoints, pool, name)

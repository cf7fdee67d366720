// Once, as an ordinary user: an etcd and its clients are nobody's privilege.
import '../../sandboxed.ts'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { rolldown } from 'rolldown'
import t from 'tap'
import { nowMs } from '../../../src/clock.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'
import { poll } from '../../../src/poll.ts'
import { TTL_MS } from './etcd-client.ts'
import { EtcdServers, needsEtcd } from './etcd-server.ts'

const CLIENTS = 8
// As nobody (scripts/as-nobody), this is the second run on this machine: the first one did it all.
const isSecondRun = process.cwd() === '/mnt/tnet-lab'
const ADDRESSES = Number(process.env['TNET_STRESS_ADDRESSES'] ?? (isSecondRun ? 2000 : 10_000))
const LIMIT_MS = 180_000

t.setTimeout(LIMIT_MS + 60_000)

/** From when until when a client had an address, at the least. */
interface Holding {
  client: string
  address: string
  from: number
  to: number
}

/** What one client said. */
class Journal {
  readonly client: string
  readonly holdings: Holding[] = []
  readonly failures: string[] = []
  /** By address, what it has now. */
  readonly #held = new Map<string, number>()
  #leasedUntil = 0

  constructor(client: string) {
    this.client = client
  }

  get count(): number {
    return this.holdings.length + this.#held.size
  }

  read(line: string): void {
    const [what, word = '', time] = line.split(' ')
    if (what === 'lease') this.#leasedUntil = Number(word) + TTL_MS
    else if (what === 'got') this.#held.set(word, Number(time))
    else if (what === 'giving') this.#end(word, Number(time))
    else if (what === 'failed') this.failures.push(word)
    else throw new Error(`${this.client} said: ${line}`)
  }

  /** What it had when it was killed it has no longer than its lease. */
  end(time: number): void {
    for (const address of this.#held.keys()) this.#end(address, time)
  }

  #end(address: string, time: number): void {
    const from = this.#held.get(address)
    if (from === undefined) throw new Error(`${this.client} gives ${address}, which it has not`)
    this.#held.delete(address)
    const to = Math.min(time, this.#leasedUntil)
    this.holdings.push({ client: this.client, address, from, to })
  }
}

/** tsx costs each process a third of a second; a bundle does not. */
async function bundle(folder: string): Promise<string> {
  const build = await rolldown({
    input: path.resolve(import.meta.dirname, 'etcd-client.ts'),
    platform: 'node',
    external: ['koffi', 'etcd3'],
    transform: { target: 'node20' },
  })
  const file = path.join(folder, 'client.cjs')
  await build.write({ file, format: 'cjs', codeSplitting: false })
  return file
}

class Clients {
  readonly journals: Journal[] = []
  /** Those that ended by themselves before they should have. */
  readonly crashed: string[] = []
  readonly #running = new Map<Journal, ChildProcess>()
  readonly #ended: Promise<void>[] = []
  readonly #script: string
  readonly #args: string[]

  constructor(script: string, args: string[]) {
    this.#script = script
    this.#args = args
  }

  get count(): number {
    return this.journals.reduce((sum, { count }) => sum + count, 0)
  }

  start(): void {
    const journal = new Journal(`client-${this.journals.length}`)
    this.journals.push(journal)
    const child = spawn(process.execPath, [this.#script, ...this.#args, journal.client], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_PATH: path.resolve('node_modules') },
    })
    this.#running.set(journal, child)
    createInterface(child.stdout).on('line', line => journal.read(line))
    this.#ended.push(this.#watch(journal, child))
  }

  async #watch({ client }: Journal, child: ChildProcess): Promise<void> {
    const [code, signal] = await once(child, 'close')
    if (code !== 0 && signal !== 'SIGKILL') this.crashed.push(`${client}: ${code}`)
  }

  /** Any one, right now. */
  killOne(): void {
    const all = [...this.#running.keys()].filter(({ count }) => count > 0)
    const journal = all[Math.floor(Math.random() * all.length)]
    if (journal === undefined) return
    const time = nowMs()
    const child = this.#running.get(journal)!
    this.#running.delete(journal)
    child.kill('SIGKILL')
    child.once('close', () => journal.end(time))
  }

  /** Lets all that run end by themselves. */
  async stop(): Promise<void> {
    for (const child of this.#running.values()) child.stdin!.end()
    await Promise.all(this.#ended)
  }

  destroy(): void {
    for (const child of this.#running.values()) child.kill('SIGKILL')
  }
}

/** Holdings of one address by two clients at one time. */
function overlaps(holdings: readonly Holding[]): string[] {
  const found: string[] = []
  const sorted = holdings.toSorted((a, b) => a.from - b.from)
  const latest = new Map<string, Holding>()
  for (const holding of sorted) {
    const before = latest.get(holding.address)
    if (before !== undefined && before.to > holding.from) {
      found.push(
        `${holding.address}: ${before.client} until ${before.to}, ${holding.client} from ${holding.from}`,
      )
    }
    if (before === undefined || holding.to > before.to) latest.set(holding.address, holding)
  }
  return found
}

/** One member is killed and comes back, another one hangs for a while. */
async function disturb(etcd: EtcdServers, progress: () => number, until: () => boolean) {
  const reached = (part: number) =>
    poll(() => (progress() > part || until() ? true : undefined), { timeoutMs: LIMIT_MS })
  await reached(0.2)
  await etcd.kill(0)
  await setTimeout(3000)
  etcd.run(0)
  await etcd.ready(0)
  await reached(0.5)
  etcd.signal(1, 'SIGSTOP')
  await setTimeout(4000)
  etcd.signal(1, 'SIGCONT')
}

t.test(
  `${CLIENTS} clients, one killed every second, share ${ADDRESSES} addresses`,
  needsEtcd,
  async t => {
    t.setTimeout(LIMIT_MS + 60_000)
    await using etcd = await EtcdServers.start({ members: 3 })
    await using store = await EtcdStore.open({ endpoints: etcd.endpoints })
    const ipam = new Ipam(store)
    await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/20' })
    const clients = new Clients(await bundle(t.testdir()), [etcd.endpoints.join(), 'blue'])
    t.teardown(() => clients.destroy())
    for (let n = 0; n < CLIENTS; n++) clients.start()
    const began = nowMs()
    const isOver = () => clients.count >= ADDRESSES || nowMs() - began > LIMIT_MS
    const reclaiming = (async () => {
      for (; !isOver(); await setTimeout(500)) await ipam.reclaim('blue')
    })()
    const disturbing = disturb(etcd, () => clients.count / ADDRESSES, isOver)
    let killed = 0
    while (!isOver()) {
      await setTimeout(1000)
      clients.killOne()
      clients.start()
      killed += 1
    }
    const seconds = (nowMs() - began) / 1000
    await Promise.all([disturbing, reclaiming])
    await clients.stop()
    t.same(clients.crashed, [])
    t.ok(clients.count >= ADDRESSES, `${clients.count} addresses were taken`)
    const holdings = clients.journals.flatMap(journal => journal.holdings)
    t.equal(holdings.length, clients.count, 'all of them were given back, or their holder is dead')
    t.same(overlaps(holdings), [], 'none was ever held by two')
    t.ok(killed >= 3, `${killed} clients were killed`)

    // Nobody is there any more: when the leases have run out, all is free.
    const isFree = async () => {
      await ipam.reclaim('blue')
      return (await ipam.inspect('blue')).addresses.length === 0 || undefined
    }
    t.ok(await poll(isFree, { timeoutMs: 6 * TTL_MS }), 'what the dead held comes back')
    t.match(await ipam.list(), [{ free: 4093n }])
    t.same((await ipam.fsck()).findings, [])
    t.same(await store.list('ipam/leases/'), [])
    const failures = clients.journals.flatMap(journal => journal.failures)
    t.comment(
      `${Math.round(clients.count / seconds)} addresses a second; ${failures.length} calls failed`,
    )
  },
)

/** What bench/fifty-hosts.ts measures, from within a sandbox; prints one JSON line. */
import fs from 'node:fs'
import type { Container } from '../src/lab/container.ts'
import type { Host } from '../src/lab/host.ts'
import type { LabNetwork } from '../src/lab/lab-network.ts'

// What users run: under tsx, every import() of a source file costs a fifth of a millisecond.
const built = new URL('../dist/index.js', import.meta.url).href
const { expectMatrix, Lab } = (await import(built)) as typeof import('../src/index.ts')

const MIB = 1024 * 1024
const count = Number(process.argv[2] ?? 50)

const addressOf = (n: number) => `192.0.2.${n}`
const macOf = (n: number) => `02:42:c0:00:02:${n.toString(16).padStart(2, '0')}`

/** Each host leads to each other one by a route, a neighbour and an FDB entry. */
async function entries(hosts: readonly Host[]): Promise<number> {
  const each = await Promise.all(
    hosts.map(async host => {
      const { index } = await host.link('flannel.1')
      const routes = (await host.routes()).filter(route => route.index === index && route.isOnlink)
      const neighbours = (await host.neighbours()).filter(one => one.index === index)
      const fdb = (await host.fdb()).filter(one => one.index === index && one.dst !== undefined)
      const counts = [routes.length, neighbours.length, fdb.length]
      if (counts.every(n => n === hosts.length - 1)) return counts.reduce((a, b) => a + b, 0)
      throw new Error(`${host} has ${counts.join(', ')} routes, neighbours and FDB entries`)
    }),
  )
  return each.reduce((a, b) => a + b, 0)
}

/** What the kernel holds for its objects, of all of the machine; NaN where it does not say. */
function kernelMiB(): number {
  const text = fs.readFileSync('/proc/meminfo', 'latin1')
  const kib = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1])
  return (kib('Slab') + kib('Percpu')) / 1024
}

const processMiB = () => process.memoryUsage().rss / MIB
const ms: Record<string, number> = {}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  ms[name] = performance.now() - start
  return result
}

const before = { process: processMiB(), kernel: kernelMiB() }
const lab = new Lab()
const wan = await lab.segment('wan')
const join = (n: number) => wan.join(`h${n}`, `${addressOf(n)}/24`, { mac: macOf(n) })
const enter = (host: Host, network: LabNetwork) => host.container(`c-${host}`, { network })

const hosts: Host[] = []
await timed('hosts', async () => {
  for (let n = 1; n <= count; n++) hosts.push(await join(n))
})
const network = await timed('network', () =>
  lab.network('blue', { driver: 'vxlan', subnet: '10.244.0.0/16', hosts }),
)
const containers: Container[] = []
await timed('containers', async () => {
  for (const host of hosts) containers.push(await enter(host, network))
})
await timed('matrix', () => expectMatrix(containers, 'all'))
await timed('matrixAgain', () => expectMatrix(containers, 'all'))
const memory = { process: processMiB() - before.process, kernel: kernelMiB() - before.kernel }
const made = await entries(hosts)

const late = await join(count + 1)
hosts.push(late)
await timed('addHost', () => network.addHost(late))
containers.push(await enter(late, network))
await entries(hosts)
await expectMatrix(containers, 'all')
console.log(JSON.stringify({ entries: made, ms, memory }))
process.exit() // the kernel takes it all apart

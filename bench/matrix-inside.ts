/** What bench/matrix.ts measures, from within a sandbox; prints one JSON line. */
import { once } from 'node:events'
import type { Container } from '../src/lab/container.ts'
import { median } from './median.ts'

// What users run: under tsx, every import() of a source file costs a fifth of a millisecond.
const built = new URL('../dist/index.js', import.meta.url).href
const { expect, expectMatrix, Lab } = (await import(built)) as typeof import('../src/index.ts')

const WARM = 10
const rounds = Number(process.argv[2] ?? 20)
await using lab = new Lab()
const host = await lab.host('host')
const blue = await host.bridge('blue', '10.0.0.1/16')
const nodes: Container[] = []
for (let i = 0; i < 10; i++) nodes.push(await blue.container(`c${i}`))
const pairs = nodes.flatMap(from => nodes.filter(to => to !== from).map(to => ({ from, to })))
const addresses = new Map(nodes.map((node, i) => [node, `10.0.0.${i + 2}`]))
const [asker, server] = nodes as [Container, Container]
await using site = await server.serve(80, () => 'hello')

async function ping({ from, to }: { from: Container; to: Container }): Promise<void> {
  const args = ['-n', '-c', '1', '-W', '1', addresses.get(to) ?? '']
  const [code] = await once(from.netns.spawnBare('ping', args, { stdio: 'ignore' }), 'close')
  if (code !== 0) throw new Error(`${from.label} does not ping ${to.label}`)
}

const execCurl = ['netns', 'exec', asker.netns.name, 'curl', '-s', 'http://10.0.0.3/']
type Ways = Record<string, () => Promise<unknown>>

const groups: Record<string, Ways> = {
  '90 pairs among ten containers': {
    expectMatrix: () => expectMatrix(nodes, 'all'),
    'ping processes, all at once': () => Promise.all(pairs.map(ping)),
  },
  'one HTTP check': {
    'node.fetch, in process': () => asker.fetch(site),
    'toReach, in process': () => expect(asker).toReach(site),
    'toCurl, the real curl': () => expect(asker).toCurl(site, { body: 'hello' }),
    'ip netns exec curl': () =>
      once(host.netns.spawn('ip', execCurl, { stdio: 'ignore' }), 'close'),
  },
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const medians: Record<string, Record<string, number | undefined>> = {}
for (const [what, ways] of Object.entries(groups)) {
  const of: Record<string, number | undefined> = (medians[what] = {})
  // One after the other, not in turns: the kernel takes 90 processes apart long after they ended.
  for (const [name, run] of Object.entries(ways)) {
    // Warm: neighbours are known, code is loaded and compiled.
    for (let i = 0; i < WARM; i++) await run()
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await timed(run))
    of[name] = median(times)
  }
}
console.log(JSON.stringify(medians))

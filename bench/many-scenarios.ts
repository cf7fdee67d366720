/**
 * Two hundred small scenarios (a host, two containers, one ping each), a file each, as `tnet-lab run`
 * runs them with two jobs; beside one process that builds, pings and drops the same labs in a loop.
 * And a thousand of them: what the runner's own process holds in memory meanwhile.
 *
 *   node --import=tsx bench/many-scenarios.ts [--n 200] [--rounds 3] [--long 1000]
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './median.ts'
import { runInSandbox, settle, warmMemory } from './sandbox.ts'

const bar = 3
const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    long: { type: 'string', default: '1000' },
  },
})
const cli = fileURLToPath(new URL('../dist/cli/main.cjs', import.meta.url))
const inside = fileURLToPath(new URL('many-scenarios-inside.ts', import.meta.url))

const story = (i: number) => `import { expect, scenario } from 'tnet-lab'

export default scenario('small ${i}', async ({ lab }) => {
  const alpha = await lab.host('alpha')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const [web, app] = await blue.containers(['web', 'app'])
  await expect(web).toPing(app)
})
`

function write(folder: string, count: number): string {
  const scenarios = path.join(folder, `scenarios-${count}`)
  mkdirSync(scenarios)
  for (let i = 0; i < count; i++) writeFileSync(path.join(scenarios, `s${i}.ts`), story(i))
  return scenarios
}

const options = ['--jobs', '2', '--history', '/dev/null', '--reporter', 'jsonl=/dev/null']

/** Milliseconds of a whole `tnet-lab run`, its own start included. */
function runAll(scenarios: string, extra: readonly string[] = []): number {
  settle()
  const start = performance.now()
  const args = [cli, 'run', scenarios, ...options, ...extra]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tnet-lab run failed: ${stderr}`)
  return performance.now() - start
}

/** Milliseconds of the loop alone, without the start of its process. */
function loop(count: number): number {
  settle()
  const { stdout, failure } = runInSandbox([process.execPath, '--import=tsx', inside, `${count}`])
  if (failure !== undefined) throw new Error(failure)
  return Number(stdout.trim().split('\n').at(-1))
}

const residentMiB = (pid: number) => {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? NaN) / 1024
}

/** What the runner's own process holds, each time that so many scenarios more are over. */
async function memoryOverTime(scenarios: string, every: number): Promise<number[]> {
  const args = [cli, 'run', scenarios, ...options.slice(0, -2), '--reporter', 'jsonl=-']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const samples: number[] = []
  let ends = 0
  child.stdout.on('data', (chunk: Buffer) => {
    ends += chunk.toString().split('"type":"scenario-end"').length - 1
    while (ends >= (samples.length + 1) * every) samples.push(residentMiB(child.pid ?? 0))
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`tnet-lab run ended with ${code}`)
  return samples
}

const folder = mkdtempSync(path.join(tmpdir(), 'tnet-lab-bench-'))
try {
  const n = Number(values.n)
  const scenarios = write(folder, n)
  warmMemory()
  const times = { loop: [] as number[], run: [] as number[], isolated: [] as number[] }
  for (let round = 0; round < Number(values.rounds); round++) {
    times.loop.push(loop(n))
    times.run.push(runAll(scenarios))
  }
  times.isolated.push(runAll(scenarios, ['--isolate']))
  const base = median(times.loop) ?? NaN
  console.log(`${n} small scenarios: median of ${values.rounds} rounds, Node ${process.version}`)
  const show = (name: string, ms: number) =>
    console.log(
      `  ${name.padEnd(38)} ${(ms / 1000).toFixed(2).padStart(6)} s  ${(ms / base).toFixed(2)}x`,
    )
  show('one process, build, ping and drop', base)
  show('tnet-lab run --jobs 2', median(times.run) ?? NaN)
  show('tnet-lab run --jobs 2 --isolate (once)', times.isolated[0] ?? NaN)
  const ratio = (median(times.run) ?? NaN) / base
  console.log(`  bar: at most ${bar} times: ${ratio <= bar ? 'reached' : 'missed'}`)

  const long = Number(values.long)
  const samples = await memoryOverTime(write(folder, long), long / 10)
  console.log(`\n${long} scenarios: memory of the runner's own process after each tenth, MiB`)
  console.log(`  ${samples.map(mib => mib.toFixed(0)).join(' ')}`)
  const [, second = NaN] = samples
  const growth = (samples.at(-1) ?? NaN) / second
  console.log(`  the last of the second: ${growth.toFixed(2)}x`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

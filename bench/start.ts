/**
 * What `tnet-lab run scenarios/veth-pair.ts` costs, ping and all, as a multiple of `node -e 0`:
 * both take turns within one run, so that what else the machine does hits both.
 *
 *   node --import=tsx bench/start.ts [--rounds 20]
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { environments, type Environment } from './environments.ts'
import { median } from './median.ts'

const bar = 3
const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } })

const commands = {
  'node -e 0': ['-e', '0'],
  'tnet-lab run': [path('dist/cli/main.cjs'), 'run', path('scenarios/veth-pair.ts')],
}

function time(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`)
  return performance.now() - start
}

function compare({ title, env }: Environment): void {
  const times = Object.entries(commands).map(([name, args]) => ({ name, args, ms: [] as number[] }))
  for (const { args } of times) time(args, env) // what the disk had to bring is brought
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { args, ms } of times) ms.push(time(args, env))
  }
  const middle = (n: number) => median(times[n]?.ms ?? []) ?? NaN
  console.log(`Start: median of ${values.rounds} rounds, Node ${process.version}${title}`)
  for (const [n, { name }] of times.entries()) {
    const times_ = (middle(n) / middle(0)).toFixed(2)
    console.log(`  ${name.padEnd(14)} ${middle(n).toFixed(1).padStart(7)} ms  ${times_}x`)
  }
  const ratio = middle(1) / middle(0)
  console.log(`  bar: at most ${bar} times: ${ratio <= bar ? 'reached' : 'missed'}`)
}

for (const environment of environments()) compare(environment)

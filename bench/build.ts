/**
 * How long it takes to build N containers on one bridge, side by side with other ways to do it.
 *
 *   node --import=tsx bench/build.ts [--n 2,10,100,500] [--rounds 5]
 *
 * Each competitor prints one line of JSON with the time that it measured itself, so that the start
 * of an interpreter is nobody's build time: {"name":"floor","n":100,"ms":75.2}
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './median.ts'
import { runInSandbox, settle, warmMemory } from './sandbox.ts'

interface Competitor {
  name: string
  command: (n: number) => string[]
  /** Why it cannot run here; asked once, before the first round. */
  missing: () => string | undefined
  /** Fewer rounds than asked for, where one takes long. */
  rounds?: (n: number, asked: number) => number
}

/** Milliseconds by competitor and N. */
type Times = Map<string, Map<number, number[]>>

const bar = { competitor: 'tnet-lab', floor: 'floor', ratio: 1.25, growth: 6 }

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const floor = path('build/build-floor')
const lab = path('build-lab.mjs')

const competitors: Competitor[] = [
  { name: 'floor', command: n => [floor, String(n)], missing: compileFloor },
  { name: 'floor-live', command: n => [floor, String(n), '--live'], missing: compileFloor },
  {
    name: 'tnet-lab',
    command: n => [process.execPath, lab, String(n)],
    missing: () => (existsSync(lab) ? undefined : 'bench/build-lab.mjs does not exist'),
  },
  {
    name: 'batch',
    command: n => [path('build-batch.sh'), String(n)],
    missing: () => missingTool('ip', '-V'),
  },
  {
    name: 'typed',
    command: n => [path('build-typed.sh'), String(n)],
    missing: () => missingTool('ip', '-V'),
    rounds: (n, asked) => (n >= 500 ? 1 : Math.min(asked, 3)),
  },
]

function missingTool(tool: string, versionFlag: string): string | undefined {
  return spawnSync(tool, [versionFlag]).status === 0 ? undefined : `${tool} is not installed`
}

function compileFloor(): string | undefined {
  mkdirSync(path('build'), { recursive: true })
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', floor, path('build-floor.c')], {
    encoding: 'utf8',
  })
  if (status === null) return 'cc is not installed'
  return status === 0 ? undefined : `build-floor.c does not compile: ${stderr.split('\n')[0]}`
}

function measure(competitor: Competitor, n: number): number {
  settle()
  const { stdout, failure } = runInSandbox(competitor.command(n))
  if (failure !== undefined) throw new Error(`${competitor.name}, N=${n}: ${failure}`)
  const line = stdout.trim().split('\n').at(-1) ?? ''
  const { ms } = JSON.parse(line) as { ms: unknown }
  if (typeof ms !== 'number') throw new Error(`${competitor.name}, N=${n}: no time in ${line}`)
  return ms
}

/** Round by round, everyone in turn: what else happens on the machine then hits all alike. */
function race(runners: readonly Competitor[], sizes: readonly number[], asked: number): Times {
  const times: Times = new Map(runners.map(({ name }) => [name, new Map()]))
  for (const n of sizes) {
    for (let round = 0; round < asked; round++) {
      for (const runner of runners) {
        if (round >= (runner.rounds?.(n, asked) ?? asked)) continue
        const ofRunner = times.get(runner.name)
        ofRunner?.set(n, [...(ofRunner.get(n) ?? []), measure(runner, n)])
      }
      process.stderr.write(`N=${n}: round ${round + 1} of ${asked}\n`)
    }
  }
  return times
}

function quotient(over: number | undefined, under: number | undefined): number | undefined {
  return over === undefined || under === undefined ? undefined : over / under
}

const spell = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '-'

function table(times: Times, sizes: readonly number[]): string {
  const of = (name: string, n: number) => median(times.get(name)?.get(n) ?? [])
  const head = ['', ...sizes.map(n => `N=${n}`), '100->500']
  const rows = [...times.keys()].map(name => [
    name,
    ...sizes.map(n => {
      const ratio = quotient(of(name, n), of(bar.floor, n))
      return `${spell(of(name, n), 1)} ms ${spell(ratio, 2).padStart(6)}x`
    }),
    `${spell(quotient(of(name, 500), of(name, 100)), 1)}x`,
  ])
  return [head, ...rows]
    .map(row => row.map((cell, i) => (i === 0 ? cell.padEnd(11) : cell.padStart(21))).join(''))
    .join('\n')
}

function verdict(times: Times): string {
  const of = (name: string, n: number) => median(times.get(name)?.get(n) ?? [])
  const parts: [string, number | undefined, number][] = [
    ...[100, 500].map((n): [string, number | undefined, number] => [
      `times the floor at N=${n}`,
      quotient(of(bar.competitor, n), of(bar.floor, n)),
      bar.ratio,
    ]),
    ['growth 100->500', quotient(of(bar.competitor, 500), of(bar.competitor, 100)), bar.growth],
  ]
  return parts
    .map(([what, value, limit]) => {
      const outcome = value === undefined ? 'not measured' : value <= limit ? 'reached' : 'missed'
      return `  ${what}: ${spell(value, 2)}, at most ${limit}: ${outcome}`
    })
    .join('\n')
}

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '2,10,100,500' },
    rounds: { type: 'string', default: '5' },
  },
})
const sizes = values.n.split(',').map(Number)
const rounds = Number(values.rounds)
if (![rounds, ...sizes].every(value => Number.isInteger(value) && value > 0)) {
  console.error('usage: bench/build.ts [--n 2,10,100,500] [--rounds 5], whole numbers above 0')
  process.exit(2)
}

const runners = competitors.filter(({ name, missing }) => {
  const reason = missing()
  if (reason !== undefined) console.log(`${name}: skipped, ${reason}`)
  return reason === undefined
})
warmMemory()
const times = race(runners, sizes, rounds)
console.log(`N containers on one bridge: median of ${rounds} rounds, and times the floor\n`)
console.log(table(times, sizes))
console.log(`\nBar for ${bar.competitor}:\n${verdict(times)}`)

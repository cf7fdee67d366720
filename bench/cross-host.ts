/**
 * How long it takes to build two hosts with ten containers each on one VXLAN network, MASQUERADE and
 * one published port, side by side with the floor and with the commands that do the same.
 *
 *   node --import=tsx bench/cross-host.ts [--rounds 15]
 *   node --import=tsx bench/cross-host.ts --check
 *
 * --check measures nothing: it compares what each of them leaves in the kernel, and pings.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './median.ts'
import { runInSandbox, settle, warmMemory } from './sandbox.ts'

const BAR = 1.5
/** One after the other they take a second or two. */
const TYPED_ROUNDS = 3

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const floor = path('build/cross-host-floor')
const rules = path('build/cross-host-rules')
const commands = path('build/cross-host-commands.sh')
const lab = [process.execPath, path('cross-host-lab.mjs')]
const scenario = [
  process.execPath,
  path('../dist/cli/main.cjs'),
  'run',
  path('cross-host-scenario.ts'),
]
const show = path('cross-host-show.sh')

/** How each is started; the first is what the others are compared with. */
const competitors: Readonly<Record<string, readonly string[]>> = {
  floor: [floor, rules],
  'floor, rules meanwhile': [floor, rules, '--meanwhile'],
  'tnet-lab': scenario,
  'tnet-lab, imported': lab,
  typed: [path('cross-host-typed.sh'), commands],
}

function run(name: string, args: readonly string[] = []): string[] {
  const { stdout, failure } = runInSandbox([...(competitors[name] ?? []), ...args])
  if (failure !== undefined) throw new Error(`${name}: ${failure}`)
  return stdout.trim().split('\n')
}

/** A host's `iptables` commands as `iptables-restore` reads them. */
function restoreText(typed: readonly string[], host: string): string {
  const tables = new Map<string, string[]>()
  const start = `ip netns exec ${host} iptables `
  for (const command of typed.filter(line => line.startsWith(start))) {
    const [, table = 'filter', rule = ''] =
      /^(?:-t (\w+) )?(.*)$/.exec(command.slice(start.length)) ?? []
    tables.set(table, [...(tables.get(table) ?? []), rule])
  }
  return [...tables]
    .map(([table, lines]) => [`*${table}`, ...lines, 'COMMIT', ''].join('\n'))
    .join('')
}

/**
 * Compiles the floor, and lets the lab write down the commands that do what it does: the rules are
 * the same for all, whatever they are.
 */
function prepare(): void {
  mkdirSync(path('build'), { recursive: true })
  const source = path('cross-host-floor.c')
  const cc = spawnSync('cc', ['-O2', '-Wall', '-o', floor, source], { encoding: 'utf8' })
  if (cc.error !== undefined) throw new Error('cc is not installed')
  if (cc.status !== 0) throw new Error(`cross-host-floor.c does not compile: ${cc.stderr}`)
  const typed = run('tnet-lab, imported', ['--commands'])
  writeFileSync(commands, `${typed.join('\n')}\n`)
  for (const host of ['alpha', 'beta']) {
    writeFileSync(`${rules}-${host}`, restoreText(typed, host))
  }
}

function measure(name: string): number {
  settle()
  const line = run(name).findLast(line => line.includes('"ms":')) ?? '{}'
  const { ms } = JSON.parse(line) as { ms: unknown }
  if (typeof ms === 'number') return ms
  throw new Error(`${name}: it printed no time`)
}

/** Round by round, everyone in turn: what else happens on the machine then hits all alike. */
function race(rounds: number): void {
  const times = new Map<string, number[]>(Object.keys(competitors).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, ms] of times) {
      if (name !== 'typed' || round < TYPED_ROUNDS) ms.push(measure(name))
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
  }
  const middle = (name: string) => median(times.get(name) ?? []) ?? NaN
  console.log('Two hosts, ten containers each, VXLAN, MASQUERADE, one published port:')
  console.log(`median (least) of ${rounds} rounds, and times the floor\n`)
  for (const [name, ms] of times) {
    const cells = [middle(name).toFixed(1), `(${Math.min(...ms).toFixed(1)})`]
    const ratio = (middle(name) / middle('floor')).toFixed(2)
    console.log(`  ${name.padEnd(23)} ${cells.join(' ').padStart(17)} ms  ${ratio.padStart(6)}x`)
  }
  const ratio = middle('tnet-lab') / middle('floor')
  const verdict = ratio <= BAR ? 'reached' : 'missed'
  console.log(`\n  tnet-lab: ${ratio.toFixed(2)} times the floor, at most ${BAR}: ${verdict}`)
}

/** What a competitor left in each namespace; its last line, the time, is not of interest. */
function state(name: string): string[] {
  return run(name, ['--check', show]).slice(0, -1)
}

function check(): void {
  const wanted = state('floor')
  const namespaces = wanted.filter(line => line.startsWith('== ')).length
  // The scenario builds what the imported package builds.
  const others = Object.keys(competitors).filter(name => !['floor', 'tnet-lab'].includes(name))
  for (const name of others) {
    const is = state(name)
    const at = wanted.findIndex((line, i) => is[i] !== line)
    if (at < 0 && is.length === wanted.length) {
      console.log(`  ${name}: as the floor, ${is.length} lines of ${namespaces} namespaces`)
      continue
    }
    const where = wanted.slice(0, at).findLast(line => line.startsWith('== '))
    console.log(`  ${name} differs on ${where}\n    floor: ${wanted[at]}\n    ${name}: ${is[at]}`)
    process.exitCode = 1
  }
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, check: { type: 'boolean' } },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('usage: bench/cross-host.ts [--rounds 15] [--check]')
  process.exit(2)
}
prepare()
if (values.check === true) check()
else {
  warmMemory()
  race(rounds)
}

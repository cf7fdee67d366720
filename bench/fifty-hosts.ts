/**
 * Fifty hosts on one VXLAN network, a container on each: what it costs to build them, to ping all
 * pairs, and to add one more host while it runs; and how that grows from half as many.
 *
 *   node --import=tsx bench/fifty-hosts.ts [--rounds 5] [--hosts 25,50]
 *
 * Each host has three entries for each other one (route, neighbour, FDB), which is checked. Cost
 * grows in step with them if it does not grow more than they do.
 */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './median.ts'
import { runInSandbox, settle, warmMemory } from './sandbox.ts'

interface Outcome {
  entries: number
  ms: Record<string, number>
  memory: Record<string, number>
}

const steps = ['hosts', 'network', 'containers', 'matrix', 'matrixAgain']

/** What is shown, in the order in which it happens. */
const rows: readonly (readonly [text: string, unit: 'ms' | 'MiB', of: (o: Outcome) => number])[] = [
  ['hosts join one segment', 'ms', ({ ms }) => ms['hosts'] ?? NaN],
  ['the network is created', 'ms', ({ ms }) => ms['network'] ?? NaN],
  ['a container on each host', 'ms', ({ ms }) => ms['containers'] ?? NaN],
  ['all pairs ping, at first', 'ms', ({ ms }) => ms['matrix'] ?? NaN],
  ['all pairs ping, again', 'ms', ({ ms }) => ms['matrixAgain'] ?? NaN],
  ['in all', 'ms', ({ ms }) => steps.reduce((sum, step) => sum + (ms[step] ?? NaN), 0)],
  ['one more host is added', 'ms', ({ ms }) => ms['addHost'] ?? NaN],
  ['memory of the process', 'MiB', ({ memory }) => memory['process'] ?? NaN],
  ['the machine’s kernel memory', 'MiB', ({ memory }) => memory['kernel'] ?? NaN],
]
/** These must not grow more than the entries do. */
const judged = new Set(['in all', 'memory of the process'])

const inside = fileURLToPath(new URL('fifty-hosts-inside.ts', import.meta.url))

function measure(hosts: number): Outcome {
  settle()
  const command = [process.execPath, '--import=tsx', inside, String(hosts)]
  const { stdout, failure } = runInSandbox(command)
  if (failure !== undefined) throw new Error(`${hosts} hosts: ${failure}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome
}

function report(few: readonly Outcome[], many: readonly Outcome[]): void {
  const middle = (outcomes: readonly Outcome[], of: (o: Outcome) => number) =>
    median(outcomes.map(of)) ?? NaN
  const line = (text: string, cells: readonly string[]) =>
    console.log(`  ${text.padEnd(28)}${cells.map(cell => cell.padStart(12)).join('')}`.trimEnd())
  const entries = [middle(few, o => o.entries), middle(many, o => o.entries)] as const
  const limit = entries[1] / entries[0]
  line('', [`${sizes[0]} hosts`, `${sizes[1]} hosts`, 'growth'])
  line('entries', [...entries.map(String), `${limit.toFixed(2)}x`])
  for (const [text, unit, of] of rows) {
    const [a, b] = [middle(few, of), middle(many, of)]
    const growth = b / a
    const verdict = !judged.has(text) ? '' : growth <= limit ? '  in step' : '  more'
    const cells = [a, b].map(value => `${value.toFixed(1)} ${unit}`)
    line(text, [...cells, `${growth.toFixed(2)}x`, verdict])
  }
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    hosts: { type: 'string', default: '25,50' },
  },
})
const rounds = Number(values.rounds)
const sizes = values.hosts.split(',').map(Number)
const [small = NaN, large = NaN, ...others] = sizes
const isGiven = small >= 2 && large > small && large <= 200 && others.length === 0
if (!isGiven || ![rounds, small, large].every(value => Number.isInteger(value) && value > 0)) {
  console.error('usage: bench/fifty-hosts.ts [--rounds 5] [--hosts 25,50], 2 to 200 hosts')
  process.exit(2)
}

warmMemory()
const few: Outcome[] = []
const many: Outcome[] = []
for (let round = 0; round < rounds; round++) {
  few.push(measure(small))
  many.push(measure(large))
  process.stderr.write(`round ${round + 1} of ${rounds}\n`)
}
const kernel = readFileSync('/proc/sys/kernel/osrelease', 'latin1').trim()
console.log(`Hosts on one VXLAN network: median of ${rounds} rounds`)
console.log(`(${cpus().length} processors, Linux ${kernel}, Node ${process.version})\n`)
report(few, many)

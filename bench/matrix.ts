/**
 * What it costs to see who reaches whom among ten containers, and one HTTP check, beside the tools.
 *
 *   node --import=tsx bench/matrix.ts [--rounds 20]
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runInSandbox, settle, warmMemory } from './sandbox.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } })
const inside = fileURLToPath(new URL('matrix-inside.ts', import.meta.url))
const command = [process.execPath, '--import=tsx', inside, values.rounds]
warmMemory()
settle()
const { stdout, failure } = runInSandbox(command)
if (failure !== undefined) throw new Error(failure)

const groups = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<
  string,
  Record<string, number>
>
for (const [what, ways] of Object.entries(groups)) {
  const least = Math.min(...Object.values(ways))
  console.log(`${what}: median of ${values.rounds} rounds`)
  for (const [name, ms] of Object.entries(ways)) {
    console.log(`  ${name.padEnd(30)} ${ms.toFixed(2).padStart(7)} ms  ${(ms / least).toFixed(1)}x`)
  }
}
const bar = { name: 'expectMatrix', limitMs: 5 }
const ms = groups['90 pairs among ten containers']?.[bar.name] ?? NaN
const verdict = ms <= bar.limitMs ? 'reached' : 'missed'
console.log(`\n  ${bar.name}: ${ms.toFixed(2)} ms, at most ${bar.limitMs} ms: ${verdict}`)

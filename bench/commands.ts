/**
 * What a command in a node costs, and what 100 published ports cost, beside the usual ways.
 *
 *   node --import=tsx bench/commands.ts [--rounds 30]
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runInSandbox } from './sandbox.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } })
const inside = fileURLToPath(new URL('commands-inside.ts', import.meta.url))
const command = [process.execPath, '--import=tsx', inside, values.rounds]
const { stdout, failure } = runInSandbox(command)
if (failure !== undefined) throw new Error(failure)

const { commands, rules } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
  commands: Record<string, number>
  rules: { together: number; oneByOne: number }
}
const least = commands['setns + spawn'] ?? NaN
console.log(`A command in a node: median of ${values.rounds} rounds`)
for (const [name, ms] of Object.entries(commands)) {
  console.log(`  ${name.padEnd(30)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / least).toFixed(2)}x`)
}
const times = (rules.oneByOne / rules.together).toFixed(1)
console.log('100 ports led to a container')
console.log(`  published in one batch         ${rules.together.toFixed(1).padStart(7)} ms`)
console.log(
  `  one iptables after the other   ${rules.oneByOne.toFixed(1).padStart(7)} ms  ${times}x`,
)

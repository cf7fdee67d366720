/**
 * What an IPIP tunnel in userspace carries: the stand-in over either kind of device, beside socat,
 * which puts the same bytes on the wire.
 *
 *   node --import=tsx bench/tunnels.ts [--rounds 5] [--megabytes 64]
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runInSandbox } from './sandbox.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '64' },
  },
})
const inside = fileURLToPath(new URL('tunnels-inside.ts', import.meta.url))
const command = [process.execPath, '--import=tsx', inside, values.rounds, values.megabytes]
const { stdout, failure } = runInSandbox(command)
if (failure !== undefined) throw new Error(failure)

/** Medians: megabits of TCP a second, milliseconds of a ping. */
type Figures = Record<string, { mbits: number; rttMs: number }>
const figures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Figures
const best = Math.max(...Object.values(figures).map(({ mbits }) => mbits))
const fastest = Math.min(...Object.values(figures).map(({ rttMs }) => rttMs))
console.log(`IPIP in userspace: median of ${values.rounds} rounds, ${values.megabytes} MB of TCP`)
for (const [name, { mbits, rttMs }] of Object.entries(figures)) {
  const share = (mbits / best).toFixed(2)
  const times = (rttMs / fastest).toFixed(2)
  console.log(
    `  ${name.padEnd(26)} ${mbits.toFixed(0).padStart(5)} Mbit/s  ${share}x` +
      `   ping ${rttMs.toFixed(2)} ms  ${times}x`,
  )
}

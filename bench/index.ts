/**
 * Takes the figures of the README, one bench after the other:
 *
 *   npm run bench                   all of them, with their defaults
 *   npm run bench -- start          one of them, with its own options after it
 *   npm run bench -- build --n 100
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const benches = [
  'start',
  'commands',
  'matrix',
  'build',
  'cross-host',
  'fifty-hosts',
  'tunnels',
  'ipam-etcd',
  'many-scenarios',
  'walk',
]
const [only, ...args] = process.argv.slice(2)
if (only !== undefined && !benches.includes(only)) {
  console.error(`there is no bench "${only}"; there are ${benches.join(', ')}`)
  process.exit(2)
}
for (const name of only === undefined ? benches : [only]) {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, ['--import=tsx', file, ...args], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
  console.log()
}

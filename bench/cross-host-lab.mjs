/**
 * Builds two hosts with ten containers each on one VXLAN network as a scenario does, with the package as it is shipped;
 * prints the time as one JSON line.
 *
 *   node bench/cross-host-lab.mjs [--check SHOW | --commands]
 *
 *   --check SHOW  runs the script SHOW in each namespace; the first ping across has to be answered
 *   --commands    prints the commands that do the same instead
 */
import { spawnSync } from 'node:child_process'
import { Lab } from 'tnet-lab'

const EACH = 10
const [mode, script] = process.argv.slice(2)
const commands = []
const listen = mode === '--commands' ? { onAction: shell => commands.push(shell) } : {}

const lab = new Lab(listen)
const start = performance.now()
const wan = await lab.segment('wan')
const alpha = await wan.join('alpha', '192.0.2.1/24')
const beta = await wan.join('beta', '192.0.2.2/24')
const network = await lab.network('blue', {
  driver: 'vxlan',
  subnet: '10.244.0.0/16',
  hosts: [alpha, beta],
})
await Promise.all(
  [alpha, beta].map(host => {
    const labels = Array.from({ length: EACH }, (_, i) => `${host.label}-${i + 1}`)
    const [first, ...others] = labels
    const published = { label: first, publish: ['8080:80'] }
    return host.containers([host === alpha ? published : first, ...others], network)
  }),
)
const ms = performance.now() - start

function run(node, command, args) {
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }
  const { status, stdout } = node.netns.insideNet(() => spawnSync(command, args, options))
  if (status !== 0) throw new Error(`${command} on ${node.label} failed`)
  return stdout
}

if (mode === '--check') {
  for (const node of lab.nodes)
    process.stdout.write(`== ${node.label}\n${run(node, 'sh', [script])}`)
  const asker = lab.nodes.find(({ label }) => label === 'alpha-2')
  run(asker, 'ping', ['-n', '-c1', '-W0.8', '10.244.2.11'])
}
if (mode === '--commands') console.log(commands.join('\n'))
else console.log(JSON.stringify({ name: 'tnet-lab', ms: Number(ms.toFixed(1)) }))

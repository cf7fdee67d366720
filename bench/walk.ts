/**
 * A walkthrough as `tnet-lab walk` walks it, beside its commands as a script types them into a shell,
 * both in a sandbox of their own and with their own start. What the walk waits for as a person does
 * (links, addresses) is left out of its time, and told. A second walk keeps all events, with the
 * topology as it grows, as the HTML report is made of.
 *
 *   node --import=tsx bench/walk.ts [--n 10] [--rounds 5]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { environments, type Environment } from './environments.ts'
import { median as medianOf } from './median.ts'
import { settle } from './sandbox.ts'

const bar = 1.5
const median = (values: readonly number[]) => medianOf(values) ?? NaN
const { values } = parseArgs({
  options: { n: { type: 'string', default: '10' }, rounds: { type: 'string', default: '5' } },
})
const cli = fileURLToPath(new URL('../dist/cli/main.cjs', import.meta.url))

/** What it takes to put a namespace on the bridge, and to look at it. */
const namespace = (i: number) => [
  `ip netns add ns${i}`,
  `ip link add veth${i} type veth peer name eth0 netns ns${i}`,
  `ip link set veth${i} master br0 up`,
  `ip -n ns${i} addr add 10.0.0.${i + 1}/24 dev eth0`,
  `ip -n ns${i} link set eth0 up`,
  `ip -n ns${i} route add default via 10.0.0.1`,
  `ip netns exec ns${i} ip addr show eth0`,
  `ip netns exec ns${i} ping -c 1 10.0.0.1`,
]

const commands = [
  'ip link add br0 type bridge',
  'ip addr add 10.0.0.1/24 dev br0',
  'ip link set br0 up',
  ...Array.from({ length: Number(values.n) }, (_, i) => namespace(i + 1)).flat(),
  'sysctl -w net.ipv4.ip_forward=1',
  'iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE',
  'iptables -t nat -nL POSTROUTING',
  'bridge link',
]

function run(args: readonly string[], env: NodeJS.ProcessEnv): { ms: number; stdout: string } {
  settle()
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    env,
    timeout: 120_000,
    maxBuffer: 1 << 26,
  })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`tnet-lab ${args[0]} failed: ${stderr}${stdout.slice(-2000)}`)
  return { ms, stdout }
}

interface End {
  type: string
  found: number
  run: number
  waitedMs: number
}

/** Its time on a terminal, and with all events; less what is waited for, which only those tell. */
function walked(
  document: string,
  env: NodeJS.ProcessEnv,
): { ms: number; withEventsMs: number; waitedMs: number } {
  const terminal = run(['walk', document], env)
  const { ms, stdout } = run(['walk', document, '-r', 'jsonl=-'], env)
  const events = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as End)
  const end = events.find(({ type }) => type === 'walk-end')
  if (end?.run !== commands.length) throw new Error(`it ran ${end?.run} of ${commands.length}`)
  const { waitedMs } = end
  return { ms: terminal.ms - waitedMs, withEventsMs: ms - waitedMs, waitedMs }
}

function compare(script: string, document: string, { title, env }: Environment): void {
  const rounds = Array.from({ length: Number(values.rounds) }, () => ({
    typed: run(['sandbox', '--', 'bash', script], env).ms,
    ...walked(document, env),
  }))
  const typed = median(rounds.map(round => round.typed))
  const walk = median(rounds.map(round => round.ms))
  const withEvents = median(rounds.map(round => round.withEventsMs))
  const waited = median(rounds.map(round => round.waitedMs))
  const ratio = walk / typed
  console.log(`${commands.length} commands, ${rounds.length} rounds, medians${title}`)
  console.log(`  typed into a shell by a script  ${typed.toFixed(0)} ms`)
  console.log(
    `  walked                          ${walk.toFixed(0)} ms, and ${waited.toFixed(0)} ms of waiting`,
  )
  console.log(
    `  and every event kept            ${withEvents.toFixed(0)} ms, ${(withEvents / typed).toFixed(2)} times`,
  )
  console.log(`  ratio ${ratio.toFixed(2)} (bar ${bar}: ${ratio <= bar ? 'reached' : 'missed'})`)
}

const folder = mkdtempSync(path.join(tmpdir(), 'tnet-lab-bench-'))
try {
  const document = path.join(folder, 'bench.md')
  const script = path.join(folder, 'bench.sh')
  writeFileSync(
    document,
    `# A bridge\n\n${commands.map(line => `\`\`\`bash\n${line}\n\`\`\`\n`).join('\n')}`,
  )
  writeFileSync(script, `${commands.join('\n')}\n`)
  for (const environment of environments()) compare(script, document, environment)
} finally {
  rmSync(folder, { recursive: true })
}

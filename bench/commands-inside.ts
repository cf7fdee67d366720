/** What bench/commands.ts measures, from within a sandbox; prints one JSON line. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Lab } from '../src/lab/lab.ts'
import { median } from './median.ts'

const rounds = Number(process.argv[2] ?? 30)
await using lab = new Lab()
const host = await lab.host('host')
const blue = await host.bridge('blue', '10.0.0.1/16')
const web = await blue.container('web')
await host.$`ip netns list` // names under /run/netns are made with the first command

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const ways: Record<string, () => Promise<unknown>> = {
  'setns + spawn': () => once(web.netns.spawnBare('true', []), 'close'),
  'setns + spawn, all namespaces': () => once(web.netns.spawn('true', []), 'close'),
  'ip netns exec': () => once(host.netns.spawn('ip', ['netns', 'exec', 'web', 'true']), 'close'),
  'no namespace': () => once(spawn('true'), 'close'),
}
const times = new Map<string, number[]>(Object.keys(ways).map(name => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(ways)) times.get(name)?.push(await timed(run))
}

/** 100 ports published: in one batch as the driver does, and one rule after the other. */
const net = await lab.network('shop', { subnet: '10.1.0.0/24', hosts: [host] })
const together = await timed(() =>
  host.container('many', { network: net, publish: ['8000-8099:8000-8099'] }),
)
const oneByOne = await timed(async () => {
  for (let port = 9000; port < 9100; port++) {
    const rule = `-t nat -A PREROUTING -p tcp --dport ${port} -j DNAT --to-destination 10.1.0.2:80`
    await once(host.netns.spawn('iptables', rule.split(' ')), 'close')
  }
})

const commands = Object.fromEntries([...times].map(([name, ms]) => [name, median(ms)]))
console.log(JSON.stringify({ commands, rules: { together, oneByOne } }))

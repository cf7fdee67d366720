/** What bench/tunnels.ts measures, from within a sandbox; prints one JSON line. */
import fs from 'node:fs'
import { once } from 'node:events'
import { untilUp } from '../src/kernel/carrier.ts'
import { probePings } from '../src/kernel/icmp-prober.ts'
import { linkSet } from '../src/kernel/netlink/link-request.ts'
import { TunnelStandIn } from '../src/kernel/tunnel-stand-in/tunnel-stand-in.ts'
import { Lab } from '../src/lab/lab.ts'
import { hasLink } from '../src/lab/link.ts'
import { poll } from '../src/poll.ts'
import { median } from './median.ts'

type Way = 'socat' | 'tun' | 'veth'

const [rounds = 5, megabytes = 64] = process.argv.slice(2).map(Number)
const MTU = 1480

/** Two hosts with a container each, and an IPIP tunnel between them. */
async function world(way: Way) {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const containers = []
  for (const [here, there] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const host = await wan.join(`host${here}`, `192.0.2.${here}/24`)
    const bridge = await host.bridge('br0', `10.0.${here}.1/24`)
    containers.push(await bridge.container(`container${here}`))
    const [local, remote] = [`192.0.2.${here}`, `192.0.2.${there}`]
    if (way === 'socat') {
      const tun = 'TUN,tun-type=tun,tun-name=ipip0,iff-no-pi,iff-up'
      await host.spawn('socat', [tun, `IP-DATAGRAM:${remote}:4,bind=${local}`])
      await poll(() => (hasLink(host.netns, 'ipip0') ? true : undefined))
      await (await host.link('ipip0')).setMtu(MTU)
    } else {
      const options = { kind: 'ipip', name: 'ipip0', local, remote, mtu: MTU } as const
      const tunnel = TunnelStandIn.create(host.netns, { ...options, backing: way })
      lab.undo.push('tunnel', () => tunnel.close())
      host.netns.execute(linkSet(tunnel, { up: true }))
      if (way === 'veth') await untilUp(host.netns, [tunnel.index])
    }
    await host.addRoute({ to: `10.0.${there}.0/24`, dev: 'ipip0' })
    await host.forward()
  }
  const [from, to] = containers
  if (from === undefined || to === undefined) throw new Error('two were made')
  return { lab, from, to }
}

async function measure(way: Way): Promise<{ mbits: number; rttMs: number }> {
  const { lab, from, to } = await world(way)
  const rtts: number[] = []
  for (let n = 0; n < 20; n++) {
    const [outcome] = await probePings([{ from: from.netns.fd, to: '10.0.2.2' }])
    if (outcome?.outcome === 'answered') rtts.push(outcome.rttMs)
  }
  const sink = ['-b', '262144', '-u', 'TCP-LISTEN:5000', 'CREATE:/dev/null']
  const server = await to.spawn('socat', sink, { ready: { port: 5000 } })
  const zeroes = fs.openSync('/dev/zero', 'r')
  const args = `-b 262144 -u STDIN,readbytes=${megabytes * 1e6} TCP:10.0.2.2:5000`
  const start = performance.now()
  const client = from.netns.spawn('socat', args.split(' '), {
    stdio: [zeroes, 'ignore', 'inherit'],
  })
  await once(client, 'close')
  await poll(() => (server.isRunning ? undefined : true), { timeoutMs: 60_000 })
  const ms = performance.now() - start
  fs.closeSync(zeroes)
  await lab.close()
  return { mbits: (megabytes * 8000) / ms, rttMs: median(rtts) ?? NaN }
}

/** An ordinary user may not open /dev/net/tun, and has the one way only. */
const isRoot = fs.statSync('/dev/net/tun').uid === process.getuid?.()
const ways: Record<string, Way> = {
  ...(isRoot ? { socat: 'socat', 'stand-in, TUN': 'tun' } : {}),
  'stand-in, veth': 'veth',
}
const results = new Map(
  Object.keys(ways).map(name => [name, [] as { mbits: number; rttMs: number }[]]),
)
for (let round = 0; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) results.get(name)?.push(await measure(way))
}
const medians = [...results].map(([name, all]) => [
  name,
  { mbits: median(all.map(one => one.mbits)), rttMs: median(all.map(one => one.rttMs)) },
])
console.log(JSON.stringify(Object.fromEntries(medians)))

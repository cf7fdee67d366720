// Once, as an ordinary user: who looks makes no difference to what is left.
import '../../sandboxed.ts'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { UsageError } from '../../../src/errors.ts'
import { connectTcp, listenTcp } from '../../../src/kernel/inet-socket.ts'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import { Netns } from '../../../src/kernel/netns.ts'
import { PacketDevice } from '../../../src/kernel/packet-device/packet-device.ts'
import { probeReach } from '../../../src/kernel/reach-probe.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { poll } from '../../../src/poll.ts'
import { needsEtcd } from '../../ipam/store/etcd-server.ts'
import { descriptors, heldAfter, heldAtRest, processes } from './leftovers.ts'

t.setTimeout(600_000)

const over = { name: 'UsageError', code: 'TNET_LAB_CLOSED', hint: /await everything/ }

interface World {
  lab: Lab
  alpha: Host
  beta: Host
  web: Container
}

/**
 *     web 10.0.1.2 ── blue ── alpha 192.0.2.1 ── wan ── beta 192.0.2.2
 */
async function world(): Promise<World> {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  return { lab, alpha, beta, web: await blue.container('web') }
}

/** What is begun and not awaited ends with the lab, and says so: that is all that it may say. */
const unawaited: unknown[] = []
function begin(promise: Promise<unknown>): void {
  promise.catch((error: unknown) => unawaited.push(error))
}

const network = (driver: 'vxlan' | 'ipip' | 'gre' | 'gretap' | 'vlan' | 'routed') => {
  return async ({ lab, alpha, beta }: World) => {
    const id = driver === 'vlan' ? { id: 42 } : {}
    const standIn = ['ipip', 'gre', 'gretap', 'vlan'].includes(driver)
    const tunnels = standIn ? { tunnels: 'userspace' } : {}
    const subnet = '10.244.0.0/16'
    const options = { driver, subnet, hosts: [alpha, beta], ...id, ...tunnels }
    const shop = await lab.network('shop', options as { driver: string; hosts: Host[] })
    await alpha.container('a', { network: shop, publish: ['8080:80'] })
    await beta.container('b', { network: shop })
  }
}

/** What a scenario may have made and left; each is done many times over in one process. */
const contents: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'nothing more': async () => {},
  'a bridge network with a published port': async ({ lab, alpha }) => {
    const shop = await lab.network('shop', { hosts: [alpha] })
    await alpha.container('a', { network: shop, publish: ['8080:80'] })
  },
  'a VXLAN network': network('vxlan'),
  'a routed network': network('routed'),
  'an IPIP stand-in': network('ipip'),
  'a GRE stand-in': network('gre'),
  'a gretap stand-in': network('gretap'),
  'a VLAN stand-in': network('vlan'),
  'bridges joined by VXLAN': async ({ lab, alpha, beta }) => {
    const over = await lab.segment('lan')
    await over.join(alpha, '198.51.100.1/24')
    await over.join(beta, '198.51.100.2/24')
    const between = [await alpha.bridge('one'), await beta.bridge('two')]
    await lab.vxlan(42, { over, between })
  },
  'devices of the script’s own': async ({ alpha, web }) => {
    const tun = await alpha.openTun('tun0')
    await tun.link.up()
    await web.openTun('tap0', { kind: 'tap' })
    PacketDevice.create(alpha.netns, { kind: 'tun', name: 'hidden0', backing: 'veth' })
  },
  'servers, and connections to them': async ({ alpha, beta }) => {
    const site = await alpha.serve(80, () => 'here')
    await alpha.serveTcp(7)
    await alpha.serveUdp(7)
    await beta.fetch({ node: alpha, protocol: 'tcp', port: site.port })
    await connectTcp(beta.netns.fd, { to: { address: '192.0.2.1', port: 7 }, label: 'beta' })
  },
  'programs, one that ignores SIGTERM, one that leaves a daemon': async ({ alpha }) => {
    const ready = { ready: { line: 'here' } }
    await alpha.spawn('sleep', ['600'])
    const stubborn = await alpha.spawn('sh', ['-c', 'trap "" TERM; echo here; sleep 600'], ready)
    await stubborn.stop({ graceMs: 10 })
    await alpha.spawn('sh', ['-c', 'setsid sleep 601 & echo here; wait'], ready)
  },
  'commands that run, and what they left': async ({ alpha, web }) => {
    await web.$`(setsid sleep 602; true) >/dev/null 2>&1 &`
    void alpha.$`sleep 603; true`
    void alpha.$({ nothrow: true })`sleep 604`.pipe(web.$`cat`)
  },
  captures: async ({ alpha, beta }) => {
    await alpha.capture('eth0')
    await using closed = await beta.capture()
    await beta.$`ping -c 1 -n 192.0.2.1`
    return closed.packets().length
  },
  'what nobody awaited': async ({ lab, alpha, beta, web }) => {
    begin(alpha.serve(81, () => ''))
    begin(alpha.capture('eth0'))
    begin(web.fetch({ address: '192.0.2.77', port: 80 }, { timeoutMs: 60_000 }))
    begin(probeReach(web.netns.fd, { protocol: 'udp', to: '10.0.1.1', port: 9 }))
    begin(probeReach(beta.netns.fd, { protocol: 'tcp', to: '192.0.2.78', port: 9 }))
    begin(probePings([{ from: alpha.netns.fd, to: '192.0.2.79' }], { timeoutMs: 60_000 }))
    begin(lab.network('late', { hosts: [alpha] }))
    begin(alpha.spawn('sleep', ['605'], { ready: { port: 80 }, readyTimeoutMs: 60_000 }))
    begin(alpha.$`sleep 606`)
    begin(alpha.masquerade('10.0.1.0/24', 'eth0'))
  },
}

async function live(content: (world: World) => Promise<unknown>): Promise<void> {
  const made = await world()
  try {
    await content(made)
  } finally {
    await made.lab.close()
  }
}

for (const [what, content] of Object.entries(contents)) {
  t.test(`${what}: four labs later the process holds what it held before`, async t => {
    // What is loaded and opened once and for all.
    await live(content)
    const before = await heldAtRest()
    for (let n = 0; n < 4; n++) await live(content)
    t.strictSame(await heldAfter(before), before)
  })
}

t.test('fifty labs, each with a little of all, leave no descriptor', async t => {
  const all = Object.entries(contents).filter(([what]) => !what.startsWith('programs'))
  for (const [, content] of all) await live(content)
  const before = await heldAtRest()
  for (let n = 0; n < 50; n++) await live((all[n % all.length] as (typeof all)[0])[1])
  t.strictSame(await heldAfter(before), before)
})

t.test('an etcd client and its relays end with the lab', needsEtcd, async t => {
  const content = async ({ alpha, beta }: World) => {
    const url = 'http://192.0.2.1:2379'
    const urls = ['--listen-client-urls', url, '--advertise-client-urls', url]
    const folder = fs.mkdtempSync('/run/etcd-')
    await alpha.spawn('etcd', ['--data-dir', folder, ...urls], {
      ready: { port: 2379 },
      readyTimeoutMs: 20_000,
    })
    const store = await beta.etcd(url)
    await store.lease(60_000)
    await store.list('')
  }
  await live(content)
  const before = await heldAtRest()
  for (let n = 0; n < 2; n++) await live(content)
  t.strictSame(await heldAfter(before), before)
})

t.test('when the lab is closed, all of it is, and not a moment later', async t => {
  for (const [what, content] of Object.entries(contents)) {
    await live(content)
    const before = await heldAtRest()
    const made = await world()
    await content(made)
    await made.lab.close()
    t.strictSame(descriptors(), before.descriptors, what)
    t.strictSame(processes(), before.processes, what)
    t.notOk(process.getActiveResourcesInfo().includes('FSReqCallback'), 'packet sockets too')
  }
})

t.test('rules that are on their way are waited for', async t => {
  const { lab, alpha } = await world()
  begin(alpha.masquerade('10.0.1.0/24', 'eth0'))
  const isUnderWay = () => descriptors().some(of => of.includes('memfd:'))
  // At every turn: a program that began and ended between two looks would not be seen.
  for (let turns = 0; !isUnderWay() && turns < 100_000; turns++) await setImmediate()
  t.ok(isUnderWay())
  await lab.close()
  t.notOk(isUnderWay())
})

t.test(
  'a namespace that is closed by itself ends its programs, and lets go of the rest',
  async t => {
    const netns = new Netns({ label: 'alone' })
    const sleeper = netns.spawnBare('sleep', ['600'])
    const leaver = netns.spawn('sh', ['-c', 'unshare --net setsid sleep 601 & echo $!; wait'])
    const [line] = (await once(leaver.stdout ?? leaver, 'data')) as [Buffer]
    netns.close()
    await netns.ended()
    t.match([sleeper, leaver], [{ signalCode: 'SIGKILL' }, { signalCode: 'SIGKILL' }])
    t.ok(leaver.stdout?.destroyed, 'although somebody elsewhere still has it')
    process.kill(Number(String(line)), 'SIGKILL')
  },
)

t.test('a connection out of a node ends with the lab, whoever has its other end', async t => {
  const { lab, alpha, beta } = await world()
  const { fd, port } = listenTcp(alpha.netns.fd, { label: 'alpha' })
  const to = { address: '192.0.2.1', port }
  const socket = await connectTcp(beta.netns.fd, { to, label: 'beta' })
  await lab.close()
  t.ok(socket.destroyed)
  fs.closeSync(fd)
})

t.test('what begins as the lab ends is ended at once, and whoever began it is told', async t => {
  const { lab } = await world()
  await lab.close()
  let ended = 0
  const end = () => void ended++
  t.throws(() => lab.undo.push('late', end), over)
  t.throws(() => lab.undo.push('late', () => Promise.reject(new Error('in vain'))), over)
  t.equal(ended, 1)
})

t.test('the first process of a sandbox asks how orphans ended that a lab left', async t => {
  const script = path.join(import.meta.dirname, 'fixtures', 'process-one.ts')
  const node = [process.execPath, '--import=tsx', script]
  const { stdout } = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', ...node], {
    encoding: 'utf8',
  })
  t.equal(stdout, '1\n\n', 'it had one, and no zombie is left of it')
})

t.test('what nobody awaited fails for no other reason than that the lab is over', async t => {
  unawaited.length = 0
  await live(contents['what nobody awaited'] ?? (async () => {}))
  await poll(() => (unawaited.length >= 6 ? true : undefined), { timeoutMs: 30_000 })
  t.ok(unawaited.length >= 6)
  for (const error of unawaited) {
    // zx has an error of its own for a command that was killed.
    if (error instanceof UsageError) t.match(error, over)
    else t.match(error, { signal: 'SIGKILL' })
  }
})

t.test('closing twice waits for the first, and fails no second time', async t => {
  const { lab, alpha } = await world()
  const program = await alpha.spawn('sleep', ['600'])
  const [one, two] = [lab.close(), lab.close()]
  await two
  t.notOk(program.isRunning)
  await one
  await lab.close()
})

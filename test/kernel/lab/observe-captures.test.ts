import '../../sandboxed.ts'
import fs from 'node:fs'
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { capturesOf } from '../../../src/lab/observe/captures-of.ts'
import { isInstalled } from './installed.ts'

const hasTcpdump = isInstalled('tcpdump')

interface World extends AsyncDisposable {
  lab: Lab
  alpha: Host
  beta: Host
}

/**
 *     alpha 192.0.2.1 ── wan ── beta 192.0.2.2
 */
async function world(): Promise<World> {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  return { lab, alpha, beta, [Symbol.asyncDispose]: () => lab.close() }
}

const ping = (from: Host, options = {}) =>
  probePings([{ from: from.netns.fd, to: '192.0.2.2' }], options)

/** What tcpdump reads in it, without times. */
function tcpdump(pcap: string): string[] {
  const file = `/run/capture-${process.pid}.pcap`
  fs.writeFileSync(file, Buffer.from(pcap, 'base64'))
  // As somebody who is not root, or it wants to become another user, which a sandbox may not have.
  const read = ['--user', 'tcpdump', '-nn', '-S', '-t', '-r', file]
  const { stdout } = spawnSync('unshare', read, { encoding: 'utf8' })
  return stdout.trimEnd().split('\n')
}

t.test('a capture that a script has closed is still there, as packets and as a file', async t => {
  await using w = await world()
  {
    await using onWire = await w.alpha.capture('eth0')
    await ping(w.alpha)
    await ping(w.alpha)
    t.ok(onWire.packets().length >= 4)
  }
  await ping(w.alpha)
  const [capture, ...more] = capturesOf(w.lab)
  t.strictSame(more, [])
  t.match(capture, { node: 'alpha', link: 'eth0', omittedPackets: 0 })
  const pings = (capture?.packets ?? []).filter(({ text }) => text.includes('ICMP echo'))
  t.equal(pings.length, 4, 'what came after it was closed is not in it')
  t.match(pings[0], { lengthBytes: 98, text: /^IP 192.0.2.1 > 192.0.2.2: ICMP echo request/ })
  t.equal(capture?.packets[0]?.atMs, 0)
  const times = capture?.packets.map(({ atMs }) => atMs) ?? []
  t.strictSame(
    times.toSorted((a, b) => a - b),
    times,
  )
  if (!hasTcpdump) return
  t.strictSame(
    tcpdump(capture?.pcap ?? ''),
    capture?.packets.map(({ text }) => text),
  )
})

t.test('one that still runs is there until now, and one of all links has no link', async t => {
  await using w = await world()
  await using onAll = await w.beta.capture()
  await ping(w.alpha)
  const [capture] = capturesOf(w.lab)
  t.equal(capture?.node, 'beta')
  t.notOk(capture !== undefined && 'link' in capture)
  t.equal(capture?.packets.length, onAll.packets().length)
})

t.test('of many packets the newest thousand are there, and how many are not', async t => {
  await using w = await world()
  {
    await using onWire = await w.alpha.capture('eth0')
    await ping(w.alpha)
    t.ok(onWire.packets().length >= 2, 'these were read, so their times are before what follows')
    const many = Array.from({ length: 600 }, () => ({ from: w.alpha.netns.fd, to: '192.0.2.2' }))
    await probePings(many)
    await ping(w.alpha, { payload: 77 })
    t.ok(onWire.packets().length >= 1204)
  }
  const [capture] = capturesOf(w.lab)
  t.equal(capture?.packets.length, 1000)
  t.ok((capture?.omittedPackets ?? 0) >= 204)
  t.match(capture?.packets.at(-1)?.text, /echo reply.*length 85$/)
  t.ok((capture?.packets[0]?.atMs ?? 0) > 0, 'times count from the first of all')
  if (hasTcpdump) t.equal(tcpdump(capture?.pcap ?? '').length, 1000)
})

t.test('of large packets the file has the newest that fit into 1 MiB, the list all', async t => {
  await using w = await world()
  await w.alpha.$`ip link set eth0 mtu 9000`
  {
    await using _onWire = await w.alpha.capture('eth0')
    for (let n = 0; n < 30; n++) {
      const some = Array.from({ length: 10 }, () => ({ from: w.alpha.netns.fd, to: '192.0.2.9' }))
      await w.alpha.$`ip neigh replace 192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0`
      await probePings(some, { payload: 8900, timeoutMs: 1 })
    }
  }
  const [capture] = capturesOf(w.lab)
  const bytes = Buffer.from(capture?.pcap ?? '', 'base64').length
  t.ok(bytes <= 1 << 20)
  t.ok(bytes > 1_000_000)
  t.equal(capture?.packets.filter(({ text }) => text.includes('echo request')).length, 300)
  t.equal(capture?.omittedPackets, 0)
  t.match(capture?.packets[0]?.text, /./)
})

t.test('what a script has forgotten is not told, and after the lab nothing is', async t => {
  const w = await world()
  const onWire = await w.alpha.capture('eth0')
  await ping(w.alpha)
  onWire.clear()
  t.strictSame(capturesOf(w.lab)[0]?.packets, [])
  await ping(w.alpha)
  await onWire.close()
  await onWire.close()
  t.equal(onWire.packets().length > 0, true, 'what was captured stays readable')
  onWire.clear()
  const [kept, ...more] = capturesOf(w.lab)
  t.ok((kept?.packets.length ?? 0) > 0, 'what is kept for the report is its own')
  t.strictSame(more, [])
  await w.lab.close()
  t.strictSame(capturesOf(w.lab), [])
})

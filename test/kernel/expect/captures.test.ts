import '../../sandboxed.ts'
import { readdirSync, readlinkSync } from 'node:fs'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { poll } from '../../../src/poll.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('a capture sees what its link sees', async t => {
  await using w = await world()
  await using onBlue = await w.alpha.capture(w.blue)
  await using onUplink = await w.alpha.capture('eth0')
  await using onAll = await w.web.capture()
  const told = results()
  await expect(w.web).toPing(w.app, { count: 2 })
  await expect(onBlue).toSee('IP 10.0.1.2 > 10.0.1.3: ICMP echo request')
  await expect(onBlue).toSee(/echo reply, id \d+, seq 2/)
  await expect(onBlue).toSee({ icmp: 'echo request', source: w.web, destination: '10.0.1.3' })
  await expect(onBlue).toSee({ icmp: 'echo reply', direction: 'in' }, { count: 2 })
  await expect(onBlue).toSee({ protocol: 'arp', source: w.web, destination: w.app })
  await expect(onBlue).toSee(packet => packet.length === 98)
  await expect(onAll).toSee({ protocol: 'icmp', source: w.web, direction: 'out' })
  await expect(onUplink, { windowMs: 20 }).not.toSee('10.0.1')
  await expect(onBlue, { windowMs: 20 }).not.toSee({ icmp: 'echo request', source: w.app })
  await expect(onBlue, { windowMs: 20 }).not.toSee({ source: w.web, destination: '10.0.1.1' })
  await expect(onBlue, { windowMs: 20 }).not.toSee({ icmp: 'echo reply' }, { count: 3 })
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: web pings app (10.0.1.3)',
      'passed: blue of alpha sees "IP 10.0.1.2 > 10.0.1.3: ICMP echo request"',
      'passed: blue of alpha sees /echo reply, id \\d+, seq 2/',
      'passed: blue of alpha sees { icmp: echo request, source: web, destination: 10.0.1.3 }',
      'passed: blue of alpha sees 2 packets { icmp: echo reply, direction: in }',
      'passed: blue of alpha sees { protocol: arp, source: web, destination: app }',
      'passed: blue of alpha sees such a packet',
      'passed: all links of web sees { protocol: icmp, source: web, direction: out }',
      'passed: eth0 of alpha does not see "10.0.1"',
      'passed: blue of alpha does not see { icmp: echo request, source: app }',
      'passed: blue of alpha does not see { source: web, destination: 10.0.1.1 }',
      'passed: blue of alpha does not see 3 packets { icmp: echo reply }',
    ],
  )
})

t.test('ports are told apart', async () => {
  await using w = await world()
  await using server = await w.app.serveUdp(53)
  await using capture = await w.alpha.capture(w.blue)
  await expect(w.web).toReach(server)
  await expect(capture).toSee({ destinationPort: 53, source: w.web })
  await expect(capture).toSee({ sourcePort: 53, source: w.app })
  await expect(capture, { windowMs: 20 }).not.toSee({ destinationPort: 54 })
})

t.test('a failure shows what was seen instead', async t => {
  await using w = await world()
  await using capture = await w.alpha.capture(w.blue)
  await expect(w.web).toPing(w.app)
  capture.clear()
  const nothing = await failure(expect(capture).toSee('echo'))
  t.equal(
    nothing,
    `ExpectationError TNET_EXPECTATION: expected that blue of alpha sees "echo"
  expected "echo"
  received 0 of 0 packets
  command  ip netns exec alpha tcpdump -nn -S -i blue
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  await expect(w.web).toPing(w.app)
  const id = (text: string) => text.replace(/id \d+/g, 'id ID')
  t.match(
    id(await failure(expect(capture).toSee({ icmp: 'echo request', source: w.app }))),
    `received 0 of 2 packets:
           IP 10.0.1.2 > 10.0.1.3: ICMP echo request, id ID, seq 1, length 64
           IP 10.0.1.3 > 10.0.1.2: ICMP echo reply, id ID, seq 1, length 64`,
  )
  t.match(
    id(await failure(expect(capture).not.toSee('reply'))),
    `expected no "reply" for 300 ms
  received 1 of 2 packets:
           IP 10.0.1.3 > 10.0.1.2: ICMP echo reply, id ID, seq 1, length 64`,
  )
  t.match(
    id(await failure(expect(capture).toSee('reply', { count: 2 }))),
    'expected 2 packets "reply"\n  received 1 of 2 packets:',
  )
})

t.test('eventually waits for a packet, and not sees one that comes late', async t => {
  await using w = await world()
  await using capture = await w.alpha.capture(w.blue)
  const seen = expect(capture).eventually.toSee('echo request')
  const unseen = codeOf(expect(capture, { windowMs: 2000 }).not.toSee('echo request'))
  await expect(w.web).toPing(w.app)
  await seen
  t.equal(await unseen, 'TNET_EXPECTATION')
})

t.test('a capture that is closed keeps what it saw, and ends with the lab', async t => {
  const w = await world()
  const capture = await w.alpha.capture('eth0')
  await expect(w.alpha).toPing(w.outside)
  await capture.close()
  await expect(w.outside).toPing(w.alpha)
  await expect(capture).toSee({ icmp: 'echo request' }, { count: 1 })
  t.match(capture.format(), /ICMP echo request.*\n.*ICMP echo reply/)
  t.equal(capture.toPcap().readUInt32LE(0), 0xa1b23c4d)
  const before = sockets()
  const open = await w.alpha.capture()
  const [mine] = sockets().filter(socket => !before.includes(socket))
  await w[Symbol.asyncDispose]()
  const closed = await poll(() => (sockets().includes(mine ?? '') ? undefined : true))
  t.ok(closed, 'its socket is closed')
  await open.close()
})

/** `socket:[12345]`, for each that this process has open. */
function sockets(): string[] {
  const links = readdirSync('/proc/self/fd').map(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return '' // the folder itself
    }
  })
  return links.filter(link => link.startsWith('socket:'))
}

t.test('what the kernel lost may have been the packet in question', async t => {
  await using w = await world()
  await using capture = await w.alpha.capture(w.blue, { bufferBytes: 4096 })
  await expect(w.web).toPing(w.app)
  // Nobody reads while the event loop stands still.
  const { status } = w.web.netns.insideNet(() =>
    process
      .getBuiltinModule('node:child_process')
      .spawnSync('ping', ['-q', '-c', '200', '-i', '0.002', '-s', '1000', '10.0.1.3']),
  )
  t.equal(status, 0)
  t.ok(capture.dropped() > 0)
  await expect(capture).toSee('echo request')
  const lost = 'TNET_CAPTURE_LOST'
  t.equal(await codeOf(expect(capture).not.toSee('10.0.1.77')), lost)
  t.equal(await codeOf(expect(capture).toSee('10.0.1.77')), lost)
  t.equal(await codeOf(expect(capture).toSee('echo request', { count: 3 })), lost)
})

t.test('what no packet can be is refused', async t => {
  await using w = await world()
  await using capture = await w.alpha.capture(w.blue)
  const cases: readonly [what: string, filter: unknown, options: object, code: string][] = [
    ['every line', '', {}, 'TNET_FILTER_INVALID'],
    ['every packet', {}, {}, 'TNET_FILTER_INVALID'],
    ['nothing', undefined, {}, 'TNET_FILTER_INVALID'],
    ['a protocol', { protocol: 'igmp' }, {}, 'TNET_OPTION_INVALID'],
    ['an address', { source: 'web' }, {}, 'TNET_OPTION_INVALID'],
    ['a typo', { src: '10.0.1.2' }, {}, 'TNET_OPTION_UNKNOWN'],
    ['a count', 'echo', { count: -1 }, 'TNET_OPTION_INVALID'],
  ]
  for (const [what, filter, options, code] of cases) {
    t.equal(await codeOf(expect(capture).toSee(filter as string, options)), code, what)
    t.equal(
      await codeOf(expect(capture).not.toSee(filter as string, options)),
      code,
      `not: ${what}`,
    )
  }
  t.equal(await codeOf(w.alpha.capture('eth9')), 'TNET_LINK_MISSING')
  // @ts-expect-error a capture does not ping
  t.throws(() => expect(capture).toPing(w.web), TypeError)
})

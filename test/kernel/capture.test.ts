import '../sandboxed.ts'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { Capture } from '../../src/kernel/capture.ts'
import { probePings } from '../../src/kernel/icmp-prober.ts'
import { layersOf } from '../../src/kernel/packet/decode.ts'
import { bridgedNodes, type BridgedNode } from './bridged-nodes.ts'

const ping = (from: BridgedNode, to: BridgedNode, payload = 56) =>
  probePings([{ from: from.fd, to: to.address }], { payload, timeoutMs: 5000 })

t.test('a bridge shows what it passes from port to port', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  using capture = new Capture(world.host.fd, { link: world.host.eth0, label: 'host' })
  await ping(one, other)
  const lines = capture.packets().map(packet => String(packet).replace(/id \d+/, 'id N'))
  const wanted = [
    `ARP, Request who-has ${other.address} tell ${one.address}, length 28`,
    `IP ${one.address} > ${other.address}: ICMP echo request, id N, seq 1, length 64`,
    `IP ${other.address} > ${one.address}: ICMP echo reply, id N, seq 1, length 64`,
  ]
  t.strictSame(
    lines.filter(line => wanted.includes(line)),
    wanted,
  )
  t.ok(lines.some(line => /^ARP, Reply 10\.0\.0\.3 is-at [0-9a-f:]{17}, length 28$/.test(line)))
})

t.test('a packet is seen with its direction, link and time', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  using capture = new Capture(one.fd, { link: one.eth0, label: 'one' })
  const before = BigInt(Date.now()) * 1_000_000n
  await ping(one, other)
  const icmp = capture.packets().filter(({ layers }) => layersOf(layers, 'icmp').length > 0)
  t.match(icmp, [
    { direction: 'out', index: one.eth0.index, length: 98 },
    { direction: 'in', index: one.eth0.index, length: 98 },
  ])
  for (const { time } of icmp) {
    const late = Number(time - before) / 1e6
    t.ok(late > -2 && late < 5000, `${late} ms after the ping began`)
  }
})

t.test('nothing of before it was made, and nothing of other links', async t => {
  using world = await bridgedNodes(3)
  const [one, other, third] = world.nodes
  await ping(one, other)
  using capture = new Capture(third?.fd ?? -1, { link: one.eth0, label: 'third' })
  await ping(one, other)
  t.strictSame(
    capture.packets().filter(({ layers }) => layersOf(layers, 'icmp').length > 0),
    [],
  )
})

t.test('without a link, the packets of all of them', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  await ping(one, other)
  using capture = new Capture(world.host.fd, { label: 'host' })
  await ping(one, other)
  const icmp = capture.packets().filter(({ layers }) => layersOf(layers, 'icmp').length > 0)
  t.strictSame(
    icmp.map(({ index, direction }) => `${index} ${direction}`),
    ['600 in', '601 out', '601 in', '600 out'],
  )
})

t.test('what the kernel cannot keep is counted', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  using capture = new Capture(one.fd, { label: 'one', bufferBytes: 2048 })
  const many = Array.from({ length: 100 }, () => ({ from: one.fd, to: other.address }))
  await probePings(many, { payload: 1000 })
  t.ok(capture.packets().length < 200)
  const dropped = capture.dropped()
  t.ok(dropped > 0)
  t.ok(capture.dropped() >= dropped, 'the count is kept')
})

t.test('a long capture outlasts the kernel’s buffer while Node is not busy', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  await ping(one, other)
  using capture = new Capture(one.fd, { link: one.eth0, label: 'one', bufferBytes: 16384 })
  for (let n = 0; n < 100; n++) {
    await ping(one, other, 1000)
    await setTimeout(1)
  }
  t.equal(capture.dropped(), 0)
  t.equal(capture.packets().filter(({ length }) => length === 1042).length, 200)
})

t.test('packets are cut where that is asked for, and keep their length', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  using capture = new Capture(one.fd, { link: one.eth0, label: 'one', snapBytes: 64 })
  await ping(one, other, 1000)
  const whole = capture.packets().filter(({ length }) => length === 1042)
  t.strictSame(
    whole.map(({ bytes }) => bytes.length),
    [64, 64],
  )
})

t.test('after it is closed the packets can still be read, and written to a file', async t => {
  using world = await bridgedNodes()
  const [one, other] = world.nodes
  const capture = new Capture(one.fd, { link: one.eth0, label: 'one' })
  await ping(one, other)
  capture.close()
  capture.close()
  const count = capture.packets().length
  await ping(one, other)
  t.ok(count >= 2)
  t.equal(capture.packets().length, count)
  t.equal(capture.toPcap().readUInt32LE(20), 1)
})

t.test('a link that is not there is named', async t => {
  using world = await bridgedNodes()
  const link = { index: 999, name: 'eth7' }
  t.throws(() => new Capture(world.host.fd, { link, label: 'alpha' }), {
    code: 'TNET_CAPTURE_MISSING',
    message: 'could not capture on "eth7" of "alpha"',
    errno: 'ENODEV',
  })
})

import '../../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { hasLink } from '../../../src/lab/link.ts'
import { poll } from '../../../src/poll.ts'

/**
 *     alpha tun0 10.9.0.1/16 ── 192.0.2.1 ~~ UDP 8285 ~~ 192.0.2.2 ── beta tun0 10.9.1.1/16
 */
t.test('a tunnel of the script’s own: packets from one TUN device to the other', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan')
  const ends = []
  for (const [name, n] of [
    ['alpha', 1],
    ['beta', 2],
  ] as const) {
    const host = await wan.join(name, `192.0.2.${n}/24`)
    const tun = await host.openTun('tun0', { mtu: 1400 })
    await tun.link.addAddress(`10.9.${n}.1/16`)
    await tun.link.up()
    const socket = await host.serveUdp(8285, ({ data }) => tun.send(data))
    const to = { address: `192.0.2.${3 - n}`, port: 8285 }
    tun.onPacket = packet => void socket.send(packet, to)
    ends.push({ host, tun, socket })
  }
  const [alpha, beta] = ends
  if (alpha === undefined || beta === undefined) throw new Error('two were made')
  await using wire = await beta.host.capture('eth0')
  await expect(alpha.host).toPing('10.9.2.1', { payload: 1372, fragment: false })
  await expect(alpha.host).not.toPing('10.9.2.1', { payload: 1373, fragment: false })
  await expect(wire).toSee('IP 192.0.2.1.8285 > 192.0.2.2.8285: UDP, length 1400')
  await alpha.tun.close()
  t.notOk(hasLink(alpha.host.netns, 'tun0'))
  t.ok(hasLink(beta.host.netns, 'tun0'))
})

t.test('a script may keep the packets that it gets, and change its mind about them', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const kept: Buffer[] = []
  await using tun = await alpha.openTun('tun0', { onPacket: packet => kept.push(packet) })
  await tun.link.addAddress('10.9.0.1/24')
  await tun.link.up()
  t.match(await tun.link.info(), { mtu: 1500, isUp: true })
  await using socket = await alpha.serveUdp(0)
  const send = (text: string) => socket.send(text, { address: '10.9.0.2', port: 9 })
  t.equal(send('one'), true)
  t.equal(send('two'), true)
  const texts = () => kept.map(packet => packet.toString('latin1', 28))
  await poll(() => (kept.length >= 2 ? true : undefined))
  t.same(
    texts().filter(text => ['one', 'two'].includes(text)),
    ['one', 'two'],
  )
  const later: string[] = []
  tun.onPacket = packet => later.push(packet.toString('latin1', 28))
  send('three')
  await poll(() => later.find(text => text === 'three'))
  t.ok(later.includes('three'))
  t.notOk(texts().includes('three'))
})

t.test('a tap device has the MAC that it was given, and works in a bridge', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const mac = '02:00:00:00:00:05'
  await using tap = await alpha.openTun('tap0', { kind: 'tap', mac })
  t.match(await tap.link.info(), { mac })
  const bridge = await alpha.bridge('br0', '10.9.0.1/24')
  await tap.link.attachTo(bridge)
  await tap.link.up()
  const web = await bridge.container('web')
  const seen: string[] = []
  tap.onPacket = frame => seen.push(frame.subarray(0, 14).toString('hex'))
  await expect(web).not.toPing('10.9.0.99', { timeoutMs: 100 })
  t.ok(
    seen.some(header => /^ffffffffffff.{12}0806$/.test(header)),
    'who has 10.9.0.99?',
  )
})

t.test('a UDP server sends by itself, where it may', async t => {
  await using lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const heard: string[] = []
  await using ear = await beta.serveUdp(53, ({ data, peer, peerPort }) => {
    heard.push(`${data.toString()} from ${peer}:${peerPort}`)
  })
  for (const options of [{}, { address: '192.0.2.1' }]) {
    heard.length = 0
    await using mouth = await alpha.serveUdp(8285, undefined, options)
    t.equal(mouth.send('hello', { address: '192.0.2.2', port: ear.port }), true)
    t.equal(await poll(() => heard[0]), 'hello from 192.0.2.1:8285')
    t.equal(mouth.send('hello', { address: '203.0.113.1', port: 53 }), false, 'no route')
    t.throws(() => mouth.send('hello', { address: 'beta', port: 53 }), {
      code: 'TNET_ADDRESS_INVALID',
    })
    for (const port of [0, 65536, 1.5]) {
      const to = { address: '192.0.2.2', port }
      t.throws(() => mouth.send('hello', to), { code: 'TNET_PORT_INVALID' })
    }
    await mouth.close()
    t.equal(mouth.send('hello', { address: '192.0.2.2', port: 53 }), false, 'closed')
  }
})

t.test('a device ends with its lab', async t => {
  const descriptors = () => fs.readdirSync('/proc/self/fd').length
  const before = descriptors()
  const lab = new Lab()
  const alpha = await lab.host('alpha')
  await alpha.openTun('tun0')
  await t.rejects(alpha.openTun('tun0'), { code: /^TNET_LINK_(EXISTS|BUSY)$/ })
  await lab.close()
  t.equal(await poll(() => (descriptors() === before ? true : undefined)), true)
})

import '../../sandboxed.ts'
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { internetChecksum } from '../../../src/kernel/icmp-message.ts'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import { openSocket, SOCK_RAW } from '../../../src/kernel/inet-socket.ts'
import { libcCalls } from '../../../src/kernel/libc.ts'
import { isPacketDevice } from '../../../src/kernel/packet-device/known-devices.ts'
import {
  PacketDevice,
  type PacketDeviceOptions,
} from '../../../src/kernel/packet-device/packet-device.ts'
import { decode } from '../../../src/kernel/packet/decode.ts'
import { format } from '../../../src/kernel/packet/format.ts'
import type { Host } from '../../../src/lab/host.ts'
import { hasLink } from '../../../src/lab/link.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { poll } from '../../../src/poll.ts'
import { backings } from './backings.ts'

t.setTimeout(600_000)

async function open(host: Host, options: PacketDeviceOptions, prefix = '192.0.2.1/24') {
  const device = PacketDevice.create(host.netns, options)
  const link = await host.link(device.name)
  await link.addAddress(prefix)
  await link.up()
  return device
}

/** An echo request turned into its reply: addresses swapped, type 0. */
function echoReply(packet: Buffer): Buffer {
  const reply = Buffer.from(packet)
  packet.copy(reply, 12, 16, 20)
  packet.copy(reply, 16, 12, 16)
  reply[20] = 0
  reply.writeUInt16BE(0, 22)
  reply.writeUInt16BE(internetChecksum(reply.subarray(20)), 22)
  return reply
}

/** The frame that answers one, by its first header. */
function answer(frame: Buffer): Buffer | undefined {
  const mac = Buffer.from('02000000000a', 'hex')
  const header = Buffer.concat([frame.subarray(6, 12), mac, frame.subarray(12, 14)])
  if (frame.readUInt16BE(12) === 0x0806) {
    const arp = Buffer.from(frame.subarray(14, 42))
    arp.writeUInt16BE(2, 6)
    const [sender, target] = [Buffer.from(arp.subarray(8, 18)), Buffer.from(arp.subarray(24, 28))]
    Buffer.concat([mac, target, sender]).copy(arp, 8)
    return Buffer.concat([header, arp])
  }
  return frame.readUInt16BE(12) === 0x0800
    ? Buffer.concat([header, echoReply(frame.subarray(14))])
    : undefined
}

const linkNames = async (host: Host) => (await host.links()).map(({ name }) => name)

const ping = (host: Host, to: string, options = {}) =>
  probePings([{ from: host.netns.fd, to }], options).then(([outcome]) => outcome)

for (const backing of backings) {
  t.test(`${backing}: IP packets come out of a tun device, and go in`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    using device = await open(host, { kind: 'tun', name: 'tun0', mtu: 1400, backing })
    const seen: string[] = []
    device.onPacket = packet => {
      seen.push(format(decode(packet, 'ipv4')).replace(/id \d+/, 'id N'))
      device.send(echoReply(packet))
    }
    t.match(await ping(host, '192.0.2.9'), { outcome: 'answered', from: '192.0.2.9' })
    t.strictSame(seen, ['IP 192.0.2.1 > 192.0.2.9: ICMP echo request, id N, seq 1, length 64'])
    const full = { payload: 1400 - 28, dontFragment: true }
    t.match(await ping(host, '192.0.2.9', full), { outcome: 'answered' })
    const more = { payload: 1400 - 27, dontFragment: true }
    t.match(await ping(host, '192.0.2.9', more), { outcome: 'too big' })
    t.equal(seen.length, 2)
    t.equal(device.backing, backing)
    t.equal(device.dropped, 0)
  })

  t.test(`${backing}: IPv6 as well, without neighbour discovery`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    using device = await open(host, { kind: 'tun', name: 'tun0', backing }, '2001:db8::1/64')
    const seen: string[] = []
    device.onPacket = packet => void seen.push(format(decode(packet, 'ipv6')))
    await ping(host, '2001:db8::9', { timeoutMs: 20 })
    // On a slow machine the kernel comes to ask for routers meanwhile.
    const asked = seen.filter(line => !line.includes('router solicitation'))
    t.match(asked, [/^IP6 2001:db8::1 > 2001:db8::9: ICMP6, echo request/])
  })

  t.test(`${backing}: frames come out of a tap device, and go in`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    const mac = '02:42:c0:00:02:01'
    using device = await open(host, { kind: 'tap', name: 'tap0', mac, backing })
    const seen: string[] = []
    device.onPacket = frame => {
      seen.push(format(decode(frame)).replace(/id \d+/, 'id N'))
      t.equal(frame.subarray(6, 12).toString('hex'), mac.replaceAll(':', ''))
      const reply = answer(frame)
      if (reply !== undefined) device.send(reply)
    }
    t.match(await ping(host, '192.0.2.9'), { outcome: 'answered', from: '192.0.2.9' })
    t.strictSame(seen, [
      'ARP, Request who-has 192.0.2.9 tell 192.0.2.1, length 28',
      'IP 192.0.2.1 > 192.0.2.9: ICMP echo request, id N, seq 1, length 64',
    ])
  })

  t.test(`${backing}: a VLAN tag is in the frame where the sender put it`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    using device = await open(host, { kind: 'tap', name: 'tap0', backing })
    const frame = Buffer.concat([
      Buffer.from('ffffffffffff02000000000181002007', 'hex'),
      Buffer.from('88b5', 'hex'),
      Buffer.alloc(60, 'tnet'),
    ])
    const seen: Buffer[] = []
    device.onPacket = bytes => {
      if (bytes.includes('tnet')) seen.push(Buffer.from(bytes))
    }
    const fd = openSocket(host.netns.fd, 17, SOCK_RAW, { label: 'alpha' })
    const to = Buffer.alloc(20)
    to.writeUInt16LE(17, 0)
    to.writeInt32LE(device.index, 4)
    t.equal(libcCalls.sendto(fd, frame, frame.length, 0, to, to.length), frame.length)
    fs.closeSync(fd)
    await poll(() => seen[0])
    t.same(seen, [frame])
  })

  t.test(`${backing}: what the kernel does not take is counted`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    using device = await open(host, { kind: 'tun', name: 'tun0', backing })
    device.send(Buffer.alloc(70_000, 0x45))
    t.equal(device.dropped, 1)
    device.send(Buffer.alloc(20, 0x45))
    t.equal(device.dropped, 1)
  })

  t.test(`${backing}: many at once, each with its own packets`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    const before = await linkNames(host)
    const counts = new Map<string, number>()
    const devices = Array.from({ length: 10 }, (_, n) =>
      PacketDevice.create(host.netns, { kind: 'tun', name: `tun${n}`, backing }),
    )
    for (const [n, device] of devices.entries()) {
      const link = await host.link(device.name)
      await link.addAddress(`10.0.${n}.1/24`)
      await link.up()
      device.onPacket = packet => {
        const to = `${device.name} ${packet.subarray(16, 20).join('.')}`
        counts.set(to, (counts.get(to) ?? 0) + 1)
        device.send(echoReply(packet))
      }
    }
    const pairs = devices.map((_, n) => ({ from: host.netns.fd, to: `10.0.${n}.9` }))
    const outcomes = await probePings([...pairs, ...pairs])
    t.ok(outcomes.every(({ outcome }) => outcome === 'answered'))
    t.strictSame(counts, new Map(devices.map((_, n) => [`tun${n} 10.0.${n}.9`, 2] as const)))
    for (const device of devices) device.close()
    t.strictSame(await linkNames(host), before)
  })

  t.test(`${backing}: closed, the device and its descriptors are gone`, async t => {
    await using lab = new Lab()
    const host = await lab.host('alpha')
    const descriptors = () => fs.readdirSync('/proc/self/fd').length
    const before = descriptors()
    const device = await open(host, { kind: 'tun', name: 'tun0', backing })
    t.ok(isPacketDevice(host.netns, device.index))
    t.ok(descriptors() > before)
    device.close()
    device.close()
    t.notOk(hasLink(host.netns, 'tun0'))
    t.notOk(isPacketDevice(host.netns, device.index))
    device.send(Buffer.alloc(20))
    t.equal(device.dropped, 1)
    t.equal(await poll(() => (descriptors() === before ? true : undefined)), true)
  })

  t.test(
    `${backing}: deleted by somebody else, it costs nothing and is closed as ever`,
    async t => {
      await using lab = new Lab()
      const host = await lab.host('alpha')
      using device = await open(host, { kind: 'tun', name: 'tun0', backing })
      await (await host.link('tun0')).delete()
      let calls = 0
      const { read, recvmsg } = libcCalls
      const counted = libcCalls as {
        -readonly [K in keyof typeof libcCalls]: (typeof libcCalls)[K]
      }
      counted.read = (...args) => (calls++, read(...args))
      counted.recvmsg = (...args) => (calls++, recvmsg(...args))
      for (let turn = 0; turn < 100; turn++) await setImmediate()
      Object.assign(counted, { read, recvmsg })
      t.ok(calls <= 2, `read ${calls} times`)
      device.close()
      const again = await open(host, { kind: 'tun', name: 'tun0', backing })
      again.close()
    },
  )

  t.test(`${backing}: a name that is taken, or is none, leaves nothing behind`, async t => {
    const shells: string[] = []
    await using lab = new Lab({ onAction: shell => shells.push(shell) })
    const host = await lab.host('alpha')
    const blue = await host.addBridge('blue')
    const before = await linkNames(host)
    const descriptors = fs.readdirSync('/proc/self/fd').length
    const create = (options: Partial<PacketDeviceOptions>) =>
      PacketDevice.create(host.netns, { kind: 'tun', name: 'tun0', backing, ...options })
    t.throws(() => create({ name: blue.name }), {
      name: 'KernelError',
      code: /^TNET_LINK_/,
      message: 'could not create tun device "blue" on "alpha"',
      facts: { command: /ip (-n alpha )?tuntap add dev blue mode tun/ },
    })
    t.throws(() => create({ name: 'a b' }), { code: 'TNET_LINK_NAME_INVALID' })
    t.throws(() => create({ mtu: 1_000_000 }), { code: 'TNET_LINK_INVALID' })
    t.throws(() => create({ kind: 'tap', mac: 'none' }), { code: 'TNET_MAC_INVALID' })
    t.strictSame(await linkNames(host), before)
    const left = await poll(() => {
      const now = fs.readdirSync('/proc/self/fd').length
      return now <= descriptors ? now : undefined
    })
    t.ok(left !== undefined, 'no descriptor is left')
    create({ mtu: 1400 }).close()
    t.ok(shells.includes('ip -n alpha tuntap add dev tun0 mode tun'))
    t.ok(shells.includes('ip -n alpha link set tun0 mtu 1400'))
  })
}

t.test('a persistent device that nobody uses is not taken over', async t => {
  if (!backings.includes('tun')) return
  await using lab = new Lab()
  const host = await lab.host('alpha')
  await host.addTap('tun0', 'tun')
  const options = { kind: 'tun', name: 'tun0', backing: 'tun' } as const
  t.throws(() => PacketDevice.create(host.netns, options), { code: 'TNET_LINK_BUSY' })
})

t.test('it does not keep Node alive', async t => {
  const file = (path: string) =>
    JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href)
  const script = `
    import { Netns } from ${file('kernel/netns.ts')}
    import { PacketDevice } from ${file('kernel/packet-device/packet-device.ts')}
    const netns = new Netns({ label: 'alpha' })
    for (const backing of ${JSON.stringify(backings)}) {
      PacketDevice.create(netns, { kind: 'tun', name: backing + '0', backing })
    }
    console.log('made')`
  const args = ['--import=tsx', '--input-type=module', '-e', script]
  const printed = await new Promise<string>(resolve => {
    execFile(process.execPath, args, { timeout: 120_000 }, (error, stdout, stderr) =>
      resolve(stdout + stderr + (error === null ? 'ended' : String(error.signal ?? error.code))),
    )
  })
  t.equal(printed, 'made\nended')
})

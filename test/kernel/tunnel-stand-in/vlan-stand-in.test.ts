import '../../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { probePings } from '../../../src/kernel/icmp-prober.ts'
import { openSocket, SOCK_RAW } from '../../../src/kernel/inet-socket.ts'
import { libcCalls } from '../../../src/kernel/libc.ts'
import type { NodeCapture } from '../../../src/lab/capture.ts'
import { findLink } from '../../../src/lab/link.ts'
import type { Node } from '../../../src/lab/node.ts'
import { poll } from '../../../src/poll.ts'
import { backings } from '../packet-device/backings.ts'
import { openVlan, site, taggedHosts, type TaggedHosts } from './tagged-hosts.ts'
import { checkTcpStream } from './tcp-stream.ts'

t.setTimeout(600_000)

/** bits/socket.h */
const AF_PACKET = 17
const DB = '10.0.42.130'

const ping = (from: Node, to: string, options = {}) =>
  probePings([{ from: from.netns.fd, to }], options).then(([one]) => one)
/** Where no answer is expected. */
const pingInVain = (from: Node, to: string) => ping(from, to, { timeoutMs: 150 })

const lines = (capture: NodeCapture) =>
  capture.packets().map(packet => String(packet).replace(/id \d+/, 'id N'))
const icmpLines = (capture: NodeCapture) => lines(capture).filter(line => line.includes('ICMP'))

/** VLAN 42 on both hosts, as a port of their bridges. */
const join = ({ alpha, beta }: TaggedHosts, options: Parameters<typeof openVlan>[1]) =>
  [alpha, beta].map(({ host, bridge }) => openVlan(host, { bridge, ...options }))

/** Sends a broadcast of no known EtherType with a tag by a node's eth0. */
function sendTagged(node: Node, tag: number): void {
  const socket = openSocket(node.netns.fd, AF_PACKET, SOCK_RAW, { label: node.label })
  const to = Buffer.alloc(20)
  to.writeUInt16LE(AF_PACKET, 0)
  to.writeInt32LE(findLink(node.netns, 'eth0').index, 4)
  const frame = Buffer.alloc(60)
  frame.fill(0xff, 0, 6).writeUInt8(2, 6)
  frame.writeUInt32BE(tag, 12)
  frame.writeUInt16BE(0x88b5, 16)
  libcCalls.sendto(socket, frame, frame.length, 0, to, to.length)
  fs.closeSync(socket)
}

async function isPromiscuous(node: Node): Promise<boolean> {
  const { stdout } = await node.$`ip -d link show eth0`
  return !stdout.includes('promiscuity 0')
}

for (const backing of backings) {
  t.test(
    `${backing}: containers on two hosts are on one VLAN, and the wire shows its tag`,
    async t => {
      await using world = await taggedHosts()
      const { alpha, beta } = world
      join(world, { backing })
      t.match(await ping(alpha.container, DB), { outcome: 'answered' })
      for (const { host } of [alpha, beta]) {
        await using onWire = await host.capture('eth0')
        t.match(await ping(alpha.container, DB), { outcome: 'answered' })
        t.strictSame(
          icmpLines(onWire),
          [
            'vlan 42, p 0, IP 10.0.42.2 > 10.0.42.130: ICMP echo request, id N, seq 1, length 64',
            'vlan 42, p 0, IP 10.0.42.130 > 10.0.42.2: ICMP echo reply, id N, seq 1, length 64',
          ],
          host.label,
        )
        t.match(
          onWire.packets().map(({ length }) => length),
          [102, 102],
          'four bytes more',
        )
      }
    },
  )

  t.test(`${backing}: a VLAN takes whole packets of its parent's MTU`, async t => {
    await using world = await taggedHosts()
    const { alpha } = world
    join(world, { backing })
    const whole = { dontFragment: true, payload: 1472 }
    t.match(await ping(alpha.container, DB, whole), { outcome: 'answered' })
    t.match(await ping(alpha.container, DB, { ...whole, payload: 1473 }), {
      outcome: 'too big',
    })
    t.match(await ping(alpha.container, DB, { payload: 4000 }), { outcome: 'answered' })
  })

  t.test(`${backing}: a TCP stream gets through intact`, async t => {
    await using world = await taggedHosts()
    const { alpha, beta } = world
    join(world, { backing })
    await checkTcpStream(t, alpha.container, { to: beta.container, address: DB })
  })

  t.test(`${backing}: VLANs of one link do not see each other`, async t => {
    await using world = await taggedHosts()
    const { alpha, beta } = world
    join(world, { backing })
    const green = await site(beta.host, {
      bridge: 'green',
      prefix: '10.0.42.193/24',
      container: 'cache',
    })
    openVlan(beta.host, { bridge: green.bridge, id: 43, backing })
    await using onGreen = await green.container.capture('eth0')
    t.match(await ping(alpha.container, DB), { outcome: 'answered' })
    const cache = '10.0.42.194'
    t.match(await pingInVain(alpha.container, cache), { outcome: /^(no neighbour|timed out)$/ })
    t.strictSame(lines(onGreen), [])
    const red = await site(alpha.host, {
      bridge: 'red',
      prefix: '10.0.42.65/24',
      container: 'app',
    })
    openVlan(alpha.host, { bridge: red.bridge, id: 43, backing })
    t.match(await ping(red.container, cache), { outcome: 'answered' }, 'each has its own')
    t.match(await ping(alpha.container, DB), { outcome: 'answered' })
  })

  t.test(`${backing}: what has no tag goes on as before, and is not for the VLAN`, async t => {
    await using world = await taggedHosts()
    const { wan, alpha, beta } = world
    const outside = await wan.join('outside', '10.0.42.9/24')
    join(world, { backing })
    await using onDb = await beta.container.capture('eth0')
    t.match(await ping(alpha.host, '192.0.2.2'), { outcome: 'answered' })
    await using onWire = await alpha.host.capture('eth0')
    t.match(await pingInVain(outside, DB), { outcome: /^(no neighbour|timed out)$/ })
    t.match(
      lines(onWire).filter(line => line.includes('who-has')),
      [`ARP, Request who-has ${DB} tell 10.0.42.9`],
      'it was on the wire',
    )
    t.strictSame(lines(onDb), [])
  })

  t.test(`${backing}: a host without the VLAN does not take its frames for its own`, async t => {
    await using world = await taggedHosts()
    const { alpha, beta } = world
    openVlan(alpha.host, { bridge: alpha.bridge, backing })
    const eth0 = await beta.host.link('eth0')
    await eth0.addAddress('10.0.42.200/32')
    const { mac } = await eth0.info()
    await (await alpha.container.link('eth0')).addNeighbour('10.0.42.200', mac)
    await using onBeta = await beta.host.capture('eth0')
    t.match(await pingInVain(alpha.container, '10.0.42.200'), { outcome: 'timed out' })
    t.match(icmpLines(onBeta), [
      /^vlan 42, p 0, IP 10\.0\.42\.2 > 10\.0\.42\.200: ICMP echo request/,
    ])
  })

  t.test(
    `${backing}: priority is no part of the identifier, and a service tag is no VLAN`,
    async t => {
      await using world = await taggedHosts()
      const { wan, alpha, beta } = world
      const outside = await wan.join('outside')
      join(world, { backing })
      t.match(await ping(alpha.container, DB), { outcome: 'answered' })
      await using onVlan = await beta.host.capture('eth0.42')
      const local = () => onVlan.packets().filter(({ bytes }) => bytes.readUInt16BE(12) === 0x88b5)
      // 802.1ad, and another VLAN
      for (const tag of [0x88a8002a, 0x8100102b]) sendTagged(outside, tag)
      // Priority 5, and what is called "drop eligible"
      sendTagged(outside, 0x8100b02a)
      t.equal(await poll(() => (local().length > 0 ? true : undefined)), true)
      t.match(await ping(alpha.container, DB), { outcome: 'answered' })
      t.equal(local().length, 1)
    },
  )

  t.test(`${backing}: a VLAN within a VLAN has two tags`, async t => {
    await using world = await taggedHosts()
    const { alpha, beta } = world
    join(world, { backing })
    for (const [n, { container }] of [alpha, beta].entries()) {
      const inner = openVlan(container, { id: 7, mtu: 1496, backing })
      await (await container.link(inner.name)).addAddress(`10.0.7.${n + 1}/24`)
    }
    await using onWire = await beta.host.capture('eth0')
    t.match(await ping(alpha.container, '10.0.7.2'), { outcome: 'answered' })
    t.match(icmpLines(onWire), [
      /^vlan 42, p 0, vlan 7, p 0, IP 10\.0\.7\.1 > 10\.0\.7\.2: ICMP echo request/,
      /^vlan 42, p 0, vlan 7, p 0, IP 10\.0\.7\.2 > 10\.0\.7\.1: ICMP echo reply/,
    ])
    t.match(await ping(alpha.container, '10.0.7.2', { dontFragment: true, payload: 1464 }), {
      outcome: 'answered',
    })
  })

  t.test(`${backing}: with its parent it is down, and works again`, async t => {
    await using world = await taggedHosts()
    const { alpha } = world
    const [mine] = join(world, { backing })
    const eth0 = await alpha.host.link('eth0')
    await eth0.down()
    t.match(await pingInVain(alpha.container, DB), { outcome: /^(no neighbour|timed out)$/ })
    t.not(mine?.dropped, 0)
    await eth0.up()
    t.match(await ping(alpha.container, DB), { outcome: 'answered' })
  })

  t.test(`${backing}: closed, nothing of it is left`, async t => {
    await using world = await taggedHosts()
    const { alpha } = world
    const descriptors = () => fs.readdirSync('/proc/self/fd').length
    const state = async () => {
      const links = await alpha.host.links()
      return links.map(({ index, name, mac, mtu }) => ({ index, name, mac, mtu }))
    }
    t.equal(await isPromiscuous(alpha.host), false)
    const [before, links] = [descriptors(), await state()]
    const ends = join(world, { backing })
    t.equal(await isPromiscuous(alpha.host), true)
    t.match(await ping(alpha.container, DB), { outcome: 'answered' })
    for (const end of ends) end.close()
    t.strictSame(await state(), links)
    t.equal(await poll(() => (descriptors() === before ? true : undefined)), true)
    t.equal(await isPromiscuous(alpha.host), false)
    t.match(await pingInVain(alpha.container, DB), { outcome: /^(no neighbour|timed out)$/ })
    join(world, { backing })
    t.match(await ping(alpha.container, DB), { outcome: 'answered' }, 'there is room for another')
  })

  t.test(
    `${backing}: it looks as the kernel's own, and the trace says what it stands for`,
    async t => {
      const trace: string[] = []
      await using world = await taggedHosts(shell => trace.push(shell))
      const { alpha } = world
      openVlan(alpha.host, { backing })
      const [vlan, parent] = await Promise.all(
        ['eth0.42', 'eth0'].map(async name => (await alpha.host.link(name)).info()),
      )
      t.match(vlan, { name: 'eth0.42', mtu: 1500, mac: parent?.mac, isUp: true })
      t.match(
        trace.find(line => line.includes('stand-in')),
        /# alpha: userspace stand-in for: ip link add link eth0 name eth0\.42 type vlan id 42$/,
      )
    },
  )

  t.test(`${backing}: what cannot be is refused, and leaves nothing`, async t => {
    await using world = await taggedHosts()
    const { host } = world.alpha
    openVlan(host, { backing })
    const names = async () => (await host.links()).map(({ name }) => name)
    const before = await names()
    const open = (options: object) => openVlan(host, { name: 'other', backing, ...options })
    for (const id of [0, 4095, 1.5, NaN]) {
      t.throws(() => open({ id }), { name: 'UsageError', code: 'TNET_VLAN_INVALID' })
    }
    t.throws(() => open({ id: 42 }), {
      name: 'KernelError',
      code: 'TNET_LINK_EXISTS',
      hint: '"eth0.42" there is VLAN 42 of "eth0"; take another one',
    })
    t.throws(() => open({ id: 43, name: 'eth0.42' }), { code: /^TNET_LINK_(EXISTS|BUSY)$/ })
    t.throws(() => open({ id: 43, mtu: 1501 }), {
      code: 'TNET_LINK_INVALID',
      hint: '"eth0" takes packets of up to 1500 bytes, not 1501',
    })
    t.throws(() => open({ id: 43, parent: { index: 12345, name: 'eth9' } }), {
      code: 'TNET_LINK_MISSING',
    })
    t.strictSame(await names(), before)
    open({ id: 43 }).close()
  })
}

import '../sandboxed.ts'
import fs from 'node:fs'
import t from 'tap'
import { Capture } from '../../src/kernel/capture.ts'
import { probePings } from '../../src/kernel/icmp-prober.ts'
import { createTunTap } from '../../src/kernel/tun-tap.ts'
import { bridgedNodes, type BridgedNode } from './bridged-nodes.ts'

function mayOpen(): boolean {
  try {
    fs.closeSync(fs.openSync('/dev/net/tun', 'r+'))
    return true
  } catch {
    return false
  }
}
const skip = mayOpen() ? false : '/dev/net/tun may not be opened here'

const indexOf = (node: BridgedNode, name: string) =>
  Number(node.sh(`ip -o link show ${name}`).split(':')[0])

for (const [kind, first] of [
  ['tun', /^IP 192\.0\.2\.1 > 192\.0\.2\.9: ICMP echo request/],
  ['tap', /^ARP, Request who-has 192\.0\.2\.9 tell 192\.0\.2\.1/],
] as const) {
  t.test(`what is sent to a ${kind} device is read from its descriptor`, { skip }, async t => {
    using world = await bridgedNodes()
    const fd = createTunTap(world.host.fd, { kind, name: 'dev0', label: 'host' })
    world.host.sh('ip addr add 192.0.2.1/24 dev dev0; ip link set dev0 up')
    const link = { name: 'dev0', index: indexOf(world.host, 'dev0') }
    using capture = new Capture(world.host.fd, { link, label: 'host' })
    await probePings([{ from: world.host.fd, to: '192.0.2.9' }], { timeoutMs: 20 })
    const captured = capture.packets().find(packet => first.test(String(packet)))
    const read = Buffer.alloc(2048)
    t.ok(captured !== undefined && captured.length > 0)
    t.equal(capture.toPcap().readUInt32LE(20), kind === 'tun' ? 101 : 1)
    let found = false
    for (let n = 0; n < 10 && !found; n++) {
      try {
        const length = fs.readSync(fd, read)
        found = captured?.bytes.equals(read.subarray(0, length)) === true
      } catch {
        break // EAGAIN: nothing more
      }
    }
    t.ok(found, 'the same bytes')
    fs.closeSync(fd)
    t.match(world.host.sh('ip link show dev0'), /does not exist/)
  })
}

t.test('a persistent device outlives its descriptor', { skip }, async t => {
  using world = await bridgedNodes()
  const options = { kind: 'tap', name: 'tap0', label: 'host', isPersistent: true } as const
  fs.closeSync(createTunTap(world.host.fd, options))
  t.match(world.host.sh('ip -d link show tap0'), /tun type tap pi off .*persist on/)
})

t.test('a name that is taken, or is none', { skip }, async t => {
  using world = await bridgedNodes()
  const before = fs.readdirSync('/proc/self/fd').length
  const create = (name: string) =>
    createTunTap(world.host.fd, { kind: 'tap', name, label: 'alpha' })
  t.throws(() => create('br0'), {
    name: 'KernelError',
    code: /^TNET_LINK_/,
    message: 'could not create tap device "br0" on "alpha"',
    facts: { command: 'ip tuntap add dev br0 mode tap' },
  })
  t.throws(() => create('a b'), { code: 'TNET_LINK_NAME_INVALID' })
  t.throws(() => create('longer-than-fifteen'), { code: 'TNET_LINK_NAME_INVALID' })
  t.equal(fs.readdirSync('/proc/self/fd').length, before, 'no descriptor is left')
})

t.test('where it may not be opened, the error says what to do', { skip: !skip }, async t => {
  using world = await bridgedNodes()
  t.throws(() => createTunTap(world.host.fd, { kind: 'tap', name: 'tap0', label: 'alpha' }), {
    name: 'EnvironmentError',
    code: /^TNET_TUN_(DENIED|MISSING)$/,
  })
})

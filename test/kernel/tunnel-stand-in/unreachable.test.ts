import t from 'tap'
import { internetChecksum } from '../../../src/kernel/icmp-message.ts'
import { decode } from '../../../src/kernel/packet/decode.ts'
import { format } from '../../../src/kernel/packet/format.ts'
import { isWhole, unreachable } from '../../../src/kernel/tunnel-stand-in/unreachable.ts'

t.setTimeout(600_000)

function packet(change: Record<number, number> = {}, length = 1000): Buffer {
  const bytes = Buffer.alloc(length)
  Buffer.from('450003e8123440003d1100000a0001020a00020200070009', 'hex').copy(bytes)
  for (const [at, value] of Object.entries(change)) bytes[Number(at)] = value
  return bytes
}

t.test('the error names the largest packet that passes, and is well formed', async t => {
  const error = unreachable(packet(), 1480) ?? Buffer.alloc(0)
  t.equal(
    format(decode(error, 'ipv4')),
    'IP 10.0.2.2 > 10.0.1.2: ICMP 10.0.2.2 unreachable - need to frag (mtu 1480), length 556',
  )
  t.equal(error.length, 576)
  t.equal(internetChecksum(error.subarray(0, 20)), 0)
  t.equal(internetChecksum(error.subarray(20)), 0)
  t.same(error.subarray(28), packet().subarray(0, 548))
})

t.test('without an MTU the host is unreachable; a short packet is quoted whole', async t => {
  const error = unreachable(packet({}, 30)) ?? Buffer.alloc(0)
  t.equal(
    format(decode(error, 'ipv4')),
    'IP 10.0.2.2 > 10.0.1.2: ICMP host 10.0.2.2 unreachable, length 38',
  )
})

t.test('nobody is told where that would be wrong', async t => {
  for (const [what, bytes] of [
    ['about an ICMP error', packet({ 9: 1, 20: 3 })],
    ['about a later fragment', packet({ 7: 1 })],
    ['about multicast', packet({ 16: 224 })],
    ['about broadcast', packet({ 16: 255 })],
    ['who has no address', packet({ 12: 0 })],
    ['by IPv6', packet({ 0: 0x60 })],
    ['about what is cut short', packet({ 0: 0x4f }, 40)],
  ] as const) {
    t.equal(unreachable(bytes), undefined, what)
  }
  t.ok(unreachable(packet({ 9: 1, 20: 8 })), 'but about a ping')
})

t.test('a packet with DF is whole', async t => {
  t.equal(isWhole(packet()), true)
  t.equal(isWhole(packet({ 6: 0 })), false)
})

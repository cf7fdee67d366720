import t from 'tap'
import { internetChecksum } from '../../../src/kernel/icmp-message.ts'
import { meetCongestion, outerCongestion } from '../../../src/kernel/tunnel-stand-in/congestion.ts'

t.setTimeout(600_000)

function ipv4(tos: number): Buffer {
  const packet = Buffer.from('4500001c123400003d1100000a0001020a0002020007000700080000', 'hex')
  packet[1] = tos
  packet.writeUInt16BE(internetChecksum(packet.subarray(0, 20)), 10)
  return packet
}
const ipv6 = (trafficClass: number) => {
  const packet = Buffer.alloc(40)
  packet.writeUInt32BE((0x60000000 | (trafficClass << 20)) >>> 0, 0)
  return packet
}
const trafficClass = (packet: Buffer) => (packet.readUInt32BE(0) >>> 20) & 0xff

t.test('the outer header has the inner one’s ECN, but never "congestion met"', async t => {
  t.strictSame(
    [0, 1, 2, 3].map(ecn => outerCongestion(ipv4(0xb8 | ecn), 0)),
    [0, 1, 2, 2],
  )
  t.strictSame(
    [0, 1, 2, 3].map(ecn => outerCongestion(ipv6(0xb8 | ecn), 0)),
    [0, 1, 2, 2],
  )
})

t.test('what can be told of congestion is told, and its checksum is right', async t => {
  for (const ecn of [1, 2, 3]) {
    const packet = Buffer.concat([Buffer.alloc(14), ipv4(0xb8 | ecn)])
    t.equal(meetCongestion(packet, 14), true)
    t.equal(packet[15], 0xbb)
    t.equal(internetChecksum(packet.subarray(14, 34)), 0)
    const packet6 = ipv6(0xb8 | ecn)
    t.equal(meetCongestion(packet6, 0), true)
    t.equal(trafficClass(packet6), 0xbb)
  }
})

t.test('what cannot be told is to be dropped', async t => {
  t.equal(meetCongestion(ipv4(0xb8), 0), false)
  t.equal(meetCongestion(ipv6(0xb8), 0), false)
})

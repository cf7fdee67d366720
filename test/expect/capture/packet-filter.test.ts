import t from 'tap'
import { checkFilter, filterText, passes } from '../../../src/expect/capture/packet-filter.ts'
import { CapturedPacket } from '../../../src/kernel/packet/captured-packet.ts'

/** struct sockaddr_ll of what came in by an Ethernet link. */
const link = Buffer.alloc(20)
link.writeUInt16LE(1, 8)

const macs = Buffer.from('020000000002020000000001', 'hex')
/** An IPv4 packet of `protocol`, and what it carries. */
const ipv4 = (protocol: number, carried: Buffer) => {
  const header = Buffer.from('450000000000000040000000c0000201c0000202', 'hex')
  header.writeUInt16BE(header.length + carried.length, 2)
  header.writeUInt8(protocol, 9)
  return Buffer.concat([header, carried])
}
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const captured = (...parts: Buffer[]) => {
  const bytes = Buffer.concat([macs, ...parts])
  return new CapturedPacket(link, bytes, bytes.length, 0n)
}

const echo = ipv4(1, hex('0800 0000 002b 0001'))
const plain = captured(hex('0800'), echo)
/** Its echo's identifier is 43, its VLAN 42; then one within another. */
const tagged = captured(hex('8100 a02a 0800'), echo)
const twice = captured(hex('8100 002a 8100 0007 0800'), echo)
const keyed = captured(hex('0800'), ipv4(47, Buffer.concat([hex('2000 0800 0000002a'), echo])))
const unkeyed = captured(hex('0800'), ipv4(47, Buffer.concat([hex('0000 0800'), echo])))

const all = { plain, tagged, twice, keyed, unkeyed }
const passing = (filter: Parameters<typeof passes>[0]) =>
  Object.entries(all).flatMap(([name, packet]) => (passes(filter)(packet) ? [name] : []))

t.test('the packets here are what they are called', async t => {
  t.equal(
    String(tagged),
    'vlan 42, p 5, IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 43, seq 1, length 8',
  )
  t.match(String(keyed), 'GREv0, key=0x2a, length 36: IP 192.0.2.1 > 192.0.2.2: ICMP')
})

const cases = [
  [{ vlan: 42 }, ['tagged', 'twice']],
  [{ vlan: 7 }, ['twice']],
  // The identifier of an echo is none of a VLAN.
  [{ vlan: 43 }, []],
  [{ vlan: 0 }, []],
  [{ vlan: 42, icmp: 'echo request', source: '192.0.2.1' }, ['tagged', 'twice']],
  [{ vlan: 42, source: '192.0.2.2' }, []],
  [{ key: 42 }, ['keyed']],
  [{ key: 0 }, []],
  [{ protocol: 'gre' }, ['keyed', 'unkeyed']],
  [{ protocol: 'vlan' }, ['tagged', 'twice']],
] as const

for (const [filter, names] of cases) {
  t.test(`${filterText(filter)} is passed by ${names.join(', ') || 'none'}`, async t => {
    checkFilter(filter)
    t.strictSame(passing(filter), names)
  })
}

t.test('what no packet can have is refused', async t => {
  for (const filter of [{ vlan: 4096 }, { vlan: -1 }, { key: 2 ** 32 }, { key: 1.5 }]) {
    t.throws(() => checkFilter(filter), { name: 'UsageError' })
  }
})

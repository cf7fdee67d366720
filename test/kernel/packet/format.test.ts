import t from 'tap'
import { decode, layersOf } from '../../../src/kernel/packet/decode.ts'
import { format } from '../../../src/kernel/packet/format.ts'
import { tcpdumpLines } from './tcpdump-lines.ts'

const frames = tcpdumpLines.map(([frame]) => Buffer.from(frame, 'hex'))

for (const [frame, line] of tcpdumpLines) {
  t.test(`prints what tcpdump prints: ${line.split('\n').at(-1)}`, async t => {
    t.equal(format(decode(Buffer.from(frame, 'hex'))), line)
  })
}

t.test('a packet that ends anywhere is still printed', async t => {
  for (const frame of frames) {
    for (let length = 0; length < frame.length; length++) {
      t.type(format(decode(frame.subarray(0, length))), 'string')
    }
  }
})

/** Numbers that look random and are the same in each run (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let n = Math.imul(state ^ (state >>> 15), 1 | state)
    n = (n + Math.imul(n ^ (n >>> 7), 61 | n)) ^ n
    return ((n ^ (n >>> 14)) >>> 0) / 4294967296
  }
}

t.test('no bytes make it throw, or go on without end', async t => {
  const next = random(20)
  const byte = () => Math.floor(next() * 256)
  for (let round = 0; round < 20_000; round++) {
    const model = frames[round % frames.length] ?? Buffer.alloc(0)
    const bytes = Buffer.from(model.subarray(0, Math.ceil(next() * model.length)))
    for (let n = 0; n < 4; n++) bytes[Math.floor(next() * bytes.length)] = byte()
    const first = (['ethernet', 'ipv4', 'ipv6'] as const)[round % 3]
    const layers = decode(bytes, first)
    if (layers.length > 40 || format(layers).length > 4000) t.fail(bytes.toString('hex'))
  }
  t.pass('20000 packets with wrong bytes')
})

t.test('headers are found through a tunnel', async t => {
  const inVxlan = tcpdumpLines.find(([, line]) => /VXLAN[^]*echo request/.test(line))?.[0] ?? ''
  const layers = decode(Buffer.from(inVxlan, 'hex'))
  t.strictSame(
    layersOf(layers, 'ipv4').map(({ source }) => source),
    ['10.0.0.1', '172.16.0.1'],
  )
  t.match(layersOf(layers, 'vxlan'), [{ vni: 42 }])
  t.match(layersOf(layers, 'icmp'), [{ name: 'echo request', sequence: 1 }])
})

t.test('the packet that an ICMP error is about is quoted, not sent', async t => {
  const refused =
    tcpdumpLines.find(([, line]) => line.includes('udp port 9 unreachable'))?.[0] ?? ''
  const layers = decode(Buffer.from(refused, 'hex'))
  t.strictSame(layersOf(layers, 'udp'), [])
  const [icmp] = layersOf(layers, 'icmp')
  t.equal(icmp?.name, 'port unreachable')
  t.match(layersOf(icmp?.quoted ?? [], 'udp'), [{ destinationPort: 9 }])
})

t.test('the bits of an IPv4 header', async t => {
  const header = Buffer.from('4500001c04d2600040010000c0000201c00002020800000000010002', 'hex')
  t.match(decode(header, 'ipv4')[0], {
    id: 1234,
    ttl: 64,
    dontFragment: true,
    moreFragments: true,
    fragmentOffset: 0,
    totalLength: 28,
  })
})

import t from 'tap'
import {
  Encapsulation,
  unwrap,
  type TunnelKind,
} from '../../../src/kernel/tunnel-stand-in/encapsulation.ts'

t.setTimeout(600_000)

const hex = (...words: string[]) => Buffer.from(words.join('').replaceAll(' ', ''), 'hex')

/** IPv4, type of service 0xb9 (expedited, ECN 1), time to live 61, UDP, 10.0.1.2 to 10.0.2.2. */
const IPV4 = hex('45b9001c 12340000 3d110000 0a000102 0a000202', '0007000700080000')
/** IPv6, traffic class 3 (congestion met), hop limit 9, nothing within. */
const IPV6 = hex('60300000 00003b09', '20010db8'.padEnd(32, '0'), '20010db8'.padEnd(32, '1'))
const ETHERNET = hex('ffffffffffff 020000000001')
const LOCAL = 0xc0000201
const REMOTE = 0xc0000202

function wrapped(kind: TunnelKind, packet: Buffer, options: { key?: number; ttl?: number } = {}) {
  const { key, ttl } = options
  const outer = new Encapsulation({ kind, key, ttl, local: LOCAL }).wrap(packet, REMOTE)
  if (outer === undefined) return undefined
  const copy = Buffer.from(outer)
  // The kernel fills in the length and the checksum; the id is any.
  copy.fill(0, 2, 6).fill(0, 10, 12)
  return copy.toString('hex')
}

const outer = (tos: string, ttl: string, protocol: string) =>
  `45${tos}0000 00004000 ${ttl}${protocol}0000 c0000201 c0000202`.replaceAll(' ', '')

const frame = (type: string, payload: Buffer) => Buffer.concat([ETHERNET, hex(type), payload])

for (const [what, got, wanted] of [
  ['IPv4 in IPv4', wrapped('ipip', IPV4), outer('01', '3d', '04') + IPV4.toString('hex')],
  [
    'IPv4 in GRE',
    wrapped('gre', IPV4),
    outer('01', '3d', '2f') + '00000800' + IPV4.toString('hex'),
  ],
  [
    'IPv4 in GRE with a key',
    wrapped('gre', IPV4, { key: 0xfffffffe }),
    outer('01', '3d', '2f') + '20000800fffffffe' + IPV4.toString('hex'),
  ],
  [
    'IPv6 in GRE: "congestion met" is not copied, "can be told of it" is',
    wrapped('gre', IPV6),
    outer('02', '09', '2f') + '000086dd' + IPV6.toString('hex'),
  ],
  [
    'a time to live of the tunnel’s own',
    wrapped('gre', IPV4, { ttl: 255 }),
    outer('01', 'ff', '2f') + '00000800' + IPV4.toString('hex'),
  ],
  [
    'a frame with IPv4 inherits like a packet',
    wrapped('gretap', frame('0800', IPV4)),
    outer('01', '3d', '2f') + '00006558' + frame('0800', IPV4).toString('hex'),
  ],
  [
    'a frame with anything else has the default time to live',
    wrapped('gretap', frame('0806', Buffer.alloc(28)), { key: 7 }),
    outer('00', '40', '2f') + '2000655800000007' + frame('0806', Buffer.alloc(28)).toString('hex'),
  ],
  ['IPv6 is not for IPIP', wrapped('ipip', IPV6), undefined],
  ['what is no IP is for no tunnel of IP', wrapped('gre', hex('00112233')), undefined],
] as const) {
  t.equal(got, wanted, what)
}

t.test('the headers come off again', async t => {
  const cases = [
    ['ipip', IPV4, undefined],
    ['gre', IPV4, undefined],
    ['gre', IPV6, 42],
    ['gretap', frame('0806', Buffer.alloc(28)), 0],
  ] as const
  for (const [kind, packet, key] of cases) {
    const encapsulation = new Encapsulation({ kind, key, ttl: undefined, local: LOCAL })
    const packed = encapsulation.wrap(packet, REMOTE) ?? Buffer.alloc(0)
    t.equal(packed.length, encapsulation.headerBytes + packet.length)
    const { congestion, inner, ...rest } = unwrap(packed) ?? {}
    t.strictSame(rest, { kind, key, remote: LOCAL })
    t.same(inner, packet)
    t.type(congestion, 'number')
  }
})

t.test('a sequence number is skipped, options of the outer header too', async t => {
  const gre = hex('3000 0800 00000001 00000009')
  const packet = Buffer.concat([hex('46030000 00000000 402f0000 c0000201 c0000202 01010101'), gre])
  const found = unwrap(Buffer.concat([packet, IPV4]))
  t.match(found, { kind: 'gre', key: 1, remote: LOCAL, congestion: 3 })
  t.same(found?.inner, IPV4)
})

t.test('what none of these tunnels takes', async t => {
  const ip = (protocol: string) => hex(`45000000 00000000 40${protocol}0000 c0000201 c0000202`)
  const gre = (header: string, payload: Buffer) => Buffer.concat([ip('2f'), hex(header), payload])
  for (const [what, packet] of [
    ['nothing', Buffer.alloc(0)],
    ['an outer header alone', ip('2f')],
    ['IPv6 in IPv4, which is sit', Buffer.concat([ip('04'), IPV6])],
    ['GRE with a checksum', gre('80000800 00000000', IPV4)],
    ['GRE with source routes', gre('40000800 00000000', IPV4)],
    ['GRE of version 1, which is PPTP', gre('2001880b 00000000', IPV4)],
    ['GRE that ends within its key', gre('20000800', Buffer.alloc(0))],
    ['GRE that carries what it does not say', gre('00000800', IPV6)],
    ['GRE that carries something else', gre('00008847', IPV4)],
    ['a frame that is too short', gre('00006558', Buffer.alloc(13))],
  ] as const) {
    t.equal(unwrap(packet), undefined, what)
  }
})

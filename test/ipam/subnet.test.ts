import t from 'tap'
import { contains, overlaps, parseCidr } from '../../src/ipam/subnet.ts'

const subnets = [
  // cidr, first, last, broadcast, size
  ['10.0.1.0/24', '10.0.1.1', '10.0.1.254', '10.0.1.255', 256n],
  ['172.18.0.0/16', '172.18.0.1', '172.18.255.254', '172.18.255.255', 65536n],
  ['192.0.2.4/30', '192.0.2.5', '192.0.2.6', '192.0.2.7', 4n],
  ['192.0.2.4/31', '192.0.2.4', '192.0.2.5', undefined, 2n],
  ['192.0.2.4/32', '192.0.2.4', '192.0.2.4', undefined, 1n],
  ['0.0.0.0/0', '0.0.0.1', '255.255.255.254', '255.255.255.255', 1n << 32n],
  ['2001:db8::/64', '2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff', undefined, 1n << 64n],
  ['2001:db8::2/127', '2001:db8::2', '2001:db8::3', undefined, 2n],
  ['2001:db8::7/128', '2001:db8::7', '2001:db8::7', undefined, 1n],
] as const

t.test('a subnet knows its addresses', async t => {
  for (const [cidr, first, last, broadcast, size] of subnets) {
    const subnet = parseCidr(cidr)
    t.match(
      { first: subnet.first, last: subnet.last, size: subnet.size },
      { first, last, size },
      cidr,
    )
    t.equal(subnet.broadcast, broadcast, `broadcast of ${cidr}`)
    t.equal(`${subnet}`, cidr)
  }
})

t.test('a netmask is an address', async t => {
  t.equal(parseCidr('10.0.0.0/20').netmask, '255.255.240.0')
  t.equal(parseCidr('0.0.0.0/0').netmask, '0.0.0.0')
  t.equal(parseCidr('2001:db8::/32').netmask, 'ffff:ffff::')
})

const wrong = [
  ['10.0.1.0', 'TNET_ADDRESS_PREFIX', 'append a prefix length: 10.0.1.0/24'],
  ['10.0.1.0/33', 'TNET_ADDRESS_PREFIX', 'IPv4: give one from 0 to 32'],
  ['2001:db8::/129', 'TNET_ADDRESS_PREFIX', 'IPv6: give one from 0 to 128'],
  ['10.0.1.0/-1', 'TNET_ADDRESS_PREFIX', /./],
  ['10.0.1.0/024', 'TNET_ADDRESS_PREFIX', /./],
  ['10.0.1.0/', 'TNET_ADDRESS_PREFIX', /./],
  ['10.0.1.0/24/8', 'TNET_ADDRESS_PREFIX', /./],
  ['', 'TNET_ADDRESS_PREFIX', /./],
  ['10.0.1/24', 'TNET_ADDRESS_INVALID', /./],
  ['日本語/24', 'TNET_ADDRESS_INVALID', /./],
  ['10.0.1.7/24', 'TNET_ADDRESS_HOST_BITS', /10\.0\.1\.0\/24 .* 10\.0\.1\.7\/32/],
  ['2001:db8::1/64', 'TNET_ADDRESS_HOST_BITS', /2001:db8::\/64 .* 2001:db8::1\/128/],
] as const

t.test('what is no subnet is refused with what to write', async t => {
  for (const [text, code, hint] of wrong) t.throws(() => parseCidr(text), { code, hint }, text)
})

t.test('a family can be insisted on', async t => {
  t.equal(parseCidr('10.0.0.0/8', { family: 4 }).family, 4)
  t.throws(() => parseCidr('10.0.0.0/8', { family: 6 }), { code: 'TNET_ADDRESS_FAMILY' })
})

t.test('places and addresses are each other inverted', async t => {
  const blue = parseCidr('10.0.1.0/24')
  t.equal(blue.nth(10), '10.0.1.10')
  t.equal(blue.nth(-1), '10.0.1.255')
  t.equal(blue.offset('10.0.1.10'), 10n)
  t.throws(() => blue.nth(256), { code: 'TNET_ADDRESS_RANGE' })
  t.throws(() => blue.nth(-257), { code: 'TNET_ADDRESS_RANGE' })
  t.throws(() => blue.offset('10.0.2.0'), { code: 'TNET_ADDRESS_OUTSIDE' })
  t.throws(() => blue.offset('2001:db8::1'), { code: 'TNET_ADDRESS_FAMILY' })
})

const relations = [
  // a, b, contains, overlaps
  ['10.0.0.0/8', '10.1.0.0/16', true, true],
  ['10.1.0.0/16', '10.0.0.0/8', false, true],
  ['10.0.0.0/24', '10.0.1.0/24', false, false],
  ['10.0.0.0/24', '10.0.0.0/24', true, true],
  ['0.0.0.0/0', '::/0', false, false],
  ['10.0.0.0/24', '10.0.0.255', true, true],
  ['10.0.0.0/24', '10.0.1.0', false, false],
  ['0.0.0.0/0', '2001:db8::1', false, false],
] as const

t.test('subnets contain, and overlap, addresses and subnets', async t => {
  for (const [a, b, isInside, isShared] of relations) {
    t.equal(contains(a, b), isInside, `${a} contains ${b}`)
    t.equal(overlaps(a, b), isShared, `${a} overlaps ${b}`)
  }
  t.throws(() => contains('10.0.0.0/24', 'nonsense'), { code: 'TNET_ADDRESS_INVALID' })
})

t.test('a subnet splits into smaller ones, lazily', async t => {
  const parts = Array.from(parseCidr('192.168.0.0/22').split(24), String)
  t.same(parts, ['192.168.0.0/24', '192.168.1.0/24', '192.168.2.0/24', '192.168.3.0/24'])
  t.equal(`${parseCidr('2001:db8::/32').split(64).next().value}`, '2001:db8::/64')
  t.throws(() => parseCidr('10.0.0.0/24').split(16).next(), { code: 'TNET_ADDRESS_PREFIX' })
})

import t from 'tap'
import { parseRange } from '../../src/ipam/address-range.ts'
import { parseCidr } from '../../src/ipam/subnet.ts'

const subnet = parseCidr('10.0.1.0/24')

t.test('a range is a smaller subnet or two ends', async t => {
  t.same(parseRange('10.0.1.128/25', subnet), { first: 128n, last: 255n })
  t.same(parseRange('10.0.1.10-10.0.1.20', subnet), { first: 10n, last: 20n })
  t.same(parseRange('10.0.1.7-10.0.1.7', subnet), { first: 7n, last: 7n })
})

const wrong = [
  ['10.0.2.0/25', 'TNET_ADDRESS_RANGE'],
  ['10.0.0.0/16', 'TNET_ADDRESS_RANGE'],
  ['10.0.1.20-10.0.1.10', 'TNET_ADDRESS_RANGE'],
  ['10.0.1.20-10.0.2.10', 'TNET_ADDRESS_RANGE'],
  ['10.0.1.20', 'TNET_ADDRESS_RANGE'],
  ['10.0.1.2-10.0.1.3-10.0.1.4', 'TNET_ADDRESS_RANGE'],
  ['2001:db8::/64', 'TNET_ADDRESS_RANGE'],
  ['10.0.1.129/25', 'TNET_ADDRESS_HOST_BITS'],
  ['a-b', 'TNET_ADDRESS_INVALID'],
] as const

t.test('a range that is none, or not inside, is refused', async t => {
  for (const [text, code] of wrong) t.throws(() => parseRange(text, subnet), { code }, text)
})

import t from 'tap'
import {
  canonicalAddress,
  formatAddress,
  isAddress,
  nextAddress,
  parseAddress,
} from '../../src/ipam/address.ts'

const spellings: [given: string, canonical: string][] = [
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['2001:DB8::A', '2001:db8::a'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  // RFC 5952: one zero field stays, the longest run goes, the first of equal runs goes.
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['::ffff:c000:201', '::ffff:192.0.2.1'],
]

t.test('an address has one spelling', async t => {
  for (const [given, canonical] of spellings) t.equal(canonicalAddress(given), canonical, given)
})

const nonsense = [
  '',
  ' 10.0.0.1',
  '10.0.0.1\n',
  '10.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '0x0a.0.0.1',
  '10.0.0.1/24',
  '1.2.3.4.5',
  '2001:db8::1::2',
  '12345::',
  'fe80::1%eth0',
  '$(reboot)',
  '日本語',
]

t.test('what is no address is refused with a hint', async t => {
  for (const text of nonsense) {
    t.throws(() => parseAddress(text), { code: 'TNET_ADDRESS_INVALID', hint: /./ }, text)
    t.notOk(isAddress(text), text)
  }
  t.throws(() => parseAddress(undefined as unknown as string), { code: 'TNET_ADDRESS_INVALID' })
})

t.test('the hint says which part is too much', async t => {
  t.throws(() => parseAddress('10.0.0.1/24'), {
    name: 'UsageError',
    hint: 'leave out the part from "/" on',
  })
  t.throws(() => parseAddress('fe80::1%eth0'), {
    name: 'UsageError',
    hint: 'leave out the part from "%" on',
  })
})

t.test('numbers and text are two forms of the same address', async t => {
  t.same(parseAddress('10.0.1.2'), { family: 4, value: 167772418n })
  for (const text of ['128.0.0.1', '255.255.255.254', '2001:db8::ffff', 'ffff::']) {
    t.equal(formatAddress(parseAddress(text)), text)
  }
})

t.test('a family can be asked for', async t => {
  t.ok(isAddress('192.0.2.1', 4))
  t.notOk(isAddress('192.0.2.1', 6))
  t.ok(isAddress('2001:db8::1', 6))
})

t.test('addresses count up and down, not past the end', async t => {
  t.equal(nextAddress('10.0.1.255'), '10.0.2.0')
  t.equal(nextAddress('10.0.1.0', -1), '10.0.0.255')
  t.equal(nextAddress('2001:db8::ffff'), '2001:db8::1:0')
  t.throws(() => nextAddress('255.255.255.255'), { code: 'TNET_ADDRESS_RANGE' })
  t.throws(() => nextAddress('::', -1), { code: 'TNET_ADDRESS_RANGE' })
})

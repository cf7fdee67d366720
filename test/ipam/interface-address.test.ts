import t from 'tap'
import { parseInterface } from '../../src/ipam/interface-address.ts'

t.test('an interface address has its subnet', async t => {
  const wan = parseInterface('192.0.2.1/24')
  t.match(wan, { family: 4, address: '192.0.2.1', prefix: 24, cidr: '192.0.2.1/24' })
  t.equal(`${wan.subnet}`, '192.0.2.0/24')
  t.equal(parseInterface('2001:DB8::0:1/64').cidr, '2001:db8::1/64')
})

t.test('an interface address needs a prefix length', async t => {
  t.throws(() => parseInterface('192.0.2.1'), {
    code: 'TNET_ADDRESS_PREFIX',
    hint: 'append a prefix length: 192.0.2.1/24',
  })
})

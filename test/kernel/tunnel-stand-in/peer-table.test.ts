import t from 'tap'
import { PeerTable } from '../../../src/kernel/tunnel-stand-in/peer-table.ts'

t.setTimeout(600_000)

const address = (text: string) => Buffer.from(text.split('.').map(Number)).readUInt32BE(0)

t.test('the longest prefix that an address is in says who is asked', async t => {
  const table = new PeerTable<string>()
  table.set('10.0.0.0/8', 'eight')
  table.set('10.244.2.0/24', 'twenty-four')
  table.set('10.244.2.9', 'one')
  table.set('192.0.2.128/25', 'half')
  const find = (text: string) => table.find(address(text))
  t.equal(find('10.244.2.9'), 'one')
  t.equal(find('10.244.2.8'), 'twenty-four')
  t.equal(find('10.244.3.8'), 'eight')
  t.equal(find('192.0.2.255'), 'half')
  t.equal(find('192.0.2.127'), undefined)
  t.equal(find('11.0.0.0'), undefined)
  table.set('0.0.0.0/0', 'all')
  t.equal(find('255.255.255.255'), 'all')
  table.delete('10.244.2.9/32')
  t.equal(find('10.244.2.9'), 'twenty-four')
  table.delete('10.244.2.77/24')
  t.equal(find('10.244.2.9'), 'eight', 'bits beyond the prefix are not looked at')
  table.delete('172.16.0.0/12')
  table.set('10.0.0.0/8', 'other')
  t.equal(find('10.244.2.9'), 'other')
})

t.test('only IPv4 prefixes', async t => {
  const table = new PeerTable<string>()
  t.throws(() => table.set('2001:db8::/32', 'x'), { code: 'TNET_TUNNEL_INVALID' })
  t.throws(() => table.set('10.0.0.0/33', 'x'), { code: 'TNET_ADDRESS_INVALID' })
})

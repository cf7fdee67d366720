import t from 'tap'
import {
  addressWithPort,
  decodeSocketAddress,
  encodeSocketAddress,
} from '../../../src/kernel/socket/socket-address.ts'

const cases = [
  ['192.0.2.1', 80, '02000050c00002010000000000000000'],
  ['0.0.0.0', 0, '02000000000000000000000000000000'],
  ['2001:db8::1', 443, '0a0001bb0000000020010db800000000000000000000000100000000'],
  ['::', 65535, '0a00ffff00000000000000000000000000000000000000000000000000'.slice(0, 56)],
] as const

for (const [address, port, bytes] of cases) {
  t.test(`${address} port ${port} as the kernel has it, and back`, async t => {
    const encoded = encodeSocketAddress(address, port)
    t.equal(encoded.toString('hex'), bytes)
    t.strictSame(decodeSocketAddress(encoded), { address, port })
  })
}

t.test('IPv4 on a socket of both kinds is IPv4 again', async t => {
  const mapped = encodeSocketAddress('192.0.2.1', 80, 10)
  t.equal(mapped.subarray(8, 24).toString('hex'), '00000000000000000000ffffc0000201')
  t.strictSame(decodeSocketAddress(mapped), { address: '192.0.2.1', port: 80 })
})

t.test('other families, and nothing, are no address', async t => {
  t.equal(decodeSocketAddress(Buffer.alloc(0)), undefined)
  t.equal(
    decodeSocketAddress(Buffer.from('01002f746d702f7800000000000000000000', 'hex')),
    undefined,
  )
})

t.test('an IPv6 address with a port has brackets', async t => {
  t.equal(addressWithPort({ address: '2001:db8::1', port: 80 }), '[2001:db8::1]:80')
  t.equal(addressWithPort({ address: '192.0.2.1', port: 80 }), '192.0.2.1:80')
})

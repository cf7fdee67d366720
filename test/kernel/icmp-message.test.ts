import t from 'tap'
import {
  EchoRequest,
  internetChecksum,
  parseAnswer4,
  parseAnswer6,
} from '../../src/kernel/icmp-message.ts'

const ipv4 = (protocol: string, source: string, destination: string) =>
  `450000000000000040${protocol}0000${source}${destination}`
const CLIENT = 'c0000201'
const ROUTER = 'c00002fe'
const SERVER = 'c6336401'

t.test('the checksum of the example in RFC 1071', async t => {
  t.equal(internetChecksum(Buffer.from('0001f203f4f5f6f7', 'hex')), 0x220d)
})

t.test('an odd last byte counts as if a zero followed', async t => {
  t.equal(internetChecksum(Buffer.from('01', 'hex')), 0xfeff)
})

for (const payload of [0, 1, 56, 1473]) {
  t.test(`a request of ${payload} bytes has the right checksum with any number`, async t => {
    const request = new EchoRequest(2, payload)
    for (const [id, sequence] of [
      [0, 0],
      [1, 1],
      [65535, 65535],
      [0x8000, 0x7fff],
    ] as const) {
      const bytes = request.with(id, sequence)
      t.equal(bytes.length, 8 + payload)
      t.equal(internetChecksum(bytes), 0)
    }
  })
}

t.test('an echo reply names its request', async t => {
  const reply = Buffer.from(`${ipv4('01', SERVER, CLIENT)}0000000012340007`, 'hex')
  t.match(parseAnswer4(reply), { isReply: true, id: 0x1234, sequence: 7, from: '198.51.100.1' })
})

t.test('an error names the request that it quotes', async t => {
  const quoted = `${ipv4('01', CLIENT, SERVER)}0800000012340007`
  const error = Buffer.from(`${ipv4('01', ROUTER, CLIENT)}03010000000005dc${quoted}`, 'hex')
  t.match(parseAnswer4(error), {
    isReply: false,
    type: 3,
    code: 1,
    id: 0x1234,
    sequence: 7,
    from: '192.0.2.254',
    isOwn: false,
    mtu: 1500,
  })
})

t.test('an error from the sender itself is told apart', async t => {
  const quoted = `${ipv4('01', CLIENT, SERVER)}0800000012340007`
  const error = Buffer.from(`${ipv4('01', CLIENT, CLIENT)}0301000000000000${quoted}`, 'hex')
  t.equal(parseAnswer4(error)?.isOwn, true)
})

t.test('an error about another protocol is nobody’s', async t => {
  const quoted = `${ipv4('11', CLIENT, SERVER)}0800000012340007`
  const error = Buffer.from(`${ipv4('01', ROUTER, CLIENT)}0303000000000000${quoted}`, 'hex')
  t.equal(parseAnswer4(error), undefined)
})

t.test('what is cut short is nobody’s', async t => {
  const whole = Buffer.from(
    `${ipv4('01', ROUTER, CLIENT)}0301000000000000${ipv4('01', CLIENT, SERVER)}0800000012340007`,
    'hex',
  )
  for (let length = 0; length < whole.length; length++) {
    t.equal(parseAnswer4(whole.subarray(0, length)), undefined)
  }
  t.equal(parseAnswer6(Buffer.alloc(7), Buffer.alloc(16)), undefined)
  t.equal(parseAnswer6(Buffer.from('0100000000000000', 'hex'), Buffer.alloc(16)), undefined)
})

import t from 'tap'
import { differing, told } from '../text/told.ts'

/** One answer, from 0, with a TTL. */
const answer = (address: string, ttl: number) => `PING ${address} (${address}) 56(84) bytes of data.
64 bytes from ${address}: icmp_seq=1 ttl=${ttl} time=0.080 ms

--- ${address} ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
`

const own = [
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.50.2',
  '169.254.1.1',
  '192.0.2.2',
  '198.51.100.7',
  '203.0.113.9',
  'fd00::2',
  '2001:db8::2',
  '3fff:1::2',
  'fe80::1%eth0',
]
for (const address of own) {
  t.test(`a router more on the way to ${address} is a difference`, async t => {
    const command = `ping -c 1 ${address}`
    t.match(told(command, answer(address, 64), answer(address, 63)), {
      differences: [{ what: 'ttl', shown: '64', seen: '63' }],
      explained: [],
    })
    t.same(told(command, answer(address, 63), answer(address, 63)).differences, [])
  })
}

for (const address of ['114.114.114.114', '172.32.0.1', '2001:4860:4860::8888']) {
  t.test(
    `another TTL of ${address}, which is the internet's, is told and does not count`,
    async t => {
      const { differences, explained } = told(
        `ping -c 1 ${address}`,
        answer(address, 71),
        answer(address, 64),
      )
      t.same(differences, [])
      t.match(explained, [{ what: 'ttl', shown: '71', seen: '64', explanation: String }])
    },
  )
}

t.test('a router that begins with 255, as many hops away, is another system', async t => {
  const { differences, explained } = told(
    'ping -c 1 10.0.0.1',
    answer('10.0.0.1', 254),
    answer('10.0.0.1', 63),
  )
  t.same(differences, [])
  t.match(explained, [{ what: 'ttl', explanation: /another system/ }])
  t.same(differing('ping -c 1 10.0.0.1', answer('10.0.0.1', 255), answer('10.0.0.1', 63)), ['ttl'])
})

t.test('that somebody else answers is one difference, whatever its TTL', async t => {
  const other = answer('10.0.0.2', 63).replace(/PING .*|--- .*/g, line =>
    line.replaceAll('10.0.0.2', '10.0.0.1'),
  )
  t.same(differing('ping -c 1 10.0.0.1', answer('10.0.0.1', 64), other), ['who answers'])
})

t.test('where nothing came back, its TTL is not missed', async t => {
  const lost = `PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.

--- 10.0.0.1 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
`
  const { differences, explained } = told('ping -c 1 10.0.0.1', answer('10.0.0.1', 64), lost)
  t.match(differences, [{ what: 'packet loss' }])
  t.same(explained, [])
})

import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const here = `PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.
64 bytes from 192.0.2.2: icmp_seq=1 ttl=64 time=0.080 ms
64 bytes from 192.0.2.2: icmp_seq=2 ttl=64 time=0.055 ms

--- 192.0.2.2 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1012ms
rtt min/avg/max/mdev = 0.055/0.067/0.080/0.012 ms
`
const spellings: [whose: string, shown: string][] = [
  [
    'iputils, with other times',
    changed(changed(here, '0.080', '0.3'), 'time 1012ms', 'time 999ms'),
  ],
  ['iputils of before 2012', here.replaceAll('icmp_seq', 'icmp_req')],
  ['iputils, cut off at the right', changed(here, ' 0.055/0.067/0.080/0.012 ms', ' 0.055/0.06')],
  [
    'busybox',
    `PING 192.0.2.2 (192.0.2.2): 56 data bytes
64 bytes from 192.0.2.2: seq=0 ttl=64 time=0.059 ms
64 bytes from 192.0.2.2: seq=1 ttl=64 time=0.081 ms

--- 192.0.2.2 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.059/0.070/0.081 ms`,
  ],
  [
    'macOS',
    `PING 192.0.2.2 (192.0.2.2): 56 data bytes
64 bytes from 192.0.2.2: icmp_seq=0 ttl=64 time=0.059 ms
64 bytes from 192.0.2.2: icmp_seq=1 ttl=64 time=0.081 ms

--- 192.0.2.2 ping statistics ---
2 packets transmitted, 2 packets received, 0.0% packet loss
round-trip min/avg/max/stddev = 0.059/0.070/0.081/0.010 ms`,
  ],
  ['only the statistics', here.split('\n').slice(4, 6).join('\n')],
  ['only the first reply', here.split('\n').slice(0, 2).join('\n')],
  ['a reply and dots', `${here.split('\n').slice(0, 2).join('\n')}\n...`],
]

for (const [whose, shown] of spellings) {
  t.test(`answers are as shown by ${whose}`, async t => {
    t.same(told('ping -c 2 192.0.2.2', shown, here), {
      differences: [],
      explained: [],
      leftOut: [],
    })
  })
}

const lost = `PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.

--- 192.0.2.2 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1012ms
`
const misprints: [from: string, to: string, what: string][] = [
  ['0% packet loss', '100% packet loss', 'packet loss'],
  ['2 received', '1 received', 'packet loss'],
  ['2 received', '7 received', 'packets received'],
  ['--- 192.0.2.2 ping', '--- 192.0.2.3 ping', 'target of the statistics'],
]
for (const [from, to, what] of misprints) {
  t.test(`a misprint in the statistics differs: ${to}`, async t => {
    t.same(differing('ping -c 2 192.0.2.2', changed(here, from, to), here), [what])
  })
}

t.test('of none lost, none is said to be', async t => {
  const none = changed(lost, '100% packet loss', '0% packet loss')
  t.same(differing('ping -c 2 192.0.2.2', none, lost), ['packet loss'])
  t.same(differing('ping -c 2 192.0.2.2', lost, none), ['packet loss'])
})

t.test('from where it is sent counts, an address that the kernel made does not', async t => {
  for (const from of ['from 192.0.2.1 :', 'from 192.0.2.1 eth0:']) {
    const sent = changed(here, '56(84)', `${from} 56(84)`)
    t.same(differing('ping -c 2 192.0.2.2', sent, sent), [])
    t.same(
      differing('ping -c 2 192.0.2.2', changed(sent, 'from 192.0.2.1', 'from 192.0.2.9'), sent),
      ['source'],
    )
    t.same(differing('ping -c 2 192.0.2.2', changed(sent, '56(84)', '72(100)'), sent), ['payload'])
  }
  const link = (own: string) => changed(here, '56(84)', `from fe80::${own}%eth0 eth0: 56(84)`)
  t.same(differing('ping -c 2 192.0.2.2', link('1:2ff:fe03:4'), link('5:6ff:fe07:8')), [])
})

t.test(
  'that a target of IPv6 has a name in brackets too is nothing, its address counts',
  async t => {
    const six = (target: string) =>
      changed(here, '192.0.2.2 (192.0.2.2) 56(84) bytes of data', target)
    const bare = six('web.example(2001:db8::80) 56 data bytes')
    const named = six('web.example(host.example (2001:db8::80)) 56 data bytes')
    t.same(differing('ping -6 -c 2 web.example', named, bare), [])
    t.same(differing('ping -6 -c 2 web.example', bare, named), [])
    const other = changed(named, '::80', '::81')
    t.same(told('ping -6 -c 2 web.example', named, other).differences, [
      { what: 'address of the target', shown: '2001:db8::80', seen: '2001:db8::81' },
    ])
  },
)

t.test('how a version rounds what it lost is nothing', async t => {
  const some = (percent: string) =>
    changed(
      here,
      '2 packets transmitted, 2 received, 0%',
      `300 packets transmitted, 299 received, ${percent}`,
    )
  t.same(differing('ping -c 300 192.0.2.2', some('0%'), some('0.333333%')), [])
})

const unreachable = `PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.
From 192.0.2.1 icmp_seq=1 Destination Host Unreachable
From 192.0.2.1 icmp_seq=2 Destination Host Unreachable

--- 192.0.2.2 ping statistics ---
2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1022ms
pipe 2
`

const changes: [what: string, shown: string, seen: string, differing: string[]][] = [
  ['all is lost', here, lost, ['packet loss']],
  ['an error comes instead', here, unreachable, ['packet loss']],
  ['nothing is lost', lost, here, ['packet loss']],
  [
    'some is lost',
    here,
    changed(changed(here, /64 bytes.*seq=2.*\n/, ''), '2 received, 0%', '1 received, 50%'),
    ['packet loss'],
  ],
  ['an error comes too', lost, unreachable, ['error']],
  ['no error comes', unreachable, lost, ['error']],
  [
    'the error is another',
    unreachable,
    unreachable.replaceAll('Destination Host Unreachable', 'Destination Port Unreachable'),
    ['error'],
  ],
  [
    'somebody else says so',
    unreachable,
    unreachable.replaceAll('From 192.0.2.1', 'From 192.0.2.254'),
    ['error'],
  ],
  [
    'somebody else answers',
    here,
    here.replaceAll('from 192.0.2.2', 'from 192.0.2.9'),
    ['who answers'],
  ],
  [
    'the name has another address',
    changed(here, 'PING 192.0.2.2 ', 'PING web '),
    changed(changed(here, 'PING 192.0.2.2 ', 'PING web '), /192\.0\.2\.2/g, '192.0.2.3'),
    ['address of the target'],
  ],
  [
    'more is sent',
    here,
    changed(here, '2 packets transmitted, 2', '3 packets transmitted, 3'),
    ['packets transmitted'],
  ],
  ['packets are larger', here, changed(here, '56(84)', '1472(1500)'), ['payload']],
  ['answers come twice', here, changed(here, '0.055 ms', '0.055 ms (DUP!)'), ['duplicates']],
  [
    'it leaves from another address',
    changed(here, '(192.0.2.2) 56', '(192.0.2.2) from 192.0.2.1 eth0: 56'),
    changed(here, '(192.0.2.2) 56', '(192.0.2.2) from 192.0.2.7 eth0: 56'),
    ['source'],
  ],
  ['a line is shown that nobody knows', `${here}the network is fine`, here, ['line']],
  ['nothing comes at all', here, '', ['output']],
  [
    'only a header is shown, and answers come',
    'PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.',
    here,
    ['packet loss'],
  ],
]
for (const [what, shown, seen, expected] of changes) {
  t.test(`it is one difference when ${what}`, async t => {
    t.same(differing('ping -c 2 192.0.2.2', shown, seen), expected)
  })
}

t.test('both sides of a loss are told, with what came instead', async t => {
  t.same(told('ping -c 2 192.0.2.2', here, unreachable).differences, [
    {
      what: 'packet loss',
      shown: '0%',
      seen: '100% (host unreachable, says 192.0.2.1)',
    },
  ])
})

t.test(
  'a name that another run prints is told, and so is what came where no number is',
  async t => {
    const header = here.split('\n')[0] ?? ''
    const [, first = ''] = here.split('\n')
    t.same(told('ping 192.0.2.2', header, `${header}\n${first}`).differences, [
      { what: 'packet loss', shown: 'no answer', seen: 'answers of 192.0.2.2' },
    ])
    t.same(told('ping -c 2 192.0.2.2', lost, unreachable).differences, [
      { what: 'error', seen: 'host unreachable, says 192.0.2.1' },
    ])
    t.same(told('ping -c 2 192.0.2.2', unreachable, lost).differences, [
      { what: 'error', shown: 'host unreachable, says 192.0.2.1' },
    ])
    t.same(told('ping -c 2 192.0.2.2; ping web', here, `${here}${header}`).differences, [
      { what: 'ping of 192.0.2.2', seen: 'no answer' },
    ])
  },
)

t.test(
  'of a partial loss it counts how much is lost where the number of packets is given',
  async t => {
    const some = (received: number) =>
      changed(
        changed(here, '2 packets transmitted, 2', `4 packets transmitted, ${received}`),
        '0%',
        `${100 - received * 25}%`,
      )
    t.same(differing('ping -c 4 192.0.2.2', some(2), some(3)), ['packets received'])
    t.same(differing('ping 192.0.2.2', some(2), some(3)), [])
  },
)

t.test('how long it ran says nothing where a person stopped it, what is lost does', async t => {
  const longer = changed(here, '2 packets transmitted, 2', '5 packets transmitted, 5')
  t.same(differing('ping 192.0.2.2', longer, here), [])
  t.same(differing('ping 192.0.2.2', `${longer}^C`, here), [])
  t.same(differing('ping 192.0.2.2', longer, lost), ['packet loss'])
})

const failures: [whose: string, shown: string, seen: string, isSame: boolean][] = [
  [
    'iputils of before 2019',
    'connect: Network is unreachable',
    'ping: connect: Network is unreachable',
    true,
  ],
  ['a capital', 'Connect: Network is unreachable', 'connect: Network is unreachable', true],
  [
    'iputils of before 2016',
    'ping: unknown host web',
    'ping: web: Name or service not known',
    true,
  ],
  ['busybox', "ping: bad address 'web'", 'ping: web: Temporary failure in name resolution', true],
  ['macOS', 'ping: cannot resolve web: Unknown host', 'ping: web: Name or service not known', true],
  [
    'another failure',
    'connect: Network is unreachable',
    'ping: web: Name or service not known',
    false,
  ],
  [
    'an MTU',
    'PING 192.0.2.2 (192.0.2.2) 1450(1478) bytes of data.\nFrom 192.0.2.254 icmp_seq=1 Frag needed and DF set (mtu = 1400)',
    'PING 192.0.2.2 (192.0.2.2) 1450(1478) bytes of data.\nFrom 192.0.2.254 icmp_seq=1 Frag needed and DF set (mtu = 1300)',
    false,
  ],
]
for (const [whose, shown, seen, isSame] of failures) {
  t.test(`a failure of ${whose} is ${isSame ? '' : 'not '}as shown`, async t => {
    t.equal(differing('ping -c 1 web', shown, seen).length, isSame ? 0 : 1)
  })
}

t.test('IPv6 headers with and without a space are one', async t => {
  const old = 'PING ::1(::1) 56 data bytes\n64 bytes from ::1: icmp_seq=1 ttl=64 time=0.035 ms'
  t.same(differing('ping6 -c 1 ::1', old.replace('(', ' ('), old), [])
  t.same(differing('ping6 -c 1 ::1', old.replaceAll('::1', '::2'), old), [
    'target',
    'address of the target',
  ])
})

t.test('of two runs in one output each is compared with its own', async t => {
  const other = here.replaceAll('192.0.2.2', '198.51.100.2')
  t.same(differing('ping -c 2 192.0.2.2; ping -c 2 198.51.100.2', here + other, here + other), [])
  t.same(
    differing(
      'ping -c 2 192.0.2.2; ping -c 2 198.51.100.2',
      here + other,
      here + lost.replaceAll('192.0.2.2', '198.51.100.2'),
    ),
    ['packet loss'],
  )
  t.same(differing('ping -c 2 192.0.2.2', here, here + other), ['ping of 198.51.100.2'])
})

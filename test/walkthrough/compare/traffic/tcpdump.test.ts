import { readFileSync } from 'node:fs'
import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const captured = (name: string) => readFileSync(new URL(`${name}.txt`, import.meta.url), 'utf8')

/** What tcpdump 4.99 printed here: a ping, an HTTP request, one to a closed port, nobody's address. */
const bridge = captured('bridge')
const pinging = bridge
  .split('\n')
  .filter(line => /192\.168\.88\.12\b/.test(line) && !/tell 192\.168\.88\.12/.test(line))
const [asks = '', has = '', request = '', reply = ''] = pinging
const header = bridge.split('\n').slice(0, 2).join('\n')
const ping = [header, asks, has, request, reply, '', '4 packets captured'].join('\n')
const command = 'tcpdump -i br01 -nn'

const spellings: [whose: string, shown: string][] = [
  ['4.99 itself', ping],
  [
    '4.9',
    `tcpdump: verbose output suppressed, use -v or -vv for full protocol decode
listening on br01, link-type EN10MB (Ethernet), capture size 262144 bytes
16:19:42.739429 ARP, Request who-has 192.168.88.12 tell 192.168.88.11, length 28
16:19:42.739471 ARP, Reply 192.168.88.12 is-at fe:a2:57:1c:67:df, length 28
16:19:42.739476 IP 192.168.88.11 > 192.168.88.12: ICMP echo request, id 984, seq 1, length 64
16:19:42.739489 IP 192.168.88.12 > 192.168.88.11: ICMP echo reply, id 984, seq 1, length 64
^C
4 packets captured
4 packets received by filter
0 packets dropped by kernel`,
  ],
  [
    '3.9',
    `16:19:42.739429 arp who-has 192.168.88.12 tell 192.168.88.11
16:19:42.739471 arp reply 192.168.88.12 is-at fe:a2:57:1c:67:df
16:19:42.739476 IP 192.168.88.11 > 192.168.88.12: ICMP echo request, id 984, seq 1, length 64
16:19:42.739489 IP 192.168.88.12 > 192.168.88.11: ICMP echo reply, id 984, seq 1, length 64`,
  ],
  [
    'one with -e',
    `listening on br01, link-type EN10MB (Ethernet), capture size 65535 bytes
16:19:42.739429 d2:88:ec:62:cd:0a > Broadcast, ethertype ARP (0x0806), length 42: Request who-has 192.168.88.12 tell 192.168.88.11, length 28
16:19:42.739471 fe:a2:57:1c:67:df > d2:88:ec:62:cd:0a, ethertype ARP (0x0806), length 42: Reply 192.168.88.12 is-at fe:a2:57:1c:67:df, length 28
16:19:42.739476 d2:88:ec:62:cd:0a > fe:a2:57:1c:67:df, ethertype IPv4 (0x0800), length 98: 192.168.88.11 > 192.168.88.12: ICMP echo request, id 984, seq 1, length 64
16:19:42.739489 fe:a2:57:1c:67:df > d2:88:ec:62:cd:0a, ethertype IPv4 (0x0800), length 98: 192.168.88.12 > 192.168.88.11: ICMP echo reply, id 984, seq 1, length 64`,
  ],
  [
    'one with -vv',
    `16:19:42.739429 ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 192.168.88.12 tell 192.168.88.11, length 28
16:19:42.739471 ARP, Ethernet (len 6), IPv4 (len 4), Reply 192.168.88.12 is-at fe:a2:57:1c:67:df, length 28
16:19:42.739476 IP (tos 0x0, ttl 64, id 51092, offset 0, flags [DF], proto ICMP (1), length 84)
    192.168.88.11 > 192.168.88.12: ICMP echo request, id 984, seq 1, length 64
16:19:42.739489 IP (tos 0x0, ttl  64, id 51092, offset 0, flags [none], proto: ICMP (1), length: 84) 192.168.88.12 > 192.168.88.11: ICMP echo reply, id 984, seq 1, length 64`,
  ],
  [
    'one with -t, and dots',
    `IP 192.168.88.11 > 192.168.88.12: ICMP echo request, id 984, seq 1, length 64
...`,
  ],
  ['one without -n', ping.replace('192.168.88.11 >', '192.168.88.11 >')],
  ['one with -tttt', ping.replace(/^(\d\d:\d\d:\d\d\.\d+)/gm, '2024-02-03 $1')],
]
for (const [whose, shown] of spellings) {
  t.test(`a ping is as shown by ${whose}`, async t => {
    const { differences, explained } = told(command, shown, bridge)
    t.same(explained, [])
    // The rest of the capture is another matter.
    t.same(
      differences.filter(({ shown }) => shown !== undefined),
      [],
    )
    t.same(told(command, shown, ping).differences, [])
  })
}

const changes: [what: string, shown: string, seen: string, differing: string[]][] = [
  [
    'it listens elsewhere',
    ping,
    changed(ping, 'listening on br01', 'listening on eth0'),
    ['listening on'],
  ],
  [
    'it comes from somebody else',
    ping,
    changed(ping, 'IP 192.168.88.11 >', 'IP 172.22.36.202 >'),
    ['source of ICMP echo request'],
  ],
  [
    'it goes to somebody else',
    ping,
    changed(ping, '> 192.168.88.12: ICMP echo request', '> 192.168.88.13: ICMP echo request'),
    ['destination of ICMP echo request'],
  ],
  [
    'the reply is an error',
    ping,
    changed(ping, 'ICMP echo reply, id 36, seq 1,', 'ICMP host 192.168.88.12 unreachable,'),
    ['kind of ICMP echo reply'],
  ],
  [
    'no reply comes',
    ping,
    ping.replace(`${reply}\n`, ''),
    ['packet 192.168.88.12 > 192.168.88.11: ICMP echo reply'],
  ],
  [
    'a reply comes and none is shown',
    ping.replace(`${reply}\n`, ''),
    ping,
    ['packet 192.168.88.12 > 192.168.88.11: ICMP echo reply'],
  ],
  [
    'nobody has the address',
    ping,
    ping.replace(`${has}\n`, ''),
    ['packet ARP 192.168.88.12 is-at'],
  ],
  [
    'somebody has the address and nobody is shown to',
    `${asks}\n${request}`,
    `${asks}\n${has}\n${request}`,
    ['packet ARP 192.168.88.12 is-at'],
  ],
  [
    'the reply comes before the request',
    ping,
    [header, asks, has, reply, request].join('\n'),
    ['packet 192.168.88.11 > 192.168.88.12: ICMP echo request'],
  ],
  [
    'others speak as well',
    ping,
    `${ping}\n12:00:00.000000 IP 192.168.88.11 > 192.168.88.1: ICMP echo request, id 1, seq 1, length 64`,
    ['packet 192.168.88.11 > 192.168.88.1: ICMP echo request'],
  ],
  [
    'it captures nothing',
    ping,
    `${header}\n\n0 packets captured`,
    [
      'packet ARP who-has 192.168.88.12 tell 192.168.88.11',
      'packet ARP 192.168.88.12 is-at',
      'packet 192.168.88.11 > 192.168.88.12: ICMP echo request',
      'packet 192.168.88.12 > 192.168.88.11: ICMP echo reply',
    ],
  ],
  [
    'something comes where nothing is shown',
    header,
    ping,
    [
      'packet 192.168.88.11 > 192.168.88.12: ICMP echo request',
      'packet 192.168.88.12 > 192.168.88.11: ICMP echo reply',
    ],
  ],
  [
    'it cannot listen',
    ping,
    'tcpdump: br01: No such device exists\n(SIOCGIFHWADDR: No such device)',
    ['output'],
  ],
]
for (const [what, shown, seen, expected] of changes) {
  t.test(`it differs when ${what}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('that packets come in another order is told', async t => {
  const [difference] = told(
    command,
    ping,
    [header, asks, has, reply, request].join('\n'),
  ).differences
  t.equal(difference?.seen, 'it comes in another order')
  const [missing] = told(command, ping, ping.replace(`${reply}\n`, '')).differences
  t.equal(missing?.seen, undefined)
})

t.test('what nobody caused is left out, unless it is shown', async t => {
  const noise = bridge.split('\n').filter(line => / IP6 |tell 192\.168\.88\.1,/.test(line))
  const more = `${ping}\n${noise.join('\n')}
12:00:00.000000 IP 192.168.88.11.5353 > 224.0.0.251.5353: 0 PTR (QM)? _ipps._tcp.local. (30)
12:00:00.000000 IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 4a:e9:8b:a5:d2:be, length 300
12:00:00.000000 STP 802.1d, Config, Flags [none], bridge-id 8000.4a:e9:8b:a5:d2:be.8001, length 35
12:00:00.000000 IP 192.168.88.1 > 224.0.0.22: igmp v3 report, 1 group record(s)`
  const { differences, leftOut } = told(command, ping, more)
  t.same(differences, [])
  t.ok(leftOut.length >= 6, leftOut.join('\n'))
  const shown = told(command, `${ping}\n${noise[0]}`, ping)
  t.same(shown.differences, [])
  t.match(shown.explained, [{ what: /multicast listener report/, explanation: /by itself/ }])
})

t.test('more of the same is left out, fewer rounds than shown are explained', async t => {
  const rounds = (count: number) =>
    [header, ...Array.from({ length: count }, () => `${request}\n${reply}`)].join('\n')
  t.same(told(command, rounds(1), rounds(3)), {
    differences: [],
    explained: [],
    leftOut: [
      '192.168.88.11 > 192.168.88.12: ICMP echo request (2 times)',
      '192.168.88.12 > 192.168.88.11: ICMP echo reply (2 times)',
    ],
  })
  const fewer = told(command, rounds(3), rounds(2))
  t.same(fewer.differences, [])
  t.same(
    fewer.explained.map(({ what }) => what),
    [
      '192.168.88.11 > 192.168.88.12: ICMP echo request',
      '192.168.88.12 > 192.168.88.11: ICMP echo reply',
    ],
  )
  t.same(differing(command, rounds(3), [rounds(2), request].join('\n')), [
    'packet 192.168.88.12 > 192.168.88.11: ICMP echo reply',
  ])
})

t.test('that the kernel asks again later is explained, that it asks at first is not', async t => {
  const again = `12:00:05.000000 ARP, Request who-has 192.168.88.11 tell 192.168.88.12, length 28
12:00:05.000010 ARP, Reply 192.168.88.11 is-at 4a:e9:8b:a5:d2:be, length 28`
  const { differences, explained } = told(command, `${ping}\n${again}`, ping)
  t.same(differences, [])
  t.equal(explained.length, 2)
  t.equal(differing(command, `${again}\n${ping}`, ping).length, 2)
})

const tcp = bridge.split('\n').filter(line => /192\.168\.88\.1\.8[01]\b/.test(line))

t.test(
  'of a TCP connection ends, flags and content count, numbers and bare ACKs do not',
  async t => {
    const of80 = tcp.filter(line => line.includes('.80'))
    const seen = of80.join('\n')
    const other = seen
      .replace(/\.38358\b/g, '.51234')
      .replace(/(seq|ack|win|val|ecr) \d+/g, '$1 77')
      .replace(/wscale \d+/g, 'wscale 7')
    t.same(told(command, other, seen).differences, [])
    const without = of80.filter(line => !line.includes('Flags [.]')).join('\n')
    t.same(told(command, without, seen).differences, [])
    t.same(told(command, seen, without).differences, [])
    t.equal(told(command, seen, without).explained.length, 2)
    t.same(differing(command, seen, changed(seen, 'GET /', 'POST /')), ['content of TCP [P.]'])
    t.same(
      differing(command, seen, seen.replaceAll('.80:', '.8080:').replaceAll('.80 >', '.8080 >'))
        .length > 0,
      true,
    )
    t.same(
      differing(
        command,
        changed(seen, ': HTTP: GET / HTTP/1.1', ''),
        changed(seen, 'HTTP: GET', 'HTTP: PUT'),
      ),
      ['content of TCP [P.]'],
    )
  },
)

t.test('flags of before tcpdump 4 are the same flags', async t => {
  const seen = tcp.filter(line => line.includes('.81')).join('\n')
  const shown = `21:00:35.661914 IP 192.168.88.11.43672 > 192.168.88.1.81: S 1250212306:1250212306(0) win 5840 <mss 1460,sackOK,timestamp 1 0,nop,wscale 6>
21:00:35.661927 IP 192.168.88.1.81 > 192.168.88.11.43672: R 0:0(0) ack 1250212307 win 0`
  t.same(told(command, shown, seen).differences, [])
  t.same(differing(command, changed(shown, ' R 0', ' S 0'), seen), ['kind of TCP [S.]'])
})

t.test('the one name that is shown is the one public address that is not', async t => {
  const seen = `21:00:35.1 IP 10.10.0.10 > 8.8.8.8: ICMP echo request, id 1, seq 1, length 64
21:00:35.2 IP 8.8.8.8 > 10.10.0.10: ICMP echo reply, id 1, seq 1, length 64`
  const named = seen.replaceAll('8.8.8.8', 'dns.google')
  t.same(differing('tcpdump -i br0', named, seen), [])
  t.match(told('tcpdump -i br0', named, seen).explained, [{ shown: 'dns.google', seen: '8.8.8.8' }])
  const others = [
    named.replaceAll('10.10.0.10', '10.10.0.11'),
    named.replace('reply', 'request'),
    named.replace('dns.google', 'one.one'),
  ]
  for (const other of others) t.not(differing('tcpdump -i br0', other, seen).length, 0)
  const inside = seen.replaceAll('8.8.8.8', '10.10.0.1')
  t.not(differing('tcpdump -i br0', named, inside).length, 0, 'a private one has another name')
})

t.test('names of ports are their numbers', async t => {
  const seen = tcp.filter(line => line.includes('.80')).join('\n')
  const named = seen.replace(/\.80\b/g, '.http')
  t.same(told('tcpdump -i br01', named, seen).differences, [])
  t.not(differing('tcpdump -i br01', named, seen.replace(/\.80\b/g, '.22')).length, 0)
})

import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

const ipset = `Name: foo
Type: hash:ip
Revision: 6
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0xebca5ef4
Size in memory: 296
References: 0
Number of entries: 2
Members:
10.0.0.1
10.0.0.2
`
const conntrack = `icmp     1 29 src=192.0.2.1 dst=198.51.100.2 type=8 code=0 id=141 src=198.51.100.2 dst=198.51.100.254 type=0 code=0 id=141 mark=0 use=1
tcp      6 119 TIME_WAIT src=192.0.2.1 dst=198.51.100.2 sport=39516 dport=80 src=198.51.100.2 dst=198.51.100.254 sport=80 dport=39516 [ASSURED] mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
`
const ebtables = `Bridge table: filter

Bridge chain: INPUT, entries: 0, policy: ACCEPT

Bridge chain: FORWARD, entries: 2, policy: DROP
-p ARP -i br-veth01 -j DROP
-p IPv4 --ip-src 10.0.0.1 -j ACCEPT

Bridge chain: OUTPUT, entries: 0, policy: ACCEPT
`
const cases: [what: string, command: string, shown: string, seen: string, expected: string[]][] = [
  [
    'an ipset of another version',
    'ipset list',
    ipset
      .replace(' bucketsize 12 initval 0xebca5ef4', '')
      .replace('Revision: 6', 'Revision: 4')
      .replace('296', '200')
      .replace(/Number of entries.*\n/, ''),
    ipset,
    [],
  ],
  [
    'its members in another order',
    'ipset list foo',
    changed(ipset, '10.0.0.1\n10.0.0.2', '10.0.0.2\n10.0.0.1'),
    ipset,
    [],
  ],
  [
    'members with time-outs',
    'ipset list foo',
    changed(ipset, '10.0.0.2', '10.0.0.2 timeout 299'),
    changed(ipset, '10.0.0.2', '10.0.0.2 timeout 17'),
    [],
  ],
  [
    'another member',
    'ipset list',
    ipset,
    changed(ipset, '10.0.0.2', '10.0.0.3'),
    ['member of foo'],
  ],
  ['one member less', 'ipset list', ipset, changed(ipset, '10.0.0.2\n', ''), ['member of foo']],
  ['another type', 'ipset list', ipset, changed(ipset, 'hash:ip', 'hash:net'), ['type of foo']],
  [
    'another set',
    'ipset list',
    ipset,
    changed(ipset, 'foo', 'bar'),
    [
      'set',
      'type of foo',
      'family of foo',
      'member of foo',
      'member of foo',
      'type of bar',
      'family of bar',
      'member of bar',
      'member of bar',
    ],
  ],
  [
    'connections of another day',
    'conntrack -L',
    conntrack
      .replaceAll('39516', '45678')
      .replaceAll('id=141', 'id=9')
      .replace('119', '431999')
      .replace('2 flow', '7 flow'),
    conntrack,
    [],
  ],
  ['one connection of several', 'conntrack -L', conntrack.split('\n')[1] ?? '', conntrack, []],
  [
    'a connection that is rewritten in another way',
    'conntrack -L',
    conntrack,
    changed(conntrack, 'dst=198.51.100.254 sport=80', 'dst=192.0.2.1 sport=80'),
    ['tcp src=192.0.2.1 dst=198.51.100.2'],
  ],
  [
    'another state',
    'conntrack -L',
    conntrack,
    changed(conntrack, 'TIME_WAIT', 'SYN_SENT'),
    ['tcp src=192.0.2.1 dst=198.51.100.2'],
  ],
  [
    'no such connection',
    'conntrack -L',
    conntrack,
    changed(conntrack, /tcp.*\n/, ''),
    ['tcp src=192.0.2.1 dst=198.51.100.2'],
  ],
  [
    'ebtables with counters',
    'ebtables -L --Lc',
    ebtables.replaceAll('DROP\n-p', 'DROP , pcnt = 7 -- bcnt = 196\n-p'),
    ebtables,
    [],
  ],
  [
    'ebtables with numbers and wider columns',
    'ebtables -L --Ln',
    ebtables.replace('-p ARP -i', '1. -p ARP   -i').replace('-p IPv4', '2. -p IPv4'),
    ebtables,
    [],
  ],
  [
    'a policy of ebtables',
    'ebtables -L',
    ebtables,
    changed(ebtables, 'policy: DROP', 'policy: ACCEPT'),
    ['policy of filter FORWARD'],
  ],
  [
    'a rule of ebtables',
    'ebtables -L',
    ebtables,
    changed(ebtables, 'br-veth01', 'br-veth02'),
    ['rule 1 of filter FORWARD'],
  ],
  [
    'a rule of ebtables that is gone',
    'ebtables -L',
    ebtables,
    changed(ebtables, /-p IPv4.*\n/, ''),
    ['rule 2 of filter FORWARD'],
  ],
]
for (const [what, command, shown, seen, expected] of cases) {
  t.test(`${what} is ${expected.length === 0 ? 'as shown' : 'told'}`, async t => {
    t.same(differing(command, shown, seen), expected)
  })
}

t.test('connections that are not shown are left out', async t => {
  const { leftOut } = told('conntrack -L', conntrack.split('\n')[1] ?? '', conntrack)
  t.equal(leftOut.length, 1)
  t.match(leftOut[0], /icmp/)
})

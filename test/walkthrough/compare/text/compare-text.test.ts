import t from 'tap'
import { changed, differing, told } from './told.ts'

const same: [what: string, shown: string, seen: string][] = [
  ['white space', '  a    b', 'a b  '],
  ['a MAC', 'link 02:42:ac:11:00:02 is up', 'link 86:d6:16:43:54:9e is up'],
  ['a UUID', 'id 123e4567-e89b-12d3-a456-426614174000', 'id 00000000-e89b-12d3-a456-4266141740ff'],
  ["a container's id", 'made 9f86d081884c', 'made 4e07408562be'],
  ["a made veth's name", 'veth1a2b3c4 is up', 'veth9f0e1d2 is up'],
  [
    'a generated link-local address',
    'inet6 fe80::fca2:57ff:fe1c:67df/64',
    'inet6 fe80::70f3:fff:fee3:f10c/64',
  ],
  [
    'a date of ls',
    '-rw-r--r-- 1 root root 6 Jan  1 12:00 a',
    '-rw-r--r-- 1 root root 6 Nov 21  2026 a',
  ],
  ['a date of date', 'Sat Nov 21 21:07:20 UTC 2026', 'Mon Feb  3 01:02:03 CET 2020'],
  [
    'a date of a log',
    '192.0.2.1 - - [21/Nov/2026 21:00:35] "GET / HTTP/1.1" 200 -',
    '192.0.2.1 - - [01/Jan/2020 00:00:00] "GET / HTTP/1.1" 200 -',
  ],
  ['an ISO date', 'at 2026-11-21T21:07:20+0000', 'at 2020-01-01 00:00:00.123'],
  ['a duration', 'done in 12.3 ms', 'done in 4 ms'],
  ['what time prints', 'real\t0m1.003s', 'real\t0m0.412s'],
  ['a pid', 'dnsmasq[1234]: started, pid 1234', 'dnsmasq[77]: started, pid 77'],
  [
    "a namespace's inode",
    'lrwxrwxrwx 1 root root 0 Jan  1 12:00 /proc/self/ns/net -> net:[4026531992]',
    'lrwxrwxrwx 1 root root 0 Feb 22 11:11 /proc/self/ns/net -> net:[4026532177]',
  ],
  ['an interface index', '12: mybr0: <UP> mtu 1500', '3: mybr0: <UP> mtu 1500'],
  ["a peer's index", '13: eth0@if14: <UP> mtu 1500', '3: eth0@if4: <UP> mtu 1500'],
  ['a counter', 'RX packets 15  bytes 1146 (1.1 KB)', 'RX packets 0  bytes 0 (0.0 B)'],
  ['a port that the kernel chose', 'from 192.0.2.1:45678', 'from 192.0.2.1:34567'],
  ["Docker's name of a bridge", 'br-9f86d081884c is up', 'br-4e07408562be is up'],
  ["a bridge's id", 'br0 8000.321bc3fd56fd no', 'br0 8000.3e56ad7e3fa9 no'],
  ['a day', 'since 2026-11-21', 'since 2020-01-01'],
  ['a time of day', 'up since 12:00:01', 'up since 9:10:11.5'],
  [
    'round trips',
    'rtt min/avg/max/mdev = 0.1/0.2/0.3/0.4 ms',
    'rtt min/avg/max/mdev = 1.1/1.2/1.3/1.4 ms',
  ],
  ['seconds with a fraction', 'took 1.5 s', 'took 0.25 s'],
  ['a lifetime', 'valid_lft 86399sec preferred_lft 3600sec', 'valid_lft 12sec preferred_lft 5sec'],
  ["a namespace's number", 'eth0 link-netnsid 0', 'eth0 link-netnsid 3'],
  ["a namespace's number in a list", 'ns1 (id: 0)', 'ns1'],
  ['counters of iptables-save', '[12:720] -A INPUT', '[0:0] -A INPUT'],
  ["a packet's numbers", 'ICMP echo request, id 984, seq 1', 'ICMP echo request, id 7, seq 1'],
  [
    "a segment's numbers",
    'Flags [S.], seq 4079313468, ack 1945489398',
    'Flags [S.], seq 1234567, ack 7654321',
  ],
  ["a segment's times", 'TS val 74123903 ecr 2546678578', 'TS val 1 ecr 2'],
  [
    'a checksum',
    'Flags [S], cksum 0x318c (incorrect -> 0x6e9f), x',
    'Flags [S], cksum 0x0001 (correct), x',
  ],
  ['a long hexadecimal number', 'initval 0xebca5ef4', 'initval 0x00000001'],
  ['curved quotes', 'say “a”', 'say "a"'],
  ['quotes', 'cannot stat ‘foo’', "cannot stat 'foo'"],
  ['/var/run', '/var/run/netns/a', '/run/netns/a'],
  ['a bare job number', '[1] 12345\na', 'a'],
  ['the end of a job', 'a\n[1]+  Done                    sleep 1', 'a'],
  ['^C', 'a\n^C', 'a'],
  ['colours', 'a b', '\u001B[1;31ma\u001B[0m \u001B]0;title\u0007b'],
  ['carriage returns', 'a\nb', 'a\r\nb\r\n'],
  ['what is overwritten', '10%\nb', '10%\rb\n'],
  ['a page that wrapped within a word', 'state U\u{F8FF}NKNOWN', 'state UNKNOWN'],
  ['a page that wrapped at a space', 'state\u{F8FF}UNKNOWN', 'state UNKNOWN'],
  ['two wraps in one line', 'a\u{F8FF}b c\u{F8FF}d', 'ab c d'],
  ['dots within a line', 'inet ... scope global', 'inet 192.0.2.1/24 brd 192.0.2.255 scope global'],
  ['dots at the end', 'inet 192.0.2.1/24 …', 'inet 192.0.2.1/24 scope global'],
]
for (const [what, shown, seen] of same) {
  t.test(`${what} is no difference`, async t => {
    t.same(told('./script', shown, seen), { differences: [], explained: [], leftOut: [] })
  })
}

const others: [what: string, shown: string, seen: string][] = [
  ['a word', 'a b', 'a c'],
  ['an address', 'inet 192.0.2.1/24', 'inet 192.0.2.2/24'],
  ['a prefix', 'inet 192.0.2.1/24', 'inet 192.0.2.1/25'],
  ['an IPv6 address', 'inet6 2001:db8::1/64', 'inet6 2001:db8::2/64'],
  ['a typed link-local address', 'inet6 fe80::1/64', 'inet6 fe80::2/64'],
  ["a broadcast's MAC", 'brd ff:ff:ff:ff:ff:ff', 'brd 00:00:00:00:00:00'],
  ['a port', 'listens at 192.0.2.1:80', 'listens at 192.0.2.1:8080'],
  ['a number', 'net.ipv4.ip_forward = 1', 'net.ipv4.ip_forward = 0'],
  ['a version', 'tool 1.2.3', 'tool 1.2.4'],
  ["a rule's priority", '32766:\tfrom all lookup main', '100:\tfrom all lookup main'],
  ['an MTU', 'mtu 1500', 'mtu 1450'],
  ['a state', '12: mybr0: <UP> state UP', '12: mybr0: <UP> state DOWN'],
  ['what has to stand between dots', 'a ... x ... c', 'a b c'],
  ['the end behind dots', 'a ... c', 'a b d'],
  ['what would stand twice', 'ab ... bc', 'abc'],
  ['words besides dots', 'inet ... scope global', 'inet 192.0.2.1/24 scope link'],
  ['a wrapped word', 'state U\u{F8FF}NKNOWN', 'state UNKNOWNX'],
  ['upper case', 'Ready', 'ready'],
  ['another language', '没有那个文件或目录', 'not that file'],
]
for (const [what, shown, seen] of others) {
  t.test(`${what} is a difference`, async t => {
    t.same(
      told('./script', shown, seen).differences,
      [{ what: 'line 1', shown, seen }].map(one => ({
        ...one,
        shown: one.shown.replace('\u{F8FF}', ' '),
      })),
    )
  })
}

const errors: [shown: string, seen: string, isSame: boolean][] = [
  ['bash: foo: command not found', 'sh: 1: foo: not found', true],
  ['-bash: foo: command not found', 'bash: line 3: foo: command not found', true],
  ['zsh: command not found: foo', 'bash: foo: command not found', true],
  ["Command 'foo' not found, but can be installed with:", 'bash: foo: command not found', true],
  ['exec of "foo" failed: No such file or directory', 'bash: foo: command not found', true],
  ['bash: foo: command not found', 'bash: bar: command not found', false],
  [
    'nsenter: failed to execute foo: No such file or directory',
    'bash: foo: command not found',
    true,
  ],
  ["ip: can't find device 'veth9'", 'Cannot find device "veth9"', true],
  [
    'veth9: error fetching interface information: Device not found',
    'Cannot find device "veth9"',
    true,
  ],
  ['RTNETLINK answers: File exists', 'Error: ipv4: Address already assigned.', true],
  ['RTNETLINK answers: File exists', 'RTNETLINK answers: Operation not permitted', false],
  ['RTNETLINK answers: Network is unreachable', 'Error: Nexthop has invalid gateway.', true],
  ['Device "veth9" does not exist.', 'Cannot find device "veth9"', true],
  ['Cannot find device "veth9"', 'Cannot find device "veth8"', false],
  ['bash: foo：未找到命令', 'bash: foo: command not found', false],
]
for (const [shown, seen, isSame] of errors) {
  t.test(`"${shown}" is ${isSame ? '' : 'not '}"${seen}"`, async t => {
    t.equal(differing('./script', shown, seen).length, isSame ? 0 : 1)
  })
}

const many = Array.from({ length: 20 }, (_, i) => `line ${i} of many`).join('\n')

t.test('lines that a document leaves out of a long output are left out', async t => {
  const { differences, leftOut } = told('./script', 'line 3 of many\nline 17 of many', many)
  t.same(differences, [])
  t.equal(leftOut.length, 18)
})

t.test('lines that a document leaves out of a short output count, unless it says so', async t => {
  t.same(told('./script', 'a', 'a\nb').differences, [
    { what: 'a line that is not shown', seen: 'b' },
  ])
  t.same(told('./script', 'a\n...', 'a\nb'), { differences: [], explained: [], leftOut: ['b'] })
})

t.test('a complaint that is not shown counts in any output', async t => {
  t.same(differing('./script', 'line 3 of many', `${many}\ncat: foo: No such file or directory`), [
    'a line that is not shown',
  ])
})

t.test('the order of lines counts', async t => {
  t.same(differing('./script', 'line 4 of many\nline 3 of many', many), ['line 1'])
})

t.test('a line that changed is told beside what it became, others are missing', async t => {
  t.same(told('./script', 'a 1\nb 2\nc 3', 'a 1\nb 9\nc 3').differences, [
    { what: 'line 2', shown: 'b 2', seen: 'b 9' },
  ])
  t.same(told('./script', `${many}\nthe end`, many).differences, [
    { what: 'line 21', shown: 'the end' },
  ])
})

t.test('nothing, or nothing but an error, is one difference from any output', async t => {
  t.same(told('./script', many, '\n').differences, [
    { what: 'output', shown: 'line 0 of many (and 19 more lines)' },
  ])
  t.same(told('./script', 'a\nb', 'bash: ./script: Permission denied').differences, [
    { what: 'output', shown: 'a (and 1 more lines)', seen: 'bash: ./script: Permission denied' },
  ])
})

t.test('strictly, all that is there has to be shown, but for what changes by itself', async t => {
  t.same(told('./script', 'a 12 ms', 'a 7 ms', true).differences, [])
  t.same(told('./script', 'line 3 of many', many, true).differences.length, 19)
  t.same(told('./script', 'line 3 of many\n...', many, true).differences.length, 0)
  const ping =
    'PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.\n64 bytes from 192.0.2.2: icmp_seq=1 ttl=64 time=0.080 ms\n'
  t.same(told('ping -c 1 192.0.2.2', changed(ping, '0.080', '0.3'), ping, true).differences, [])
  t.same(
    told('ping -c 1 192.0.2.2', changed(ping, 'ttl=64', 'ttl=63'), ping, true).differences.length,
    1,
  )
  t.same(
    told(
      'iptables -nL',
      'Chain INPUT (policy ACCEPT)',
      'Chain INPUT (policy ACCEPT)\ntarget  prot',
      true,
    ).differences.length,
    1,
  )
})

import t from 'tap'
import { listing, rows, typed } from './typed-listing.ts'

const fences = (...texts: string[]) =>
  rows(
    typed(
      texts
        .map(text => (text.startsWith('@') ? text.slice(1) : `\`\`\`\n${text}\n\`\`\``))
        .join('\n\n'),
    ),
  )

void t.test('output belongs to the command above it', t => {
  t.strictSame(listing('sudo ip netns add ns02\nsudo ip netns list\nns02\n\n\nip route\n'), [
    ['sudo ip netns add ns02'],
    ['sudo ip netns list', 'ns02'],
    ['ip route'],
  ])
  t.end()
})

void t.test('output below several commands belongs to the one that it fits', t => {
  t.strictSame(listing('ifconfig veth01\nifconfig veth02\n\nveth02: flags=4163<UP>  mtu 1500'), [
    ['ifconfig veth01'],
    ['ifconfig veth02', 'veth02: flags=4163<UP>  mtu 1500'],
  ])
  t.strictSame(
    listing('ifconfig a\nifconfig b\na: flags=1<UP>\n  inet 192.0.2.1  netmask\nb: flags=1<UP>'),
    [
      ['ifconfig a', 'a: flags=1<UP>', '  inet 192.0.2.1  netmask'],
      ['ifconfig b', 'b: flags=1<UP>'],
    ],
  )
  t.strictSame(listing('ip route\nip link set a up\ndefault via 192.0.2.1 dev eth0'), [
    ['ip route', 'default via 192.0.2.1 dev eth0'],
    ['ip link set a up'],
  ])
  t.strictSame(
    listing('ip netns exec a ip a\nip netns exec b ip a\n1: lo: <UP>\n1: lo: <UP>\n2: x: <UP>'),
    [
      ['ip netns exec a ip a', '1: lo: <UP>'],
      ['ip netns exec b ip a', '1: lo: <UP>', '2: x: <UP>'],
    ],
  )
  t.end()
})

const packet = '16:19:42.739429 ARP, Request who-has 192.0.2.2 tell 192.0.2.1, length 28'

void t.test('packets belong to the capture, wherever they stand', t => {
  t.strictSame(
    listing(
      `tcpdump -i br01 -nn\nlistening on br01, link-type EN10MB\nping -c 1 192.0.2.2\nPING 192.0.2.2\n# 查看抓包信息\n${packet}`,
    ),
    [
      ['tcpdump -i br01 -nn', 'listening on br01, link-type EN10MB', packet],
      ['ping -c 1 192.0.2.2', 'PING 192.0.2.2'],
    ],
  )
  t.strictSame(fences('tcpdump -i br01', '@and', 'ping 192.0.2.2', '@then', packet), [
    ['tcpdump -i br01', packet],
    ['ping 192.0.2.2'],
  ])
  t.strictSame(fences('tcpdump -i br01', `ping 192.0.2.2\nPING 192.0.2.2\n# then\n${packet}`), [
    ['tcpdump -i br01', packet],
    ['ping 192.0.2.2', 'PING 192.0.2.2'],
  ])
  t.strictSame(
    listing(
      `tcpdump -i eth0\ntcpdump -i br0\ntcpdump: listening on eth0, link-type EN10MB\n${packet}`,
    ),
    [
      ['tcpdump -i eth0', 'tcpdump: listening on eth0, link-type EN10MB', packet],
      ['tcpdump -i br0'],
    ],
  )
  t.end()
})

void t.test("what stands below a prompt's command is its output, whatever it is called", t => {
  const links = 'lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>'
  t.strictSame(
    listing(`$ ip -br link\n$ show-links --all\n${links}\n$ inred ip -br link\n${links}`),
    [['ip -br link'], ['show-links --all', links], ['inred ip -br link', links]],
  )
  t.strictSame(listing(`$ ip -br link\n$ cat links.txt\n${links}`), [
    ['ip -br link'],
    ['cat links.txt', links],
  ])
  t.strictSame(listing('$ ip route\n$ ip link add a type vxlan\nvxlan: port not specified'), [
    ['ip route'],
    ['ip link add a type vxlan', 'vxlan: port not specified'],
  ])
  t.strictSame(listing(`$ ip -br link\n$ ip link set a up\n${links}`), [
    ['ip -br link', links],
    ['ip link set a up'],
  ])
  t.end()
})

void t.test('only a program that runs on has lines below a later prompt', t => {
  const end = ['1 packet captured', '2 packets received by filter', '0 packets dropped by kernel']
  t.strictSame(
    listing(
      `$ tcpdump -i a &\n$ curl 192.0.2.1\n${packet}\nhello\n$ fg\n${end.join('\n')}\n$ cat saved\n${packet}`,
    ),
    [
      ['tcpdump -i a &', packet, ...end],
      ['curl 192.0.2.1', 'hello'],
      ['fg'],
      ['cat saved', packet],
    ],
  )
  t.strictSame(listing(`$ tcpdump -i a -v &\n$ curl 192.0.2.1\n${packet}\n  more of it`), [
    ['tcpdump -i a -v &', packet, '  more of it'],
    ['curl 192.0.2.1'],
  ])
  t.strictSame(
    listing(
      `$ tcpdump -i a &\n$ alias inred='ip netns exec red'\n$ inred tcpdump -i b -c 1\n${packet}`,
    ),
    [['tcpdump -i a &'], ["alias inred='ip netns exec red'"], ['inred tcpdump -i b -c 1', packet]],
  )
  t.end()
})

void t.test("a server's log belongs to the server", t => {
  const log = '192.0.2.2 - - [01/Jan/2020 10:00:00] "GET / HTTP/1.1" 200 -'
  t.strictSame(listing(`python3 -m http.server 80 &\ncurl 192.0.2.1\n<html>\n${log}`), [
    ['python3 -m http.server 80 &', log],
    ['curl 192.0.2.1', '<html>'],
  ])
  t.end()
})

void t.test('a rule between two captures is no output', t => {
  t.strictSame(listing(`tcpdump -i a\n${packet}\n\n---\n\ntcpdump -i b\n${packet}`), [
    ['tcpdump -i a', packet],
    ['tcpdump -i b', packet],
  ])
  t.strictSame(listing('$ ipvsadm -l\nProt LocalAddress\n-----\nTCP  192.0.2.1'), [
    ['ipvsadm -l', 'Prot LocalAddress', '-----', 'TCP  192.0.2.1'],
  ])
  t.end()
})

void t.test('two lines that stand in one are two', t => {
  t.strictSame(
    listing(
      `tcpdump -i a\nlistening on a, link-type EN10MB, capture size 262144 bytes${packet.replace('ARP,', 'IP')}`,
    ),
    [
      [
        'tcpdump -i a',
        'listening on a, link-type EN10MB, capture size 262144 bytes',
        packet.replace('ARP,', 'IP'),
      ],
    ],
  )
  t.strictSame(listing('[root@a ~]# curl 192.0.2.1\nhello[root@a ~]# ip link'), [
    ['curl 192.0.2.1', 'hello'],
    ['ip link'],
  ])
  t.end()
})

void t.test('output in the next listing belongs to the last command that it fits', t => {
  t.strictSame(fences('$ ip netns', '@Output:', 'ns1'), [['ip netns', 'ns1']])
  t.strictSame(
    fences('ip route\nip link set a up', '@结果如下', 'default via 192.0.2.1 dev eth0'),
    [['ip route', 'default via 192.0.2.1 dev eth0'], ['ip link set a up']],
  )
  t.strictSame(fences('cat /etc/resolv.conf', 'nameserver 192.0.2.1'), [
    ['cat /etc/resolv.conf', 'nameserver 192.0.2.1'],
  ])
  t.end()
})

void t.test('output that fits nobody is left alone, with what it seems to be', t => {
  const read = typed(
    '```\nip link set a up\n```\n\nCreate the file /etc/resolv.conf:\n\n```\nnameserver 192.0.2.1\n```\n\n```\n64 bytes from 192.0.2.1: ttl=64\n```',
  )
  t.strictSame(rows(read), [['ip link set a up']])
  t.strictSame(read.leftAlone, [
    { line: 8, what: 'a configuration file' },
    { line: 12, what: 'output that belongs to no command' },
  ])
  t.end()
})

void t.test('a file to write is not what was printed, though anything may have been', t => {
  t.strictSame(fences('$ cat a', '@Create the file b.yaml:', 'apiVersion: v1\nkind: Pod'), [
    ['cat a'],
  ])
  t.strictSame(fences('$ cat a', '@Create the file b.conf:', 'hello'), [['cat a']])
  t.strictSame(fences('$ ip -j route', '@Put this into the file a.json:', '{"a": 1}'), [
    ['ip -j route'],
  ])
  t.strictSame(fences('$ cat a', '@It prints:', 'apiVersion: v1\nkind: Pod'), [
    ['cat a', 'apiVersion: v1', 'kind: Pod'],
  ])
  t.end()
})

void t.test('lines that are left out stay one line of dots', t => {
  for (const dots of [
    '...',
    '…',
    '[snip]',
    '<output omitted>',
    '(省略)',
    '（以下省略）',
    '# ...',
    '[...]',
    '--snip--',
    '. . .',
  ]) {
    t.strictSame(
      listing(`$ ip route\n${dots}\ndefault via 192.0.2.1 dev eth0`),
      [['ip route', '...', 'default via 192.0.2.1 dev eth0']],
      dots,
    )
  }
  t.end()
})

void t.test('output that stands in comments is output', t => {
  t.strictSame(listing('ip netns\n# 输出:\n# red\n# blue\n\n# 创建\nip netns add x'), [
    ['ip netns', 'red', 'blue'],
    ['ip netns add x'],
  ])
  t.strictSame(
    listing('$ ping 192.0.2.1\n# PING 192.0.2.1\n# 64 bytes from 192.0.2.1\n\n# works'),
    [['ping 192.0.2.1', 'PING 192.0.2.1', '64 bytes from 192.0.2.1']],
  )
  t.end()
})

void t.test('a form to fill in is not what a ping prints', t => {
  const read = typed('```\nping 192.0.2.1\n```\n\n## Question\n\n```text\nYour answer :\n```\n')
  t.strictSame(rows(read), [['ping 192.0.2.1']])
  t.strictSame(read.leftAlone, [{ line: 8, what: 'text that is no command' }])
  t.end()
})

void t.test('comments that a program prints are its output', t => {
  t.strictSame(
    listing(
      'iptables-save\n# Generated by iptables-save v1.8.7\n*nat\nCOMMIT\n# next\niptables -F',
    ),
    [['iptables-save', '# Generated by iptables-save v1.8.7', '*nat', 'COMMIT'], ['iptables -F']],
  )
  t.end()
})

void t.test('a wrapped line of output is one where both halves say so', t => {
  t.strictSame(
    listing(
      '$ ip link\n1: lo: <UP> mtu 1500 qdisc noqueue state U\n   NKNOWN mode DEFAULT group default qlen 1000\n    link/loopback 00',
    ),
    [
      [
        'ip link',
        '1: lo: <UP> mtu 1500 qdisc noqueue state U⏎NKNOWN mode DEFAULT group default qlen 1000',
        '    link/loopback 00',
      ],
    ],
  )
  t.strictSame(
    listing('$ ping 192.0.2.1\n64 bytes from 192.0.2.1: icmp_seq=1 ttl=64\ntime=0.05 ms'),
    [['ping 192.0.2.1', '64 bytes from 192.0.2.1: icmp_seq=1 ttl=64⏎time=0.05 ms']],
  )
  t.strictSame(listing('$ ip link\n1: lo: <UP> mtu 1500\nalias one'), [
    ['ip link', '1: lo: <UP> mtu 1500', 'alias one'],
  ])
  t.end()
})

void t.test('a number alone may be the end of a wrapped line', t => {
  t.strictSame(
    listing('$ ip link\n1: lo: <UP> mtu 1500 group default qlen\n1000\n2: a: <UP> mtu'),
    [['ip link', '1: lo: <UP> mtu 1500 group default qlen⏎1000', '2: a: <UP> mtu']],
  )
  t.end()
})

void t.test('a label above a terminal is said, not printed', t => {
  const { commands } = typed('```\nterminal 1:\n$ nc -l 80\n\nterminal 2:\n$ nc 192.0.2.1 80\n```')
  t.strictSame(
    commands.map(({ before, shown }) => [before, shown]),
    [
      [['terminal 1:'], undefined],
      [['terminal 2:'], undefined],
    ],
  )
  t.end()
})

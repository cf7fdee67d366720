import t from 'tap'
import { likeness } from '../../../src/walkthrough/typed/command-shape.ts'
import { listing, typed } from './typed-listing.ts'

const commands = [
  'ip link',
  'ip 10.0.0.2',
  'ip netns exec ns1 ip a',
  'ip -n ns1 addr add 10.0.0.1/24 dev eth0',
  'bridge link',
  'bridge fdb show dev vxlan100',
  'brctl show br0',
  'route',
  'route add default gw 10.0.0.1',
  'arp -n',
  'ping 10.0.0.1',
  'ping web',
  'ping -c 1 google.com | tail -1',
  'sudo iptables -t nat -nL --line-number',
  'iptables –t nat –F',
  '/usr/sbin/iptables -S',
  './setup.sh',
  'source setup.sh',
  'tcpdump -i br01 -nn',
  'sysctl -w net.ipv4.ip_forward=1',
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'NS1="ns 1"',
  'export NS=ns1',
  'for i in 1 2 3; do ip netns add ns$i; done',
  'for i in $(./busybox --list)',
  'for file in /etc/netns/*.conf',
  'if [ -e /run/netns/a ]; then',
  '[ -d /run/netns ] && echo yes',
  '[ "$NS" ] || exit',
  '[ $(ip netns | wc -l) -gt 1 ] && echo yes',
  'while true; do sleep 1; done',
  'until ping -c 1 10.0.0.1; do sleep 1; done',
  'python3 -m http.server 80 &',
  'nsenter -t $(pidof sleep) -n ip a',
  'unshare -n bash',
  'host example.com',
  'kill %1',
  "trap 'ip netns del red' EXIT",
  'exit',
]
const others = [
  'ping does not go through yet',
  'ping works',
  'source code of it',
  'source address 10.0.0.1',
  'ping 不通',
  'ip link 可以查看设备',
  '[ ns1 namespace ]',
  '[ br0: a bridge ] <- others go here',
  'PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.',
  'ping: google.com: Name or service not known',
  'ip: command not found',
  'ip netns exec runs a command in the namespace',
  'bridge name     bridge id               STP enabled     interfaces',
  'bridge                307200  1 br_netfilter',
  'default via 172.18.0.1 dev eth0',
  '    link/ether ae:93:35:ab:59:2a brd ff:ff:ff:ff:ff:ff',
  '8: veth01@if7: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN',
  '1    MASQUERADE  all  --  192.168.88.0/24      0.0.0.0/0',
  '-A FORWARD -i mybr0 -j ACCEPT',
  'nameserver 8.8.8.8',
  'ns02',
  'test',
  'hello',
  'time=0.03 ms',
  'net.ipv4.ip_forward = 1',
  'inet 192.0.2.1/24 brd 192.0.2.255',
  'tcpdump: listening on br01, link-type EN10MB (Ethernet)',
  'iptables v1.8.7 (nf_tables): unknown option',
  'nc: connect failed',
  'if you see this, it works',
  'for packets in the bridge',
  'while the ping runs',
  'until it works',
  'Serving HTTP on 0.0.0.0 port 80',
  'tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN',
  'find the address of the bridge',
  'route to host',
  'trap for packets',
  '/var/run/netns/ns1',
  'Connection from 10.0.0.1 port 80',
]

void t.test('lines that begin like a command are commands', t => {
  for (const line of commands) t.ok(likeness(line) >= 2, line)
  t.end()
})

void t.test('lines of output and of prose are none', t => {
  for (const line of others) t.equal(likeness(line), 0, line)
  t.end()
})

void t.test('a program that nobody knows is one in a shell, with an option, among commands', t => {
  t.strictSame(listing('ip netns add a\ncnitool --name a add', 'sh'), [
    ['ip netns add a'],
    ['cnitool --name a add'],
  ])
  t.strictSame(listing('ip netns add a\nmytool --name a', 'sh').length, 2)
  t.strictSame(listing('mytool prints --this'), [])
  t.strictSame(listing('ip link\nmytool prints --this', 'sh'), [
    ['ip link', 'mytool prints --this'],
  ])
  t.end()
})

void t.test('commands typed inside of a shell may be indented; a usage text is no command', t => {
  t.strictSame(listing('ip netns exec a bash\n  ip link set lo up\n  ip link\nexit').length, 4)
  t.strictSame(listing('ip netns help\nUsage: ip netns list\n       ip netns add NAME'), [
    ['ip netns help', 'Usage: ip netns list', '       ip netns add NAME'],
  ])
  t.end()
})

void t.test('a script that is shown is not typed', t => {
  t.strictSame(listing('cat a.sh\n#!/bin/sh\nip netns add a'), [
    ['cat a.sh', '#!/bin/sh', 'ip netns add a'],
  ])
  t.strictSame(listing('#!/bin/sh\nip netns add a'), [['ip netns add a']])
  t.end()
})

void t.test('a command may have words of another script for what is to be filled in', t => {
  t.strictSame(
    listing('ip netns add a\nip link set 网卡名 netns ns名\nip addr add dev 网卡名 10.0.0.1/24'),
    [['ip netns add a'], ['ip link set 网卡名 netns ns名'], ['ip addr add dev 网卡名 10.0.0.1/24']],
  )
  t.strictSame(listing('ip netns add 命令用来创建一个新的命名空间'), [])
  t.strictSame(listing('ip link set 可以把网卡放进去，netns 是它的名字'), [])
  t.end()
})

void t.test('short forms of what prints nothing leave what follows to be a command', t => {
  const short = [
    'ip netns a b',
    'ip l a v type veth',
    'ip l s v netns b',
    'ip a a 10.0.0.1/24 dev v',
  ]
  const shown = ['$ ip a s lo', '1: lo: <LOOPBACK> mtu 65536', '$ ip r s', '10.0.0.0/24 dev v']
  t.strictSame(listing([...short, '', ...shown].join('\n')), [
    ...short.map(text => [text]),
    ['ip a s lo', '1: lo: <LOOPBACK> mtu 65536'],
    ['ip r s', '10.0.0.0/24 dev v'],
  ] as ReturnType<typeof listing>)
  t.end()
})

void t.test('options of ip may have two dashes', t => {
  t.strictSame(listing('ip netns delete a\nip --all netns delete\nip --color link'), [
    ['ip netns delete a'],
    ['ip --all netns delete'],
    ['ip --color link'],
  ])
  t.end()
})

void t.test('comments stay behind a command, for the shell to leave out', t => {
  t.strictSame(listing('ip link   # 查看'), [['ip link   # 查看']])
  t.end()
})

void t.test('a comment behind a command that begins with // is one, and an address is none', t => {
  const cases: [written: string, typed: string][] = [
    ['ping -c 2 10.0.0.1 //successful', 'ping -c 2 10.0.0.1 # successful'],
    ['route -n // the routes / the table', 'route -n # the routes / the table'],
    ['curl http://10.0.0.1/', 'curl http://10.0.0.1/'],
    ['mount //server/share /mnt', 'mount //server/share /mnt'],
    ["sed -i 's // /' a", "sed -i 's // /' a"],
  ]
  for (const [written, read] of cases) t.strictSame(listing(written), [[read]])
  t.match(typed('```\nping 10.0.0.1\n// and back: ip link\nip addr\n```').commands, [
    { text: 'ping 10.0.0.1', after: ['and back: ip link'] },
    { text: 'ip addr' },
  ])
  t.strictSame(listing('cat a.c\n// a\nint a;'), [['cat a.c', '// a', 'int a;']])
  t.match(typed('```\nip link // all\n```').commands, [
    { mistakes: [{ line: 2, text: /^a comment begins with \/\// }] },
  ])
  t.end()
})

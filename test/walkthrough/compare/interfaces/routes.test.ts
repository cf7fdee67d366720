import t from 'tap'
import { compared, testListings } from './compared.ts'

const ROUTES = `
default via 172.18.0.1 dev eth0
10.7.0.0/16
	nexthop via 172.18.0.2 dev eth0 weight 1
	nexthop via 172.18.0.3 dev eth0 weight 1
unreachable 10.8.0.0/16
172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2
192.0.2.0/24 dev eth1 proto kernel scope link src 192.0.2.1 metric 100 linkdown
198.51.100.7 via 172.18.0.9 dev eth0
`

testListings({
  routes: {
    command: 'ip route',
    seen: ROUTES,
    spellings: {
      'as old versions and busybox have them': `
default via 172.18.0.1 dev eth0
10.7.0.0/16 nexthop via 172.18.0.2 dev eth0 weight 1 nexthop via 172.18.0.3 dev eth0 weight 1
unreachable 10.8.0.0/16 dev lo
172.18.0.0/16 dev eth0
192.0.2.0/24 dev eth1  src 192.0.2.1  metric 100 linkdown
198.51.100.7 via 172.18.0.9 dev eth0`.replace(' dev lo', ''),
      'of another origin, in another order': `
198.51.100.7/32 via 172.18.0.9 dev eth0 proto static
192.0.2.0/24 dev eth1 proto kernel scope link src 192.0.2.1 metric 100 linkdown
172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2
unreachable 10.8.0.0/16 proto bird
10.7.0.0/16 proto static
	nexthop via 172.18.0.3 dev eth0 weight 1
	nexthop via 172.18.0.2 dev eth0 weight 1
default via 172.18.0.1 dev eth0 proto dhcp`,
      'with some left out': '...\n172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2',
      'cut at their ends': `
default via 172.18.0.1 ...
10.7.0.0/16
	nexthop via 172.18.0.2 dev eth0
	nexthop via 172.18.0.3 dev eth0
unreachable 10.8.0.0/16
172.18.0.0/16 dev eth0 ...
192.0.2.0/24 dev eth1 …
198.51.100.7 via 172.18.0.9 …`,
    },
    changes: [
      ['default via 172.18.0.1 dev eth0\n', '', 'route default'],
      ['default via 172.18.0.1', 'default via 172.18.0.254', 'route default via'],
      ['172.18.0.1 dev eth0', '172.18.0.1 dev eth9', 'route default dev'],
      ['unreachable', 'blackhole', 'route 10.8.0.0/16 type'],
      ['unreachable 10.8.0.0/16', '10.8.0.0/16', 'route 10.8.0.0/16 type'],
      ['src 172.18.0.2', 'src 172.18.0.77', 'route 172.18.0.0/16 src'],
      ['scope link src 172.18', 'scope host src 172.18', 'route 172.18.0.0/16 scope'],
      [' linkdown', '', 'route 192.0.2.0/24 state'],
      ['metric 100', 'metric 200', 'route 192.0.2.0/24 metric'],
      ['nexthop via 172.18.0.3', 'nexthop via 172.18.0.4', 'route 10.7.0.0/16 next hop'],
      [
        '0.3 dev eth0 weight 1',
        '0.3 dev eth0 weight 2',
        'route 10.7.0.0/16 next hop 172.18.0.3 weight',
      ],
      ['unreachable', '203.0.113.0/24 dev eth1\nunreachable', 'route 203.0.113.0/24'],
    ],
  },
  'IPv6 routes': {
    command: 'ip -6 ro',
    seen: `
2001:db8::/64 dev eth0 proto kernel metric 256 pref medium
fe80::/64 dev eth0 proto kernel metric 256 pref medium
default via 2001:db8::1 dev eth0 metric 1024 pref medium
`,
    spellings: {
      'of an old version': `
2001:db8::/64 dev eth0  proto kernel  metric 256
fe80::/64 dev eth0  proto kernel  metric 256
default via 2001:db8::1 dev eth0  metric 1024`,
      'without what the kernel makes': `
2001:DB8:0::/64 dev eth0 proto kernel metric 256
default via 2001:db8:0:0::1 dev eth0 metric 1024 pref medium`,
      'with times': `
2001:db8::/64 dev eth0 proto kernel metric 256 expires 86213sec pref medium
default via 2001:db8::1 dev eth0 metric 1024 mtu 1500 hoplimit 64 pref medium`,
    },
    changes: [
      ['via 2001:db8::1', 'via 2001:db8::9', 'route default via'],
      ['fe80::/64 dev eth0', 'fe80::/64 dev eth9', 'route fe80::/64 dev'],
    ],
  },
  'the way to an address': {
    command: 'ip route get 198.51.100.7',
    seen: '198.51.100.7 via 172.18.0.1 dev eth0 src 172.18.0.2 uid 0\n    cache\n',
    spellings: {
      'of an old version':
        '198.51.100.7 via 172.18.0.1 dev eth0  src 172.18.0.2\n    cache  mtu 1500 advmss 1460 hoplimit 64',
      'of another user': '198.51.100.7 via 172.18.0.1 dev eth0 src 172.18.0.2 uid 1000\n    cache',
      'without its cache': '198.51.100.7 via 172.18.0.1 dev eth0 src 172.18.0.2',
    },
    changes: [
      ['via 172.18.0.1 ', '', 'route 198.51.100.7 via'],
      ['dev eth0', 'dev eth1', 'route 198.51.100.7 dev'],
      ['src 172.18.0.2', 'src 172.18.0.5', 'route 198.51.100.7 src'],
    ],
  },
  'the way of marked packets': {
    command: 'ip route get 198.51.100.7 mark 1',
    seen: '198.51.100.7 via 172.18.0.1 dev eth0 table 100 src 172.18.0.2 mark 1 uid 0\n    cache\n',
    spellings: {
      'in hexadecimal': '198.51.100.7 via 172.18.0.1 dev eth0 table 100 src 172.18.0.2 mark 0x1',
      'without it': '198.51.100.7 via 172.18.0.1 dev eth0 table 100 src 172.18.0.2 uid 0',
    },
    changes: [['mark 1', 'mark 2', 'route 198.51.100.7 mark']],
  },
  'routes by an object': {
    command: 'ip route',
    seen: '10.99.0.0/16 nhid 10 \n\tnexthop via 10.0.1.1 dev c1 weight 1 \n',
    spellings: { 'without it': '10.99.0.0/16\n\tnexthop via 10.0.1.1 dev c1 weight 1' },
    changes: [['nhid 10', 'nhid 11', 'route 10.99.0.0/16 nhid']],
  },
  "a machine's own addresses": {
    command: 'ip route show table local',
    seen: `local 10.0.1.2 dev eth0 proto kernel scope host src 10.0.1.2
broadcast 10.0.1.255 dev eth0 proto kernel scope link src 10.0.1.2
local 2001:db8::2 dev eth0 proto kernel metric 0 pref medium
local fe80::5 dev eth0 proto kernel metric 0 pref medium
`,
    spellings: { 'some of them': 'local 10.0.1.2 dev eth0 proto kernel scope host src 10.0.1.2' },
    changes: [
      ['local 10.0.1.2', 'local 10.0.1.3', 'route 10.0.1.2'],
      ['local 2001:db8::2', 'local 2001:db8::3', 'route 2001:db8::2'],
      ['local 10.0.1.2 dev eth0', 'local 10.0.1.2 dev eth1', 'route 10.0.1.2 dev'],
    ],
  },
  'routes of net-tools': {
    command: 'route -n',
    seen: `Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         172.18.0.1      0.0.0.0         UG    0      0        0 eth0
10.8.0.0        -               255.255.0.0     !     0      -        0 -
172.18.0.0      0.0.0.0         255.255.0.0     U     100    0        0 eth0
`,
    spellings: {
      'in Chinese': `内核 IP 路由表
目标            网关            子网掩码        标志  跃点   引用  使用 接口
0.0.0.0         172.18.0.1      0.0.0.0         UG    0      0        0 eth0
10.8.0.0        -               255.255.0.0     !     0      -        0 -
172.18.0.0      0.0.0.0         255.255.0.0     U     100    0        0 eth0`,
      'in German, with names': `Kernel-IP-Routentabelle
Ziel            Router          Genmask         Flags Metric Ref    Use Iface
default         _gateway        0.0.0.0         UG    0      0      112 eth0
10.8.0.0        -               255.255.0.0     !     0      -        0 -
172.18.0.0      *               255.255.0.0     U     100    0        0 eth0`,
      'in another order, without spaces to spare': `Kernel IP routing table
Destination Gateway Genmask Flags Metric Ref Use Iface
172.18.0.0 0.0.0.0 255.255.0.0 U 100 0 0 eth0
default 172.18.0.1 0.0.0.0 UG 0 0 0 eth0
10.8.0.0 - 255.255.0.0 !H 0 - 0 -`,
    },
    changes: [
      ['172.18.0.1 ', '172.18.0.7 ', 'route default via'],
      ['U     100', 'U     200', 'route 172.18.0.0/16 metric'],
      ['0 eth0\n10', '0 eth1\n10', 'route default dev'],
      [
        '172.18.0.0      0.0.0.0         255.255.0.0     U     100    0        0 eth0\n',
        '',
        'route 172.18.0.0/16',
      ],
    ],
  },
  'routes of netstat': {
    command: 'netstat -rn',
    seen: `Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
0.0.0.0         172.18.0.1      0.0.0.0         UG        0 0          0 eth0
172.18.0.0      0.0.0.0         255.255.0.0     U         0 0          0 eth0
`,
    spellings: {
      'in Japanese': `カーネルIP経路テーブル
受信先サイト    ゲートウェイ    ネットマスク   フラグ   MSS Window  irtt インタフェース
0.0.0.0         172.18.0.1      0.0.0.0         UG        0 0          0 eth0
172.18.0.0      0.0.0.0         255.255.0.0     U         0 0          0 eth0`,
      'with names': `Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
default         router.lan      0.0.0.0         UG        0 0          0 eth0
172.18.0.0      *               255.255.0.0     U         0 0          0 eth0`,
      'with what the connections have': `Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
172.18.0.0      0.0.0.0         255.255.0.0     U      1500 40        12 eth0
0.0.0.0         172.18.0.1      0.0.0.0         UG        0 0          0 eth0`,
    },
    changes: [['172.18.0.1 ', '172.18.0.9 ', 'route default via']],
  },
  'IPv6 routes of net-tools': {
    command: 'route -6 -n',
    seen: `Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref Use If
2001:db8::/64                  [::]                       U    256 1     0 eth0
[::]/0                         2001:db8::1                UG   1024 1     0 eth0
fe80::1/128                    [::]                       Un   0   3     0 eth0
2001:db8::2/128                [::]                       Un   0   3     0 eth0
`,
    spellings: {
      'of an old version': `Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref Use If
2001:db8::/64                  ::                         U    256 0     0 eth0
::/0                           2001:db8::1                UG   1024 0    9 eth0`,
      'in Chinese': `内核 IPv6 路由表
Destination                    Next Hop                   Flag Met Ref Use If
2001:db8::/64                  [::]                       U    256 1     0 eth0
[::]/0                         2001:db8::1                UG   1024 1     0 eth0`,
      'another order': `Kernel IPv6 routing table
[::]/0                         2001:db8::1                UG   1024 1     0 eth0
2001:db8::/64                  [::]                       U    256 1     0 eth0`,
    },
    changes: [
      ['2001:db8::1  ', '2001:db8::2  ', 'route default via'],
      ['U    256', 'U    512', 'route 2001:db8::/64 metric'],
    ],
  },
})

t.test('a destination that changed is one route less and one more', async t => {
  const seen = ROUTES.replace('198.51.100.7 via', '198.51.100.0/24 via')
  t.same(compared('ip r', ROUTES, seen)?.differences, [
    { what: 'route 198.51.100.7', shown: 'via 172.18.0.9 dev eth0' },
    { what: 'route 198.51.100.0/24', seen: 'via 172.18.0.9 dev eth0' },
  ])
})

t.test('a gateway by name is some gateway, on either side', async t => {
  const heading = 'Destination Gateway Genmask Flags Metric Ref Use Iface\n'
  const through = (gateway: string) => `${heading}0.0.0.0 ${gateway} 0.0.0.0 UG 0 0 0 eth0`
  t.same(compared('route', through('10.0.0.1'), through('_gateway'))?.differences, [])
  t.same(compared('route', through('_gateway'), through('10.0.0.1'))?.differences, [])
  t.match(compared('route', through('0.0.0.0'), through('_gateway'))?.differences, [
    { what: 'route default via', shown: 'none' },
  ])
  t.match(compared('route', through('_gateway'), through('0.0.0.0'))?.differences, [
    { what: 'route default via', seen: 'none' },
  ])
})

t.test('a route that is there as it is shown is no other\u2019s closest', async t => {
  const seen = 'default dev eth1 metric 200\ndefault dev eth0 metric 100'
  const shown = 'default dev eth1 metric 300\ndefault dev eth1 metric 200'
  t.same(compared('ip route show', shown, seen)?.differences, [
    { what: 'route default dev', shown: 'eth1', seen: 'eth0' },
    { what: 'route default metric', shown: '300', seen: '100' },
  ])
})

t.test('a route that goes to who is not on the link says so', async t => {
  const [shown, seen] = [
    '10.0.0.0/8 via 1.1.1.1 dev eth0 onlink',
    '10.0.0.0/8 via 1.1.1.1 dev eth0',
  ]
  t.same(compared('ip r', shown, seen)?.differences, [
    { what: 'route 10.0.0.0/8 onlink', shown: 'yes' },
  ])
})

t.test('of two routes to one destination each is compared with the closer', async t => {
  const seen = 'default via 10.0.0.1 dev eth0 metric 100\ndefault via 10.0.1.1 dev eth1 metric 200'
  const shown = 'default via 10.0.1.1 dev eth1 metric 300\ndefault via 10.0.0.1 dev eth0 metric 100'
  t.same(compared('ip route show', shown, seen)?.differences, [
    { what: 'route default metric', shown: '300', seen: '200' },
  ])
})

t.test('routes that kernels list or not are explained when they are missing', async t => {
  const seen = '2001:db8::/64 dev eth0 proto kernel metric 256 pref medium'
  const old = `${seen}\nunreachable default dev lo  table unspec  proto kernel  metric 4294967295  error -101\nff00::/8 dev eth0  metric 256`
  const result = compared('ip -6 route', old, seen)
  t.same(result?.differences, [])
  t.same(
    result?.explained.map(({ what }) => what),
    ['route default', 'route ff00::/8'],
  )
})

t.test('JSON is compared by the same facts', async t => {
  const seen =
    '[{"dst":"172.18.0.0/16","dev":"mybr0","protocol":"kernel","scope":"link","prefsrc":"172.18.0.1","flags":[]}]'
  t.same(compared('ip -j route', seen.replace('"flags":[]', '"flags": [ ]'), seen)?.differences, [])
  t.same(compared('ip -j route', seen.replace('"mybr0"', '"br1"'), seen)?.differences, [
    { what: 'route 172.18.0.0/16 dev', shown: 'br1', seen: 'mybr0' },
  ])
})

t.test('strictly, who made a route and what the kernel adds count', async t => {
  const seen = 'default via 10.0.0.1 dev eth0\nfe80::/64 dev eth0 proto kernel metric 256'
  const result = compared('ip -6 route', 'default via 10.0.0.1 dev eth0 proto dhcp', seen, {
    isStrict: true,
  })
  t.same(
    result?.differences.map(({ what }) => what),
    ['route default proto', 'route fe80::/64'],
  )
})

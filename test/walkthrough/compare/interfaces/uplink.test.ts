import t from 'tap'
import { compared } from './compared.ts'

const seen = `default via 192.168.1.1 dev eth0
10.0.0.0/24 dev br0 proto kernel scope link src 10.0.0.1
192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.10
`
const shown = `default via 192.168.1.1 dev eth0 proto dhcp src 192.168.1.10 metric 100
10.0.0.0/24 dev br0 proto kernel scope link src 10.0.0.1
169.254.0.0/16 dev eth0 scope link metric 1000
192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.10 metric 100
192.168.1.1 dev eth0 proto dhcp scope link src 192.168.1.10 metric 100`
const seen6 = `2001:db8:1::/64 dev eth0 proto kernel metric 256 pref medium
default via fe80::1 dev eth0 metric 1024 pref medium
`
const shown6 = `2001:db8:1::/64 dev eth0 proto ra metric 100 pref medium
default via fe80::1 dev eth0 proto ra metric 100 pref medium`
const legacy = (metric: number) => `Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         192.168.1.1     0.0.0.0         UG    ${metric}      0        0 eth0
192.168.1.0     0.0.0.0         255.255.255.0   U     ${metric}      0        0 eth0`

const explained: [command: string, shown: string, seen: string, what: string[]][] = [
  [
    'ip route',
    shown,
    seen,
    [
      'route default src',
      'route default metric',
      'route 192.168.1.0/24 metric',
      'route 169.254.0.0/16',
      'route 192.168.1.1',
    ],
  ],
  ['ip -6 route', shown6, seen6, ['route 2001:db8:1::/64 metric', 'route default metric']],
  ['route -n', legacy(100), legacy(0), ['route default metric', 'route 192.168.1.0/24 metric']],
]
for (const [command, shown, seen, what] of explained) {
  t.test(`what a DHCP client says of its routes is explained: ${command}`, async t => {
    const result = compared(command, shown, seen)
    t.same(result?.differences, [])
    t.same(
      result?.explained.map(one => one.what),
      what,
    )
    t.match(result?.explained[0]?.explanation, /DHCP/)
  })
}

const counts: [why: string, shown: string, seen: string, what: string[]][] = [
  [
    'a command gave the route another metric',
    shown,
    seen.replace('eth0\n', 'eth0 metric 50\n'),
    ['route default metric'],
  ],
  [
    'a command gave the route another source',
    shown,
    seen.replace('eth0\n', 'eth0 src 192.168.1.11\n'),
    ['route default src'],
  ],
  [
    'a command made the route, and says so',
    shown.replace('proto dhcp', 'proto static'),
    seen.replace('eth0\n', 'eth0 proto static\n'),
    ['route default src', 'route default metric'],
  ],
  [
    'the source is none of the link',
    shown.replace('proto dhcp src 192.168.1.10', 'proto dhcp src 10.0.0.1'),
    seen,
    ['route default src'],
  ],
  [
    'it is a metric of another link',
    shown.replace('src 10.0.0.1', 'src 10.0.0.1 metric 100'),
    seen,
    ['route 10.0.0.0/24 metric'],
  ],
  [
    'nobody says that a DHCP client made it',
    shown.replaceAll('proto dhcp ', '').replace(/\n192.168.1.1 .*/, ''),
    seen,
    [
      'route default src',
      'route default metric',
      'route 192.168.1.0/24 metric',
      'route 169.254.0.0/16',
    ],
  ],
  [
    'the gateway is another',
    shown,
    seen.replace('via 192.168.1.1', 'via 192.168.1.2'),
    ['route default via'],
  ],
  ['there is no such default route', shown, seen.replace(/.*\n/, ''), ['route default']],
  [
    'a route that a command makes is missing',
    `${shown}\n10.9.0.0/16 dev eth0 proto static scope link`,
    seen,
    ['route 10.9.0.0/16'],
  ],
]
for (const [why, shown, seen, what] of counts) {
  t.test(`a route's metric, source and gateway count where ${why}`, async t => {
    const result = compared('ip route', shown, seen)
    t.same(
      result?.differences.map(one => one.what),
      what,
    )
  })
}

t.test('strictly, they count', async t => {
  const result = compared('ip route', shown, seen, { isStrict: true })
  t.ok(result?.differences.some(({ what }) => what === 'route default metric'))
  t.same(result?.explained, [])
})

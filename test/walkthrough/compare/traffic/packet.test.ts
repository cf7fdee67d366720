import t from 'tap'
import { readCapture } from '../../../../src/walkthrough/compare/traffic/capture.ts'
import { differing, told } from '../text/told.ts'

const ip = (from: string, to: string, kind: string, more: object = {}) => ({
  from,
  to,
  kind,
  tunnel: '',
  isNoise: false,
  ...more,
})
const arp = (kind: string) => ({ from: '', to: '', kind, isNoise: true })
const noise = (from: string, to: string, kind: string) => ({ from, to, kind, isNoise: true })

const cases: [line: string, packet: object][] = [
  [
    'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 2, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request'),
  ],
  [
    'IP 10.0.0.1 > 10.0.0.2: icmp 64: echo request seq 1 (DF)',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request'),
  ],
  [
    'IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto: ICMP (1), length: 84) 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 1, seq 2, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo reply'),
  ],
  [
    'IP 10.0.0.2 > 10.0.0.1: ICMP 10.0.0.2 udp port 45678 unreachable, length 39',
    ip('10.0.0.2', '10.0.0.1', 'ICMP 10.0.0.2 udp port * unreachable'),
  ],
  [
    'IP 10.0.0.2 > 10.0.0.1: ICMP 10.0.0.9 unreachable - need to frag (mtu 1400), length 556',
    ip('10.0.0.2', '10.0.0.1', 'ICMP 10.0.0.9 unreachable - need to frag (mtu 1400)'),
  ],
  [
    'IP 10.0.0.2 > 10.0.0.1: ICMP redirect 10.0.0.9 to host 10.0.0.3, length 68',
    ip('10.0.0.2', '10.0.0.1', 'ICMP redirect 10.0.0.9 to host 10.0.0.3'),
  ],
  [
    'IP6 2001:db8::1 > 2001:db8::2: ICMP6, echo request, id 1, seq 1, length 64',
    ip('2001:db8::1', '2001:db8::2', 'ICMP6 echo request'),
  ],
  [
    'IP6 (flowlabel 0x9dc2a, hlim 64, next-header ICMPv6 (58) payload length: 64) 2001:db8::1 > 2001:db8::2: [icmp6 sum ok] ICMP6, echo request, id 1, seq 1',
    ip('2001:db8::1', '2001:db8::2', 'ICMP6 echo request'),
  ],
  [
    'IP6 fe80::fca2:57ff:fe1c:67df > ff02::1:ff1c:67df: ICMP6, neighbor solicitation, who has fe80::fca2:57ff:fe1c:67df, length 32',
    noise('fe80::*', 'ff02::1:ff*', 'ICMP6 neighbor solicitation, who has fe80::*'),
  ],
  [
    'IP6 :: > ff02::16: HBH (rtalert: 0x0000) (padn) [icmp6 sum ok] ICMP6, multicast listener report v2, 1 group record(s), length 28',
    noise('::', 'ff02::16', 'HBH ICMP6, multicast listener report v2, 1 group record(s)'),
  ],
  [
    'ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
    arp('ARP who-has 10.0.0.2 tell 10.0.0.1'),
  ],
  [
    'ARP, Request who-has 10.0.0.2 (ff:ff:ff:ff:ff:ff) tell 10.0.0.1, length 46',
    arp('ARP who-has 10.0.0.2 tell 10.0.0.1'),
  ],
  [
    'ARP, Ethernet (len 6), IPv4 (len 4), Reply 10.0.0.2 is-at 02:42:ac:11:00:02 (oui Unknown), length 28',
    arp('ARP 10.0.0.2 is-at'),
  ],
  ['ARP, Announcement 10.0.0.2, length 28', arp('ARP Announcement 10.0.0.2')],
  ['arp reply 10.0.0.2 is-at 2:42:ac:11:0:2', arp('ARP 10.0.0.2 is-at')],
  [
    '02:42:ac:11:00:02 > Broadcast, ethertype ARP, length 42: arp who-has 10.0.0.2 tell 10.0.0.1',
    arp('ARP who-has 10.0.0.2 tell 10.0.0.1'),
  ],
  [
    '02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype IPv4 (0x0800), length 98: (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto ICMP (1), length 84) 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request'),
  ],
  [
    '02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype 802.1Q (0x8100), length 102: vlan 10, p 0, ethertype IPv4, 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request', { vlan: '10' }),
  ],
  [
    'IP 10.0.0.1.45678 > 10.0.0.2.80: Flags [S], cksum 0x318c (incorrect -> 0x6e9f), seq 1945489397, win 64240, options [mss 1460], length 0',
    ip('10.0.0.1', '10.0.0.2.80', 'TCP [S]'),
  ],
  [
    'IP 10.0.0.1.45678 > 10.0.0.2.80: P 1:77(76) ack 1 win 63',
    ip('10.0.0.1', '10.0.0.2.80', 'TCP [P.]'),
  ],
  ['IP 10.0.0.1.45678 > 10.0.0.2.80: . ack 1 win 63', ip('10.0.0.1', '10.0.0.2.80', 'TCP [.]')],
  ['IP 10.0.0.1.2000 > 10.0.0.2.80: tcp 76', ip('10.0.0.1', '10.0.0.2.80', 'TCP')],
  ['IP 10.0.0.1.2000 > 10.0.0.2.3000: UDP, length 3', ip('10.0.0.1.2000', '10.0.0.2.3000', 'UDP')],
  [
    'IP web.45678 > db.mysql: Flags [P.], seq 1:5, ack 1, win 63, length 4',
    ip('web', 'db.3306', 'TCP [P.]'),
  ],
  [
    'IP 10.0.0.1.45678 > 10.0.0.2.80: Flags [P.], seq 1:77, ack 1, win 63, length 76: HTTP, length: 76 GET / HTTP/1.1 Host: web',
    ip('10.0.0.1', '10.0.0.2.80', 'TCP [P.]', { says: 'GET / HTTP/1.1' }),
  ],
  [
    'IP 10.0.0.2.80 > 10.0.0.1.45678: Flags [P.], seq 1:77, ack 1, win 63, length 156: HTTP: HTTP/1.0 200 OK',
    ip('10.0.0.2.80', '10.0.0.1', 'TCP [P.]', { says: 'HTTP 200' }),
  ],
  [
    'IP 10.0.0.1.45678 > 10.0.0.2.22: Flags [P.], seq 1:22, ack 1, win 63, length 21: SSH: SSH-2.0-OpenSSH',
    ip('10.0.0.1', '10.0.0.2.22', 'TCP [P.]', { says: 'SSH: SSH-2.0-OpenSSH' }),
  ],
  [
    'IP 10.0.0.1.45678 > 10.0.0.2.53: 12345+ [1au] A? web.example. (40)',
    ip('10.0.0.1', '10.0.0.2.53', 'DNS A? web.example'),
  ],
  [
    'IP 10.0.0.2.53 > 10.0.0.1.45678: 12345 NXDomain 0/1/0 (100)',
    ip('10.0.0.2.53', '10.0.0.1', 'DNS answer NXDomain'),
  ],
  [
    'IP 10.0.0.2.53 > 10.0.0.1.45678: 12345* 2/0/0 A 192.0.2.8, A 192.0.2.7 (60)',
    ip('10.0.0.2.53', '10.0.0.1', 'DNS answer A 192.0.2.7, A 192.0.2.8'),
  ],
  [
    'IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 02:42:ac:11:00:02, length 300',
    noise('0.0.0.0.68', '255.255.255.255.67', 'BOOTP/DHCP, Request from MAC'),
  ],
  [
    'STP 802.1d, Config, Flags [none], bridge-id 8000.02:42:ac:11:00:02.8001, length 35',
    noise('', '', 'STP 802.1d, Config, Flags [none], bridge-id #'),
  ],
  [
    'IP 10.0.0.1 > 10.0.0.2: GREv0, key=0x2a, length 92: IP 172.16.0.1 > 172.16.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('172.16.0.1', '172.16.0.2', 'ICMP echo request', {
      tunnel: '10.0.0.1 > 10.0.0.2 GREv0 key 42',
    }),
  ],
  [
    'IP 10.0.0.1 > 10.0.0.2: GREv0, Flags [none], proto TEB (0x6558), length 106: 02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype IPv4 (0x0800), length 98: 172.16.0.1 > 172.16.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('172.16.0.1', '172.16.0.2', 'ICMP echo request', { tunnel: '10.0.0.1 > 10.0.0.2 GREv0' }),
  ],
  [
    'IP 10.0.0.1.45678 > 10.0.0.2.6081: Geneve, Flags [none], vni 0x2a, proto TEB (0x6558): IP 172.16.0.1 > 172.16.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('172.16.0.1', '172.16.0.2', 'ICMP echo request', {
      tunnel: '10.0.0.1 > 10.0.0.2.6081 Geneve 42',
    }),
  ],
  [
    'IP 10.0.0.1 > 10.0.0.2: IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto ICMP (1), length 84) 172.16.0.1 > 172.16.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('172.16.0.1', '172.16.0.2', 'ICMP echo request', { tunnel: '10.0.0.1 > 10.0.0.2 IP' }),
  ],
  [
    'br01  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request', { interface: 'br01', direction: 'Out' }),
  ],
  [
    'veth0 In  ifindex 5 02:42:ac:11:00:02 ethertype IPv4 (0x0800), length 104: 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request', { interface: 'veth0', direction: 'In' }),
  ],
  [
    '  In 02:42:ac:11:00:02 ethertype IPv4 (0x0800), length 100: 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    ip('10.0.0.1', '10.0.0.2', 'ICMP echo request', { direction: 'In' }),
  ],
]
const stamps = [
  '16:19:42.739429',
  '2024-02-03 16:19:42.739429',
  '1700000000.123456',
  ' 00:00:00.000012',
  '    7  16:19:42.739429',
]

for (const [line, packet] of cases) {
  t.test(line.slice(0, 110), async t => {
    for (const stamp of stamps) {
      const { packets, others } = readCapture([`${stamp} ${line}`])
      t.match(packets, [packet], stamp)
      t.same(others, [])
    }
  })
}

t.test('without times each line is a packet, but for what is inside a tunnel', async t => {
  const { packets } = readCapture([
    'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64',
    '10.0.0.2 > 10.0.0.1: icmp: echo reply',
    'IP 192.0.2.1.38837 > 192.0.2.2.4789: VXLAN, flags [I] (0x08), vni 42',
    'IP 10.0.42.1 > 10.0.42.2: ICMP echo request, id 75, seq 1, length 64',
  ])
  t.same(
    packets.map(({ tunnel, from }) => [tunnel, from]),
    [
      ['', '10.0.0.1'],
      ['', '10.0.0.2'],
      ['192.0.2.1 > 192.0.2.2.4789 VXLAN 42', '10.0.42.1'],
    ],
  )
})

t.test('what tcpdump complains about is told beside what is shown', async t => {
  const one = '12:00:00.1 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64'
  const complaint =
    "tcpdump: br01: You don't have permission to perform this capture on that device"
  t.same(told('tcpdump -i br01', `${one}\n${one}`, complaint).differences, [
    { what: 'tcpdump', shown: `${one}, and 1 more`, seen: complaint },
  ])
  t.same(told('tcpdump -i br01', 'listening on br01', complaint).differences, [
    { what: 'tcpdump', seen: complaint },
  ])
  t.same(differing('tcpdump -i br01', complaint, complaint), [])
  t.same(differing('tcpdump -i br01', complaint, one), [
    'packet 10.0.0.1 > 10.0.0.2: ICMP echo request',
    'tcpdump',
  ])
  t.same(told('tcpdump -i br01', `listening on br01, x\n${one}`, one).differences, [
    { what: 'listening on', shown: 'br01' },
  ])
})

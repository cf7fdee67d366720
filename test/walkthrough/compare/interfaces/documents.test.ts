import t from 'tap'
import { WRAP } from '../../../../src/walkthrough/typed/typed.ts'
import { compared } from './compared.ts'

/** What the two walkthroughs of `documents/` show, beside what was seen of the same commands here. */
const rows: [title: string, command: string, shown: string, seen: string][] = [
  [
    'a veth, in a line that a page wrapped before a word',
    'ip link show vethA',
    `
14: vethA@vethpA: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode${WRAP}DEFAULT group default qlen 1000
    link/ether da:f1:fd:19:6b:4a brd ff:ff:ff:ff:ff:ff`,
    '4: vethA@vethpA: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n    link/ether 52:69:75:ea:27:30 brd ff:ff:ff:ff:ff:ff\n',
  ],
  [
    'a port, as iproute2 4.15 has it',
    'bridge link',
    `14: vethA state LOWERLAYERDOWN @vethpA: <NO-CARRIER,BROADCAST,MULTICAST,UP>${WRAP}mtu 1500 master mybr0 state disabled priority 32 cost 2`,
    '4: vethA@vethpA: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 master mybr0 state disabled priority 32 cost 2 \n',
  ],
  [
    'an address, in a line that a page wrapped before a value',
    'ip netns exec netns_A ip addr show type veth',
    `
13: eth0@if14: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state${WRAP}UP group default qlen 1000
    link/ether 86:d6:16:43:54:9e brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.18.0.2/16 scope global eth0
        valid_lft forever preferred_lft forever`,
    `3: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 9e:da:0f:43:8e:ab brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.18.0.2/16 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 fe80::9cda:fff:fe43:8eab/64 scope link tentative
       valid_lft forever preferred_lft forever
`,
  ],
  [
    'a route after those that it leaves out',
    'ip route',
    '...\n172.18.0.0/16 dev mybr0 proto kernel scope link src 172.18.0.1',
    'default via 172.22.32.1 dev eth0 \n172.18.0.0/16 dev mybr0 proto kernel scope link src 172.18.0.1 \n172.22.32.0/20 dev eth0 proto kernel scope link src 172.22.36.202 \n',
  ],
  [
    'namespaces, one of them the machine\u2019s own',
    'ip netns',
    'netns_B\nnetns_A\ndefault',
    'netns_B\nnetns_A\ndefault\n',
  ],
  [
    'ports of a bridge',
    'sudo brctl show br01',
    `
bridge name     bridge id               STP enabled     interfaces
br01            8000.321bc3fd56fd       no              br-veth01
                                                        br-veth02`,
    'bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr01\t\t8000.aa1bc3fd56fd\tno\t\tbr-veth01\n\t\t\t\t\t\t\tbr-veth02\n',
  ],
  [
    'an interface, in Chinese',
    'sudo ip netns exec ns02 ifconfig veth02',
    `
veth02: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.168.88.12  netmask 255.255.255.0  broadcast 192.168.88.255
        inet6 fe80::fca2:57ff:fe1c:67df  prefixlen 64  scopeid 0x20<link>
        ether fe:a2:57:1c:67:df  txqueuelen 1000  (以太网)
        RX packets 15  bytes 1146 (1.1 KB)
        RX errors 0  dropped 0  overruns 0  frame 0`,
    `veth02: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.168.88.12  netmask 255.255.255.0  broadcast 192.168.88.255
        inet6 fe80::5069:75ff:feea:2730  prefixlen 64  scopeid 0x20<link>
        ether 52:69:75:ea:27:30  txqueuelen 1000  (Ethernet)
        RX packets 6  bytes 516 (516.0 B)
`,
  ],
  [
    'who answered, in Chinese',
    'sudo ip netns exec ns01 arp',
    `
地址                     类型    硬件地址            标志  Mask            接口
192.168.88.12            ether   fe:a2:57:1c:67:df   C                     veth01
192.168.88.1             ether   32:1b:c3:fd:56:fd   C                     veth01`,
    `Address                  HWtype  HWaddress           Flags Mask            Iface
192.168.88.1             ether   52:69:75:ea:27:30   C                     veth01
192.168.88.12            ether   9e:da:0f:43:8e:ab   C                     veth01
`,
  ],
  [
    'one of the links that there are',
    'ip link',
    '6: br01: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether 32:1b:c3:fd:56:fd brd ff:ff:ff:ff:ff:ff',
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n3: br01: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether 52:69:75:ea:27:30 brd ff:ff:ff:ff:ff:ff\n',
  ],
]

for (const [title, command, shown, seen] of rows) {
  t.test(`as shown: ${title}`, async t => {
    const result = compared(command, shown, seen)
    t.same(result?.differences, [])
    t.same(result?.explained, [])
  })
}

t.test(
  'as shown, but for a device that a module makes: a namespace without an address',
  async t => {
    const shown = `
1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: sit0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN group default qlen 1000
    link/sit 0.0.0.0 brd 0.0.0.0
8: veth01@if7: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether d2:88:ec:62:cd:0a brd ff:ff:ff:ff:ff:ff link-netnsid 0`
    const seen = `1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
5: veth01@if4: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether 9e:da:0f:43:8e:ab brd ff:ff:ff:ff:ff:ff link-netnsid 0
`
    const result = compared('sudo ip netns exec ns01 ip addr', shown, seen)
    t.same(result?.differences, [])
    t.match(result?.explained, [{ what: 'sit0' }])
    const early = compared(
      'ip addr',
      shown,
      seen.replace('link-netnsid 0\n', '$&    inet 192.168.88.11/24 scope global veth01\n'),
    )
    t.same(early?.differences, [{ what: 'veth01 192.168.88.11/24', seen: '192.168.88.11/24' }])
  },
)

t.test('differs: a bridge that is shown up, and that nobody brought up', async t => {
  const shown = `
12: mybr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state U${WRAP}NKNOWN mode DEFAULT group default qlen 1000
    link/ether ae:93:35:ab:59:2a brd ff:ff:ff:ff:ff:ff`
  const seen =
    '3: mybr0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n'
  const differences = [
    { what: 'mybr0 flags', shown: 'UP,LOWER_UP', seen: 'none' },
    { what: 'mybr0 state', shown: 'UNKNOWN', seen: 'DOWN' },
  ]
  const apart = compared('ip link show mybr0', shown.replace(WRAP, ' '), seen)
  t.same(apart?.differences, differences, 'also with a space where the page wrapped it')
  t.same(compared('ip link show mybr0', shown, seen)?.differences, differences)
})

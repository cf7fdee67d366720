import t from 'tap'
import { compared, testListings } from './compared.ts'

const VXLAN = `
5: vxlan0: <BROADCAST,MULTICAST> mtu 1450 qdisc noop state DOWN mode DEFAULT group default qlen 1000
    link/ether 3e:e4:19:c7:41:43 brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535
    vxlan id 42 remote 172.18.0.9 local 172.18.0.1 dev mybr0 srcport 0 0 dstport 4789 ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536
`

testListings({
  'a tunnel in detail': {
    command: 'ip -d link show vxlan0',
    seen: VXLAN,
    spellings: {
      'of an old version': `
9: vxlan0: <BROADCAST,MULTICAST> mtu 1450 qdisc noop state DOWN mode DEFAULT group default
    link/ether 0a:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 42 remote 172.18.0.9 local 172.18.0.1 dev mybr0 srcport 32768 61000 dstport 4789 ageing 300`,
      'of one line': VXLAN.replaceAll('\n    ', '\\    '),
      'as JSON shows no more': VXLAN.replace(/ ttl auto.*/, ' ...'),
    },
    changes: [
      ['id 42', 'id 43', 'vxlan0 vxlan id'],
      ['remote 172.18.0.9', 'remote 172.18.0.8', 'vxlan0 vxlan remote'],
      ['local 172.18.0.1', 'local 172.18.0.4', 'vxlan0 vxlan local'],
      ['dstport 4789', 'dstport 8472', 'vxlan0 vxlan dstport'],
      ['dev mybr0', 'dev eth0', 'vxlan0 vxlan dev'],
      ['ttl auto', 'nolearning ttl auto', 'vxlan0 vxlan switches'],
      ['vxlan id', 'geneve id', 'vxlan0 kind'],
    ],
  },
  'a VLAN in detail': {
    command: 'ip -d l sh eth0.10',
    seen: `
6: eth0.10@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 3e:e4:19:c7:41:43 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vlan protocol 802.1Q id 10 <REORDER_HDR> addrgenmode eui64 numtxqueues 1
`,
    spellings: {
      'without its queue': `
3: eth0.10@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    vlan protocol 802.1Q id 10 <REORDER_HDR>`,
      'without its protocol, as it was': `
3: eth0.10@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    vlan id 10 <REORDER_HDR>`,
      'without details':
        '3: eth0.10@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP',
    },
    changes: [
      ['id 10', 'id 11', 'eth0.10 vlan id'],
      ['eth0.10@eth0', 'eth0.10@eth1', 'eth0.10 peer'],
    ],
  },
  'the ends of a tunnel': {
    command: 'ip addr show tun1',
    seen: `
7: tun1@NONE: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN group default qlen 1000
    link/ipip 192.0.2.1 peer 192.0.2.2
    inet 10.1.1.1 peer 10.1.2.1/32 scope global tun1
       valid_lft forever preferred_lft forever
`,
    spellings: {
      'without a group': `
12: tun1@NONE: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN
    link/ipip 192.0.2.1 peer 192.0.2.2
    inet 10.1.1.1 peer 10.1.2.1/32 scope global tun1`,
      'before devices had @NONE': `
12: tun1: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN
    link/ipip 192.0.2.1 peer 192.0.2.2
    inet 10.1.1.1 peer 10.1.2.1/32 scope global tun1`,
      'with permanent hardware': `
12: tun1@NONE: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN
    link/ipip 192.0.2.1 peer 192.0.2.2 permaddr 1a2b::
    inet 10.1.1.1 peer 10.1.2.1/32 scope global tun1`,
    },
    changes: [
      ['link/ipip 192.0.2.1 ', 'link/ipip 192.0.2.7 ', 'tun1 local'],
      ['peer 192.0.2.2', 'peer 192.0.2.8', 'tun1 remote'],
      ['peer 10.1.2.1', 'peer 10.1.2.9', 'tun1 address'],
    ],
  },
})

t.test('in one line it says the same', async t => {
  const line = VXLAN.trim().replaceAll(/\n +/g, '\\    ')
  t.same(compared('ip -o -d link show vxlan0', line, VXLAN)?.differences, [])
  t.same(compared('ip -o -d link show vxlan0', line, line.replace('id 42', 'id 43'))?.differences, [
    { what: 'vxlan0 vxlan id', shown: '42', seen: '43' },
  ])
})

import t from 'tap'
import { compared, testListings } from './compared.ts'

testListings({
  neighbours: {
    command: 'ip neigh',
    seen: `
172.18.0.1 dev eth0 lladdr 52:69:75:ea:27:30 REACHABLE
172.18.0.9 dev eth0 FAILED
172.18.0.7 dev eth0 lladdr 02:00:00:00:00:07 PERMANENT
`,
    spellings: {
      'a minute later': `
172.18.0.1 dev eth0 lladdr 52:69:75:ea:27:31 STALE
172.18.0.9 dev eth0 INCOMPLETE
172.18.0.7 dev eth0 lladdr 02:00:00:00:00:07 PERMANENT`,
      'of an old version': `
172.18.0.7 dev eth0 lladdr 02:00:00:00:00:07 nud permanent
172.18.0.1 dev eth0 lladdr 0a:00:00:00:00:07 nud delay
172.18.0.9 dev eth0  nud failed`,
      'with statistics, some left out':
        '172.18.0.1 dev eth0 lladdr 52:69:75:ea:27:30 ref 1 used 20/0/19 probes 4 DELAY',
    },
    changes: [
      ['REACHABLE', 'FAILED', 'neighbour 172.18.0.1 state'],
      ['FAILED', 'lladdr 02:00:00:00:00:01 REACHABLE', 'neighbour 172.18.0.9 state'],
      ['PERMANENT', 'STALE', 'neighbour 172.18.0.7 state'],
      ['172.18.0.1 dev eth0', '172.18.0.1 dev eth1', 'neighbour 172.18.0.1 dev'],
      ['172.18.0.9 dev eth0 FAILED\n', '', 'neighbour 172.18.0.9'],
    ],
  },
  'the ARP table': {
    command: 'arp -n',
    seen: `Address                  HWtype  HWaddress           Flags Mask            Iface
172.18.0.1               ether   52:69:75:ea:27:30   C                     eth0
172.18.0.7               ether   02:00:00:00:00:07   CM                    eth0
172.18.0.9                       (incomplete)                              eth0
`,
    spellings: {
      'in Chinese': `地址                     类型    硬件地址            标志  Mask            接口
172.18.0.9                       (incomplete)                              eth0
172.18.0.1               ether   fe:a2:57:1c:67:df   C                     eth0
172.18.0.7               ether   02:00:00:00:00:07   CM                    eth0`,
      'in German': `Adresse                  Hardware-Typ Hardware-Adresse Optionen Maske          Schnittstelle
172.18.0.1               ether   fe:a2:57:1c:67:df   C                     eth0
172.18.0.7               ether   02:00:00:00:00:07   CM                    eth0
172.18.0.9                       (unvollständig)                           eth0`,
      'with a name': `Address                  HWtype  HWaddress           Flags Mask            Iface
_gateway                 ether   fe:a2:57:1c:67:df   C                     eth0
172.18.0.7               ether   02:00:00:00:00:07   CM                    eth0
Entries: 3	Skipped: 0	Found: 3`,
    },
    changes: [
      [
        '172.18.0.1               ether   52:69:75:ea:27:30   C ',
        '172.18.0.1               (incomplete) ',
        'neighbour 172.18.0.1 state',
      ],
      ['CM ', 'C  ', 'neighbour 172.18.0.7 state'],
      ['C                     eth0', 'C                     eth1', 'neighbour 172.18.0.1 dev'],
    ],
  },
  'the ARP table of BSD': {
    command: 'arp -a',
    seen: `? (172.18.0.1) at 52:69:75:ea:27:30 [ether] on eth0
? (172.18.0.7) at 02:00:00:00:00:07 [ether] PERM on eth0
? (172.18.0.9) at <incomplete> on eth0
`,
    spellings: {
      'with names': `gateway (172.18.0.1) at fe:a2:57:1c:67:df [ether] on eth0
node7 (172.18.0.7) at 02:00:00:00:00:07 [ether] PERM on eth0
? (172.18.0.9) at <incomplete> on eth0`,
      'in Chinese': `? (172.18.0.9) 位于 <incomplete> 在 eth0
? (172.18.0.7) 位于 02:00:00:00:00:07 [ether] PERM 在 eth0
? (172.18.0.1) 位于 52:69:75:ea:27:30 [ether] 在 eth0`,
      'one of them': '? (172.18.0.1) auf 52:69:75:ea:27:30 [ether] auf eth0',
    },
    changes: [
      ['52:69:75:ea:27:30 [ether]', '<incomplete>', 'neighbour 172.18.0.1 state'],
      [' PERM', '', 'neighbour 172.18.0.7 state'],
      ['on eth0', 'on eth1', 'neighbour 172.18.0.1 dev'],
    ],
  },
  'the ARP table of the kernel': {
    command: 'cat /proc/net/arp',
    seen: `IP address       HW type     Flags       HW address            Mask     Device
172.18.0.1       0x1         0x2         52:69:75:ea:27:30     *        eth0
172.18.0.9       0x1         0x0         00:00:00:00:00:00     *        eth0
`,
    spellings: {
      'another MAC': `IP address       HW type     Flags       HW address            Mask     Device
172.18.0.1       0x1         0x2         52:69:75:ea:27:39     *        eth0`,
      'another order': `IP address HW type Flags HW address Mask Device
172.18.0.9 0x1 0x0 00:00:00:00:00:00 * eth0
172.18.0.1 0x1 0x2 52:69:75:ea:27:30 * eth0`,
      'without headings': '172.18.0.1 0x1 0x2 52:69:75:ea:27:30 * eth0',
    },
    changes: [
      ['0x2', '0x0', 'neighbour 172.18.0.1 state'],
      ['*        eth0', '*        eth1', 'neighbour 172.18.0.1 dev'],
    ],
  },
})

t.test('neighbours that a document leaves out are told', async t => {
  const seen =
    '10.0.0.1 dev eth0 lladdr 52:69:75:ea:27:30 STALE\nfe80::1 dev eth0 lladdr 52:69:75:ea:27:30 router STALE'
  t.same(compared('ip n', '10.0.0.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE', seen), {
    differences: [],
    explained: [],
    leftOut: ['neighbour fe80::1'],
  })
})

t.test('a name is a neighbour that nothing else of the listing is', async t => {
  const seen = '172.18.0.1   ether   52:69:75:ea:27:30   C     eth0'
  t.same(compared('arp', 'router.lan (incomplete) eth0', seen)?.differences, [
    { what: 'neighbour router.lan', shown: 'dev eth0, state no answer' },
  ])
})

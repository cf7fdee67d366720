import t from 'tap'
import { compared, testListings } from './compared.ts'

const SHOW = `bridge name	bridge id		STP enabled	interfaces
br0		8000.000000000000	no
br01		8000.526975ea2730	no		br-veth01
							br-veth02
`
const LINK = `4: vethA@vethpA: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 master mybr0 state disabled priority 32 cost 2
6: vethB@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding priority 32 cost 2
`

testListings({
  bridges: {
    command: 'brctl show',
    seen: SHOW,
    spellings: {
      'with columns of spaces': `
bridge name     bridge id               STP enabled     interfaces
br01            8000.321bc3fd56fd       no              br-veth02
                                                        br-veth01
br0             8000.0242d4a1b2c3       no`,
      'one of them, indentation lost': `
bridge name bridge id STP enabled interfaces
br01 8000.321bc3fd56fd no br-veth01
br-veth02`,
      'ports left out':
        'bridge name bridge id STP enabled interfaces\nbr01 8000.321bc3fd56fd no br-veth01\n...',
    },
    changes: [
      ['no		br-veth01', 'yes		br-veth01', 'br01 STP'],
      ['							br-veth02\n', '', 'br01 br-veth02'],
      ['br-veth02', 'br-veth03', 'br01 port'],
      ['br-veth02\n', 'br-veth02\n							eth0\n', 'br01 eth0'],
      ['br0		8000', 'br9		8000', 'br0'],
    ],
  },
  'bridge ports': {
    command: 'bridge link',
    seen: LINK,
    spellings: {
      'of an old version': `14: vethA state LOWERLAYERDOWN @vethpA: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 master mybr0 state disabled priority 32 cost 2
16: vethB state UP @if15: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding priority 32 cost 2`,
      'of an older version': `16: vethB state UP : <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding priority 32 cost 100
14: vethA state LOWERLAYERDOWN : <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 master mybr0 state disabled priority 32 cost 100`,
      'with whoever has the index of the other end here': LINK.replace(
        'vethA@vethpA',
        'vethA@mybr0',
      ),
      'cut at their ends': `9: vethA@vethpA: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 ...
11: vethB@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding ...`,
    },
    changes: [
      ['state disabled', 'state forwarding', 'vethA state'],
      ['master mybr0', 'master other', 'vethA master'],
      ['NO-CARRIER,BROADCAST', 'LOWER_UP', 'vethA flags'],
      ['mtu 1500', 'mtu 1450', 'vethA mtu'],
      [/^6.*\n/m.exec(LINK)?.[0] ?? '', '', 'vethB'],
      ['6: vethB', '8: vethC@if9: <UP> mtu 1500 master mybr0 state disabled\n6: vethB', 'vethC'],
    ],
  },
  'bridge ports in detail': {
    command: 'bridge -d link show dev vethA',
    seen: `4: vethA@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding priority 32 cost 2
    hairpin off guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on isolated off locked off
`,
    spellings: {
      'of an old version': `4: vethA state UP @if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding priority 32 cost 2
    hairpin off guard off root_block off fastleave off learning on flood on`,
      'without details':
        '4: vethA@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding',
      'another cost': `4: vethA@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master mybr0 state forwarding priority 8 cost 4
    hairpin off learning on`,
    },
    changes: [
      ['hairpin off', 'hairpin on', 'vethA hairpin'],
      ['isolated off', 'isolated on', 'vethA isolated'],
    ],
  },
  VLANs: {
    command: 'bridge vlan show',
    seen: `port              vlan-id
vethA             1 PVID Egress Untagged
                  10
vethB             20 PVID Egress Untagged
`,
    spellings: {
      'of an old version': `port	vlan ids
vethA	 1 PVID Egress Untagged
	 10

vethB	 20 PVID Egress Untagged
`,
      'one port': 'port vlan-id\nvethB 20 PVID Egress Untagged',
      'another order': `port              vlan-id
vethB             20 PVID Egress Untagged
vethA             1 PVID Egress Untagged
                  10`,
    },
    changes: [
      ['                  10\n', '', 'vethA VLAN 10'],
      ['20 PVID Egress Untagged', '20', 'vethB VLAN 20 flags'],
      ['                  10', '                  11', 'vethA VLAN'],
    ],
  },
  'who was heard on which port': {
    command: 'brctl showmacs br0',
    seen: `port no	mac addr		is local?	ageing timer
  1	52:69:75:ea:27:30	yes		   0.00
  1	9e:da:0f:43:8e:ab	no		   5.01
  2	52:69:75:ea:27:31	yes		   0.00
`,
    spellings: {
      'of others': `port no mac addr                is local?       ageing timer
  1     0a:69:75:ea:27:30       no               12.07`,
      'of several': `port no mac addr is local? ageing timer
  1     0a:69:75:ea:27:30       no               12.07
  1     0a:69:75:ea:27:31       no               13.07
  1     0a:69:75:ea:27:32       yes               0.00`,
      'in another order': `port no mac addr is local? ageing timer
  2     0a:69:75:ea:27:32       yes               0.00
  1     0a:69:75:ea:27:30       no               12.07`,
    },
    changes: [['ab	no', 'ab	yes', 'port 1: somebody heard']],
  },
  'the spanning tree': {
    command: 'brctl showstp mybr0',
    seen: `mybr0
 bridge id		8000.526975ea2730
 designated root	8000.526975ea2730
 root port		   0			path cost		   0
 hello timer		   0.00			tcn timer		   0.00
 flags


vethA (1)
 port id		8001			state		     forwarding
 designated root	8000.526975ea2730	path cost		   2
 flags
`,
    spellings: {
      'of others': `mybr0
 bridge id              8000.0a6975ea2730
 designated root        8000.0a6975ea2730

vethA (3)
 port id                8003                    state                forwarding
 flags`,
      'the port alone': 'vethA (1)\n port id 8001 state forwarding',
      timers: `mybr0
 hello timer		   1.20			tcn timer		   0.10
vethA (1)
 port id		8001			state		     forwarding`,
    },
    changes: [['forwarding', 'blocking', 'port vethA state']],
  },
})

t.test('a heading with nothing below it says that there is no bridge', async t => {
  const heading = 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n'
  t.same(compared('brctl show', heading, heading)?.differences, [])
  t.same(
    compared('brctl show', heading, SHOW)?.differences.map(({ what }) => what),
    ['br0', 'br01'],
  )
})

t.test("the author's own bridges are explained, where all are listed", async t => {
  const shown = `${SHOW}docker0\t\t8000.0242d4a1b2c3\tno\n`
  t.match(compared('brctl show', shown, SHOW), {
    differences: [],
    explained: [{ what: 'docker0', explanation: /author/ }],
  })
  t.match(compared('brctl show docker0', shown, SHOW)?.differences, [{ what: 'docker0' }])
})

t.test('JSON is compared by the same facts', async t => {
  const seen =
    '[{"ifindex":4,"link":"if3","ifname":"vethA","flags":["UP"],"mtu":1500,"master":"mybr0","state":"forwarding","priority":32,"cost":2}]'
  t.same(
    compared('bridge -j link', seen.replace('"ifindex":4', '"ifindex": 7'), seen)?.differences,
    [],
  )
  t.same(compared('bridge -j link', seen.replace('"if3"', '"mybr0"'), seen)?.differences, [])
  t.match(compared('bridge -j link', seen.replace('forwarding', 'disabled'), seen)?.differences, [
    { what: 'vethA state' },
  ])
})

import t from 'tap'
import { compared, testListings } from './compared.ts'

testListings({
  'the FDB of a VXLAN': {
    command: 'bridge fdb show dev vxlan0',
    seen: `00:00:00:00:00:00 dst 192.0.2.2 via eth0 self permanent
00:00:00:00:00:00 dst 192.0.2.3 via eth0 self permanent
9e:da:0f:43:8e:ab dst 192.0.2.2 self permanent
2a:da:0f:43:8e:ab dst 192.0.2.3 self
`,
    spellings: {
      'with other MACs, which it learned': `02:da:0f:43:8e:ab dst 192.0.2.2 self permanent
00:00:00:00:00:00 dst 192.0.2.3 self permanent
00:00:00:00:00:00 dst 192.0.2.2 self permanent`,
      'with devices': `00:00:00:00:00:00 dev vxlan0 dst 192.0.2.2 via eth0 self permanent
00:00:00:00:00:00 dev vxlan0 dst 192.0.2.3 via eth0 self permanent
9e:da:0f:43:8e:ab dev vxlan0 dst 192.0.2.2 self permanent`,
      'where somebody was heard later': `00:00:00:00:00:00 dst 192.0.2.2 via eth0 self permanent
00:00:00:00:00:00 dst 192.0.2.3 via eth0 self permanent
02:da:0f:43:8e:ac dst 192.0.2.3 self
02:da:0f:43:8e:ab dst 192.0.2.2 self permanent`,
    },
    changes: [
      [
        '00:00:00:00:00:00 dst 192.0.2.2',
        '00:00:00:00:00:00 dst 192.0.2.9',
        'FDB entry for 00:00:00:00:00:00 on vxlan0 dst',
      ],
      [
        '00:00:00:00:00:00 dst 192.0.2.3 via eth0 self permanent\n',
        '',
        'FDB entry for 00:00:00:00:00:00 on vxlan0',
      ],
      [
        '9e:da:0f:43:8e:ab dst 192.0.2.2',
        '9e:da:0f:43:8e:ac dst 192.0.2.8',
        'FDB entry for somebody on vxlan0 dst',
      ],
      ['8e:ab dst 192.0.2.2', '8e:ab dst 192.0.2.8', 'FDB entry for 9e:da:0f:43:8e:ab dst'],
    ],
  },
  'the FDB of a bridge': {
    command: 'bridge fdb show br mybr0',
    seen: `33:33:00:00:00:01 dev mybr0 self permanent
9e:da:0f:43:8e:ab dev vethA master mybr0
52:69:75:ea:27:30 dev vethA master mybr0 permanent
52:69:75:ea:27:30 dev vethA vlan 1 master mybr0 permanent
33:33:00:00:00:01 dev vethA self permanent
`,
    spellings: {
      'another MAC': '9e:da:0f:43:8e:ff dev vethA master mybr0',
      'two of them': `12:da:0f:43:8e:ff dev vethA master mybr0 permanent
9e:da:0f:43:8e:ff dev vethA master mybr0`,
      'with multicast': `33:33:00:00:00:01 dev vethA self permanent
9e:da:0f:43:8e:ff dev vethA master mybr0`,
    },
    changes: [],
  },
})

t.test('it counts how many entries of a kind a device has, and not whose', async t => {
  const seen = `9e:da:0f:43:8e:ab dev vethA master br0
9e:da:0f:43:8e:ac dev vethB master br0
52:69:75:ea:27:30 dev vethB vlan 1 master br0 permanent
52:69:75:ea:27:30 dev vethB master br0 permanent
00:00:00:00:00:00 dev vxlan0 dst 192.0.2.2 self permanent
`
  const twice = '02:00:00:00:00:01 dev vethA master br0\n02:00:00:00:00:02 dev vethA master br0'
  t.same(compared('bridge fdb', twice, seen)?.differences, [
    { what: 'FDB entry for somebody on vethA', shown: 'there' },
    { what: 'FDB entry for 00:00:00:00:00:00 on vxlan0', seen: 'dst 192.0.2.2' },
  ])
  const learned = seen.replace(/^/, '02:00:00:00:00:09 dev vethA master br0\n')
  t.match(compared('bridge fdb', seen, learned), {
    differences: [],
    leftOut: ['FDB entry for somebody on vethA'],
  })
  const inAnotherOrder = seen.trim().split('\n').toReversed().join('\n')
  t.same(compared('bridge fdb', inAnotherOrder, seen)?.differences, [])
})

t.test('an address that both sides have is on the port that is shown', async t => {
  const seen = `02:42:0a:00:00:01 dev vethA master br0
02:42:0a:00:00:02 dev vethB vlan 1 master br0 permanent
02:42:0a:00:00:02 dev vethB master br0 permanent
96:c0:e9:6f:1d:e6 dev vethC master br0
96:c0:e9:6f:1d:e7 dev vxlan0 dst 192.0.2.2 self permanent
96:c0:e9:6f:1d:e8 dev vxlan0 dst 192.0.2.3 self permanent
`
  t.same(compared('bridge fdb', seen, seen), { differences: [], explained: [], leftOut: [] })
  const elsewhere = seen.replace('0a:00:00:01 dev vethA', '0A:00:00:01 dev vethC')
  t.same(compared('bridge fdb', elsewhere, seen)?.differences, [
    { what: 'FDB entry for 02:42:0a:00:00:01 dev', shown: 'vethC', seen: 'vethA' },
  ])
  const swapped = seen.replace('e7', 'x').replace('e8', 'e7').replace('x', 'e8')
  t.same(
    compared('bridge fdb', swapped, seen)?.differences.map(({ what }) => what),
    ['FDB entry for 96:c0:e9:6f:1d:e8 dst', 'FDB entry for 96:c0:e9:6f:1d:e7 dst'],
  )
})

t.test("each of an entry's words counts", async t => {
  const seen = `9e:da:0f:43:8e:ab dev vethA master br0
9e:da:0f:43:8e:ac dev vethB vlan 5 master br0 static
9e:da:0f:43:8e:ad dev vxlan0 dst 192.0.2.2 self
`
  for (const [from, to] of [
    ['vethA', 'vethC'],
    ['master br0\n', 'master br1\n'],
    ['vlan 5', 'vlan 6'],
    [' static', ' permanent'],
    ['192.0.2.2', '192.0.2.9'],
    [' self', ''],
  ] as const) {
    const shown = seen.replaceAll('9e:da', '52:69').replace(from, to)
    t.not(shown, seen.replaceAll('9e:da', '52:69'), from)
    t.equal(compared('bridge fdb', shown, seen)?.differences.length, 1, `${from} → ${to}`)
  }
})

t.test('an entry that somebody wrote by hand has to be shown', async t => {
  const learned = '9e:da:0f:43:8e:ab dev vethA master br0\n'
  const seen = `${learned}02:00:00:00:00:02 dev vethA master br0 static\n`
  t.same(compared('bridge fdb', learned, seen)?.differences, [
    { what: 'FDB entry for somebody on vethA', seen: 'static' },
  ])
})

t.test('more multicast entries than a kernel makes are explained once', async t => {
  const one = '33:33:00:00:00:01 dev br0 self permanent'
  const own = '9e:da:0f:43:8e:ab dev vethA master br0'
  const three = `${own}\n${one}\n01:00:5e:00:00:01 dev br0 self permanent\n${one.replace(':01 ', ':02 ')}`
  t.same(compared('bridge fdb', three, own)?.explained.length, 1)
  t.same(compared('bridge fdb', three, `${own}\n${one}`)?.explained, [])
})

t.test('multicast entries that a kernel lacks are explained, learned ones are missed', async t => {
  const seen = '9e:da:0f:43:8e:ab dev vethA master br0\n'
  const multicast = compared('bridge fdb', `${seen}01:00:5e:00:00:6a dev br0 self permanent`, seen)
  t.match(multicast, { differences: [], explained: [{ what: 'FDB entry for multicast on br0' }] })
  t.same(
    compared('bridge fdb', `${seen}9e:da:0f:43:8e:ac dev vethB master br0`, seen)?.differences,
    [{ what: 'FDB entry for somebody on vethB', shown: 'there' }],
  )
})

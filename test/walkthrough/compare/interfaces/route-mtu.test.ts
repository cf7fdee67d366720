import { testListings } from './compared.ts'

const LEARNED =
  '10.2.0.2 via 10.1.0.1 dev a0 src 10.1.0.2 uid 0 \n    cache expires 598sec mtu 1400 \n'

testListings({
  'what was learned of a link on the way': {
    command: 'ip route get 10.2.0.2',
    seen: LEARNED,
    spellings: {
      later: LEARNED.replace('598sec', '12sec'),
      'in one line': String.raw`10.2.0.2 via 10.1.0.1 dev a0 src 10.1.0.2 uid 0 \    cache expires 9sec mtu 1400`,
      'without it': '10.2.0.2 via 10.1.0.1 dev a0 src 10.1.0.2 uid 0',
    },
    changes: [
      ['mtu 1400', 'mtu 1300', 'route 10.2.0.2 mtu'],
      [' expires 598sec mtu 1400', '', 'route 10.2.0.2 mtu'],
    ],
  },
  'what somebody set': {
    command: 'ip route',
    seen: 'default via 10.1.0.1 dev a0 mtu 1300 \n10.1.0.0/24 dev a0 proto kernel scope link src 10.1.0.2\n',
    spellings: {
      'without the MTU':
        'default via 10.1.0.1 dev a0\n10.1.0.0/24 dev a0 proto kernel scope link src 10.1.0.2',
      "with that of an old version's device":
        'default via 10.1.0.1 dev a0 mtu 1300\n10.1.0.0/24 dev a0 src 10.1.0.2 mtu 1500 advmss 1460',
    },
    changes: [['mtu 1300', 'mtu 1301', 'route default mtu']],
  },
})

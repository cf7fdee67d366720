import t from 'tap'
import { compared, testListings } from './compared.ts'

testListings({
  settings: {
    command: 'sysctl -w net.ipv4.ip_forward=1',
    seen: 'net.ipv4.ip_forward = 1\n',
    spellings: {
      'without spaces': 'net.ipv4.ip_forward=1',
      'by a path': 'net/ipv4/ip_forward = 1',
      'of a Mac': 'net.ipv4.ip_forward: 1',
    },
    changes: [['= 1', '= 0', 'net.ipv4.ip_forward value']],
  },
  'several values': {
    command: 'sysctl -n net.ipv4.ip_forward net.ipv4.tcp_rmem',
    seen: '1\n4096\t131072\t6291456\n',
    spellings: {
      'with spaces': '1\n4096 131072 6291456',
      'with more spaces': ' 1\n4096  131072   6291456',
      'the first': '1\n...',
    },
    changes: [
      ['1\n', '0\n', 'net.ipv4.ip_forward value'],
      ['4096', '1', 'net.ipv4.tcp_rmem value'],
    ],
  },
  'a file': {
    command: 'cat /proc/sys/net/ipv4/ip_forward',
    seen: '1\n',
    spellings: { alone: '1', indented: '  1', 'with an empty line': '1\n\n' },
    changes: [['1', '0', 'net.ipv4.ip_forward value']],
  },
  'a driver': {
    command: 'ethtool -i veth0',
    seen: 'driver: veth\nversion: 1.0\nbus-info: \n',
    spellings: {
      'of another version': 'driver: veth\nversion: 6.1',
      alone: 'driver: veth',
      'with blanks': 'driver:   veth',
    },
    changes: [['veth', 'bridge', 'driver value']],
  },
  'the other end of a veth': {
    command: 'ethtool -S veth0',
    seen: 'NIC statistics:\n     peer_ifindex: 7\n',
    spellings: {
      'of another number': 'NIC statistics:\n     peer_ifindex: 12',
      alone: 'peer_ifindex: 3',
      'with more': 'NIC statistics:\n  peer_ifindex: 1',
    },
    changes: [['     peer_ifindex: 7\n', '', 'peer_ifindex']],
  },
})

t.test('numbers of a device are none of a document\u2019s facts, its state is', async t => {
  t.same(compared('cat /sys/class/net/veth0/iflink', '7', '12')?.differences, [])
  t.same(compared('cat /sys/class/net/veth0/operstate', 'up', 'down')?.differences.length, 1)
  t.same(
    compared('cat /sys/class/net/veth0/iflink', '7', '12', { isStrict: true })?.differences.length,
    1,
  )
})

t.test('other files are left to others', async t => {
  t.equal(compared('cat /etc/hosts', '127.0.0.1 localhost', ''), undefined)
})

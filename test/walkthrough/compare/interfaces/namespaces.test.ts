import t from 'tap'
import { compared, testListings } from './compared.ts'

testListings({
  namespaces: {
    command: 'ip netns list',
    seen: 'ns02 (id: 1)\nns01 (id: 0)\ndefault\n',
    spellings: {
      'without ids': 'ns02\nns01\ndefault',
      'in another order, with other ids': 'default\nns01 (id: 7)\nns02',
      'as an old kernel has them': 'RTNETLINK answers: Invalid argument\nns01\nns02\ndefault',
    },
    changes: [
      ['ns02 (id: 1)\n', '', 'namespace ns02'],
      ['ns02 (id: 1)\n', 'ns02\n日本\n', 'namespace 日本'],
    ],
  },
  'their files': {
    command: 'ls /var/run/netns',
    seen: 'ns01\nns02\n',
    spellings: {
      'in one line': 'ns01  ns02',
      'in another order': 'ns02 ns01',
      'in columns': 'ns02\nns01',
    },
    changes: [['ns01\n', '', 'namespace ns01']],
  },
  rules: {
    command: 'ip rule',
    seen: `0:	from all lookup local
100:	from 10.0.0.0/8 lookup 100
32766:	from all lookup main
32767:	from all lookup default
`,
    spellings: {
      'of spaces':
        '0:  from all lookup local \n100:  from 10.0.0.0/8 lookup 100\n32766:  from all lookup main \n32767:  from all lookup default',
      'the one': '100: from 10.0.0.0/8 lookup 100',
      'by table': '100: from 10.0.0.0/8 table 100',
    },
    changes: [
      ['100:', '101:', 'rule from 10.0.0.0/8 lookup 100 priority'],
      ['100:	from 10.0.0.0/8 lookup 100\n', '', 'rule from 10.0.0.0/8 lookup 100'],
      ['100:', '50:	from all fwmark 0x1 lookup 200\n100:', 'rule from all fwmark 0x1 lookup 200'],
    ],
  },
  tunnels: {
    command: 'ip tunnel show',
    seen: `tunl0: any/ip remote any local any ttl inherit nopmtudisc
ipip1: ip/ip remote 192.0.2.2 local 192.0.2.1 dev eth0 ttl 255
`,
    spellings: {
      'without the module\u2019s own':
        'ipip1: ip/ip remote 192.0.2.2 local 192.0.2.1 dev eth0 ttl inherit',
      'of an old version': 'ipip1: ip/ip  remote 192.0.2.2  local 192.0.2.1  dev eth0  ttl 255',
      'in another order':
        'ipip1: ip/ip remote 192.0.2.2 local 192.0.2.1 dev eth0 ttl 255\ntunl0: any/ip remote any local any ttl inherit',
    },
    changes: [
      ['remote 192.0.2.2', 'remote 192.0.2.9', 'ipip1 remote'],
      ['local 192.0.2.1', 'local any', 'ipip1 local'],
      ['ip/ip', 'gre/ip', 'ipip1 mode'],
    ],
  },
  groups: {
    command: 'ip maddr show dev eth0',
    seen: '2:	eth0\n	link  33:33:00:00:00:01\n	inet  224.0.0.1\n	inet  239.1.1.1\n	inet6 ff02::1:ff3b:e8f6\n	inet6 ff02::1\n',
    spellings: {
      'of another MAC': '3:	eth0\n	link  33:33:ff:ee:00:01\n	inet  239.1.1.1\n	inet6 ff02::1:ffee:1',
      'with users': '2:  eth0\n    link  01:00:5e:00:00:01 users 2\n    inet  239.1.1.1 users 2',
      less: '2:	eth0\n	inet  224.0.0.1',
    },
    changes: [['	inet  239.1.1.1\n', '', 'eth0 239.1.1.1']],
  },
})

t.test('JSON is compared by the same facts', async t => {
  t.same(
    compared('ip -j netns', '[{"name":"a"},{"name":"b"}]', '[{"name":"b","id":0}]')?.differences,
    [{ what: 'namespace a', shown: 'there' }],
  )
})

t.test('what is no list of namespaces is left to others', async t => {
  t.equal(compared('ip netns identify 7', 'ns1', 'ns2'), undefined)
  t.equal(compared('ip netns pids ns1', '12', '13'), undefined)
  t.equal(compared('ls -l /run/netns', 'total 0', 'total 0'), undefined)
})

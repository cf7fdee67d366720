import t from 'tap'
import { compared, testListings } from './compared.ts'

const ADDR = `
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host
       valid_lft forever preferred_lft forever
3: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 9e:da:0f:43:8e:ab brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 172.18.0.2/16 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 2001:db8::2/64 scope global
       valid_lft forever preferred_lft forever
    inet6 fe80::9cda:fff:fe43:8eab/64 scope link
       valid_lft forever preferred_lft forever
`

testListings({
  addresses: {
    command: 'ip addr',
    seen: ADDR,
    spellings: {
      'without lo, without what the kernel adds': `
3: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP qlen 1000
    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff
    inet 172.18.0.2/16 brd 172.18.255.255 scope global eth0
    inet6 2001:db8:0::2/64 scope global dynamic
       valid_lft 86000sec preferred_lft 14000sec`,
      'with the link-local address of another MAC': ADDR.replace(
        'fe80::9cda:fff:fe43:8eab',
        'fe80::42:acff:fe12:2',
      ),
      'of a longer loopback MTU': ADDR.replace('mtu 65536', 'mtu 16436'),
      'the IPv6 address first': `
3: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    inet6 2001:DB8::2/64 scope global
    inet 172.18.0.2/16 scope global eth0`,
      'addresses left out': `
3: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    ...
    inet 172.18.0.2/16 scope global eth0`,
    },
    changes: [
      ['172.18.0.2/16', '172.18.0.3/16', 'eth0 address'],
      ['172.18.0.2/16', '172.18.0.2/24', 'eth0 address'],
      ['2001:db8::2/64 scope', '2001:db8::3/64 scope', 'eth0 IPv6 address'],
      ['inet6 2001:db8::2/64 scope global', '', 'eth0 2001:db8::2/64'],
      ['172.18.0.2/16 scope global', '172.18.0.2/16 scope link', 'eth0 172.18.0.2/16 scope'],
      ['::2/64 scope global', '::2/64 scope global tentative', 'eth0 2001:db8::2/64 state'],
      ['::2/64 scope global', '::2/64 scope global dadfailed', 'eth0 2001:db8::2/64 state'],
      [
        'scope global eth0\n',
        'scope global eth0\n    inet 10.0.0.1/8 scope global eth0\n',
        'eth0 10.0.0.1/8',
      ],
      ['inet 127.0.0.1/8 scope host lo', '', 'lo 127.0.0.1/8'],
    ],
  },
  'addresses in brief': {
    command: 'ip -c -br addr show',
    seen: `
lo               UNKNOWN        127.0.0.1/8 ::1/128
eth0@if4         UP             172.18.0.2/16 10.0.0.1 peer 10.0.0.2/32 fe80::5069:75ff:feea:2730/64
`,
    spellings: {
      'another MAC':
        'eth0@if9 UP 172.18.0.2/16 10.0.0.1 peer 10.0.0.2/32 fe80::1069:75ff:feea:2731/64',
      'no link-local address': 'eth0@if9 UP 10.0.0.1 peer 10.0.0.2/32 172.18.0.2/16',
      'some left out': 'eth0@if9 UP 172.18.0.2/16 ...',
    },
    changes: [
      ['172.18.0.2/16', '172.18.0.9/16', 'eth0 address'],
      [' peer 10.0.0.2/32', '/32', 'eth0 address'],
      ['UP', 'DOWN', 'eth0 state'],
    ],
  },
  'addresses, one a line': {
    command: 'ip -4 -o a',
    seen: String.raw`
1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
2: mybr0    inet 172.18.0.1/16 scope global mybr0\       valid_lft forever preferred_lft forever
`,
    spellings: {
      'another number': String.raw`14: mybr0    inet 172.18.0.1/16 brd 172.18.255.255 scope global mybr0\       valid_lft forever`,
      cut: '2: mybr0    inet 172.18.0.1/16 ...',
      'without its end': '2: mybr0 inet 172.18.0.1/16 scope global mybr0',
    },
    changes: [
      ['172.18.0.1/16', '172.18.0.1/24', 'mybr0 address'],
      ['scope global', 'scope link', 'mybr0 172.18.0.1/16 scope'],
    ],
  },
})

t.test('JSON is compared by the same facts', async t => {
  const json = (name: string, address: string, index: number) =>
    JSON.stringify([
      {
        ifindex: index,
        ifname: name,
        flags: ['BROADCAST', 'UP', 'LOWER_UP'],
        mtu: 1500,
        operstate: 'UP',
        address: `52:69:75:ea:27:0${index}`,
        addr_info: [{ family: 'inet', local: address, prefixlen: 16, scope: 'global' }],
      },
    ])
  const seen = json('mybr0', '172.18.0.1', 2)
  t.same(compared('ip -j a', json('mybr0', '172.18.0.1', 3), seen)?.differences, [])
  t.same(
    compared('ip -j -p a', JSON.stringify(JSON.parse(seen), undefined, 2), seen)?.differences,
    [],
  )
  t.same(compared('ip -j addr', json('mybr0', '172.18.0.9', 2), seen)?.differences, [
    { what: 'mybr0 address', shown: '172.18.0.9/16', seen: '172.18.0.1/16' },
  ])
  const tentative = seen.replace('"local"', '"tentative":true,"local"')
  t.match(compared('ip -j addr', seen, tentative)?.differences, [
    { what: 'mybr0 172.18.0.1/16 state', shown: 'ready', seen: 'tentative' },
  ])
  t.equal(compared('ip -j addr', '[{"ifname": ...', seen), undefined, 'cut JSON is for others')
})

t.test('whether the kernel is done with its own address is a matter of a second', async t => {
  const result = compared('ip addr', ADDR, ADDR.replace(/(fe80.*)/, '$1 tentative'))
  t.same(result?.differences, [])
  t.match(result?.explained, [{ what: 'eth0 fe80::*/64 state', shown: 'ready', seen: 'tentative' }])
  const missing = compared('ip addr', ADDR, ADDR.replace(/.*fe80.*/, ''))
  t.match(missing, { differences: [], explained: [{ what: 'eth0 fe80::*/64', shown: /^fe80/ }] })
})

t.test('an abbreviated command is the same command', async t => {
  for (const command of [
    'ip a',
    'ip ad',
    'ip add show',
    'ip a s dev eth0',
    'ip -family inet a',
    'ip -4 a',
  ]) {
    const other = ADDR.replace('172.18.0.2', '172.18.0.3')
    t.same(compared(command, ADDR, other)?.differences.length, 1, command)
  }
})

t.test('devices that a document leaves out are told, not counted', async t => {
  const shown =
    '3: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n    inet 172.18.0.2/16 scope global eth0\n    inet6 2001:db8::2/64 scope global'
  t.same(compared('ip addr', shown, ADDR), {
    differences: [],
    explained: [],
    leftOut: ['eth0 fe80::*/64', 'lo'],
  })
  const strict = compared('ip addr', shown, ADDR, { isStrict: true })
  t.match(
    strict?.differences.map(({ what }) => what),
    ['eth0 fe80::*/64', 'lo'],
  )
  t.same(strict?.leftOut, [])
})

t.test(
  'a device that a kernel module makes everywhere is explained where all are listed',
  async t => {
    const sit =
      '2: sit0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN group default qlen 1000\n    link/sit 0.0.0.0 brd 0.0.0.0\n'
    const result = compared('ip addr', sit + ADDR.trim(), ADDR)
    t.same(result?.differences, [])
    t.match(result?.explained, [
      { what: 'sit0', shown: 'NOARP, mtu 1480, DOWN', explanation: /kernel module/ },
    ])
    const docker = '9: docker0: <UP> mtu 1500 state UP'
    t.match(compared('ip addr', `${ADDR}${docker}`, ADDR)?.explained, [
      { what: 'docker0', explanation: /author/ },
    ])
    t.match(
      compared('ip link show sit0', sit, '')?.differences,
      [{ what: 'sit0' }],
      'unless it is asked for by name',
    )
    t.match(compared('ip addr', sit, ADDR, { isStrict: true })?.differences, [
      { what: 'sit0' },
      {},
      {},
    ])
  },
)

import t from 'tap'
import { underlayFamily } from '../../src/network/underlay-family.ts'
import { uplinkOf } from '../../src/network/uplink.ts'
import { fakeHost, type FakeHost } from './fake-hosts.ts'

const eth0 = { name: 'eth0', prefixes: ['192.0.2.1/24'] }
const eth1 = { name: 'eth1', prefixes: ['198.51.100.1/24'], mtu: 9000 }

const found: readonly [string, FakeHost, over: string | undefined, link: string, prefix: string][] =
  [
    ['the only one', { links: [eth0] }, undefined, 'eth0', '192.0.2.1/24'],
    [
      'the one with an address',
      { links: [{ name: 'web' }, eth1] },
      undefined,
      'eth1',
      '198.51.100.1/24',
    ],
    [
      'not a bridge, which has its own network',
      { links: [{ name: 'br-shop', kind: 'bridge', prefixes: ['172.18.0.1/16'] }, eth0] },
      undefined,
      'eth0',
      '192.0.2.1/24',
    ],
    [
      'the one of the default route',
      { links: [eth0, eth1], defaultBy: 'eth1' },
      undefined,
      'eth1',
      '198.51.100.1/24',
    ],
    [
      'the only one, whatever the default route',
      { links: [eth0, { name: 'tun0', kind: 'tun' }], defaultBy: 'tun0' },
      undefined,
      'eth0',
      '192.0.2.1/24',
    ],
    [
      'the one that is said, of any kind',
      { links: [eth0, { name: 'br0', kind: 'bridge', prefixes: ['203.0.113.1/24'] }] },
      'br0',
      'br0',
      '203.0.113.1/24',
    ],
    [
      'IPv4 before IPv6',
      { links: [{ name: 'eth0', prefixes: ['2001:db8::1/64', '192.0.2.1/24'] }] },
      undefined,
      'eth0',
      '192.0.2.1/24',
    ],
    [
      'IPv6 alone, but no link-local address',
      { links: [{ name: 'eth0', prefixes: ['fe80::1/64', '2001:db8::1/64'] }] },
      undefined,
      'eth0',
      '2001:db8::1/64',
    ],
  ]
for (const [what, host, over, name, prefix] of found) {
  t.test(`a host’s link to the others: ${what}`, async t => {
    const uplink = uplinkOf(fakeHost(host), over === undefined ? undefined : () => over)
    t.match(uplink, { name, prefix, address: prefix.split('/')[0] })
    t.equal(uplink.family, prefix.includes(':') ? 'inet6' : 'inet')
    t.equal(uplink.mtu, name === 'eth1' ? 9000 : 1500)
  })
}

const refused: readonly [
  string,
  FakeHost,
  over: string | undefined,
  code: string,
  message: string,
][] = [
  [
    'no link at all',
    {},
    undefined,
    'TNET_UPLINK_NONE',
    '"alpha" has no link to other hosts: none has an address',
  ],
  [
    'none with an address',
    { links: [{ name: 'eth0', prefixes: ['fe80::1/64'] }] },
    undefined,
    'TNET_UPLINK_NONE',
    '"alpha" has no link to other hosts: none has an address',
  ],
  [
    'one that is not there',
    { links: [eth0] },
    'eth7',
    'TNET_UPLINK_NONE',
    '"alpha" has no link to other hosts: there is no "eth7"',
  ],
  [
    'one that has no address',
    { links: [eth0, { name: 'eth1' }] },
    'eth1',
    'TNET_UPLINK_NONE',
    '"alpha" has no link to other hosts: "eth1" has no address',
  ],
  [
    'two, and no default route',
    { links: [eth0, eth1] },
    undefined,
    'TNET_UPLINK_UNCLEAR',
    'it is not clear by which link "alpha" reaches the other hosts: eth0 or eth1',
  ],
]
for (const [what, host, over, code, message] of refused) {
  t.test(`a host with ${what} is refused`, async t => {
    const where = over === undefined ? undefined : () => over
    t.throws(() => uplinkOf(fakeHost(host), where), {
      code,
      message,
      hint: /over: wan/,
      facts: { command: 'ip -n alpha addr; ip -n alpha route' },
    })
  })
}

t.test('the family of an underlay is that of all its hosts', async t => {
  const four = fakeHost({ links: [eth0] })
  const six = fakeHost({ label: 'beta', links: [{ name: 'eth0', prefixes: ['2001:db8::2/64'] }] })
  const both = fakeHost({ links: [{ name: 'eth0', prefixes: ['2001:db8::3/64', '192.0.2.3/24'] }] })
  const family = (...hosts: (typeof four)[]) =>
    underlayFamily({ name: 'blue', hosts, over: undefined })
  t.equal(family(four, both), 'inet')
  t.equal(family(six), 'inet6')
  for (const hosts of [
    [four, six],
    [six, four],
  ]) {
    t.throws(() => family(...hosts), {
      code: 'TNET_UPLINK_FAMILY',
      message: 'network "blue": "beta" has 2001:db8::2/64 alone, and "alpha" 192.0.2.1/24',
    })
  }
})

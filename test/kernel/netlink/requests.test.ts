import t from 'tap'
import { addressAdd, addressWithLinkLocal } from '../../../src/kernel/netlink/address.ts'
import {
  addressBytes,
  addressText,
  isOnSubnet,
  macBytes,
  macText,
  prefixBytes,
} from '../../../src/kernel/netlink/address-bytes.ts'
import { bridgeAdd, linkSet, vethAdd } from '../../../src/kernel/netlink/link-request.ts'
import {
  MessageWriter,
  parseAttributes,
  type Request,
} from '../../../src/kernel/netlink/message.ts'
import { fdbAdd, neighbourReplace } from '../../../src/kernel/netlink/neighbour.ts'
import { routeAdd, routeDelete } from '../../../src/kernel/netlink/route.ts'
import { ruleAdd } from '../../../src/kernel/netlink/rule.ts'

const eth0 = { index: 7, name: 'eth0' }

/** The shell spelling and, where it is short, the body in the layout of linux/rtnetlink.h. */
const requests: { what: string; request: Request; shell: string; body?: string }[] = [
  {
    what: 'link up',
    request: linkSet(eth0, { up: true }),
    shell: 'ip link set eth0 up',
    body: '00000000 07000000 01000000 01000000',
  },
  {
    what: 'link down',
    request: linkSet(eth0, { up: false }),
    shell: 'ip link set eth0 down',
    body: '00000000 07000000 00000000 01000000',
  },
  {
    what: 'MTU',
    request: linkSet(eth0, { mtu: 1450 }),
    shell: 'ip link set eth0 mtu 1450',
    body: '00000000 07000000 00000000 00000000 08000400 aa050000',
  },
  {
    what: 'no master',
    request: linkSet(eth0, { master: null }),
    shell: 'ip link set eth0 nomaster',
    body: '00000000 07000000 00000000 00000000 08000a00 00000000',
  },
  {
    what: 'IPv4 address',
    request: addressAdd(eth0, '192.0.2.1/24'),
    shell: 'ip addr add 192.0.2.1/24 brd + dev eth0',
    body: '02180000 07000000 08000200c0000201 08000100c0000201 08000400c00002ff',
  },
  {
    what: 'IPv4 address of a /31, which has no broadcast address',
    request: addressAdd(eth0, '192.0.2.0/31'),
    shell: 'ip addr add 192.0.2.0/31 dev eth0',
    body: '021f0000 07000000 08000200c0000200 08000100c0000200',
  },
  {
    what: 'default route',
    request: routeAdd({ to: 'default', via: '192.0.2.254', dev: eth0 }),
    shell: 'ip route add default via 192.0.2.254 dev eth0',
    body: '02000000 fe030001 00000000 08000500c00002fe 0800040007000000 08000f00fe000000',
  },
  {
    what: 'blackhole',
    request: routeAdd({ to: '198.51.100.0/24', type: 'blackhole' }),
    shell: 'ip route add blackhole 198.51.100.0/24',
    body: '02180000 fe030006 00000000 08000100c6336400 08000f00fe000000',
  },
  {
    what: 'a route that is deleted whatever its scope',
    request: routeDelete({ to: '198.51.100.0/24', dev: eth0 }),
    shell: 'ip route del 198.51.100.0/24 dev eth0',
    body: '02180000 fe00ff00 00000000 08000100c6336400 0800040007000000 08000f00fe000000',
  },
  {
    what: 'veth',
    request: vethAdd({
      name: 'web',
      up: true,
      master: { index: 3, name: 'blue' },
      peer: { name: 'eth0', namespace: 5, namespaceName: 'web', mac: '02:42:0a:00:01:02' },
    }),
    shell:
      'ip link add web type veth peer name eth0 address 02:42:0a:00:01:02 netns web\n' +
      'ip link set web master blue\nip link set web up',
  },
  {
    what: 'bridge',
    request: bridgeAdd({ name: 'blue' }),
    shell: 'ip link add blue type bridge forward_delay 0 stp_state 0 mcast_snooping 0',
  },
  {
    what: 'neighbour',
    request: neighbourReplace(eth0, '192.0.2.9', '02:00:00:00:00:09'),
    shell: 'ip neigh replace 192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent',
    body: '02000000 07000000 80000000 08000100c0000209 0a000200020000000009 0000',
  },
  {
    what: 'FDB entry of a VXLAN device',
    request: fdbAdd(eth0, { mac: '02:00:00:00:00:09', dst: '192.0.2.9' }),
    shell: 'bridge fdb add 02:00:00:00:00:09 dev eth0 dst 192.0.2.9 self permanent',
  },
  {
    what: 'policy rule',
    request: ruleAdd({ from: '10.0.1.0/24', table: 100, priority: 50 }),
    shell: 'ip rule add priority 50 from 10.0.1.0/24 table 100',
  },
]

for (const { what, request, shell, body } of requests) {
  t.test(`${what}: ${shell.split('\n')[0]}`, async t => {
    t.equal(request.shell, shell)
    if (body !== undefined) t.equal(request.body.toString('hex'), body.replaceAll(' ', ''))
  })
}

t.test('an IPv6 address brings a link-local one of the same last bits', async t => {
  const shells = addressWithLinkLocal(eth0, '2001:db8::a:1/64').map(request => request.shell)
  t.strictSame(shells, [
    'ip addr replace fe80::a:1/64 dev eth0 nodad',
    'ip addr add 2001:db8::a:1/64 dev eth0 nodad',
  ])
  t.equal(addressWithLinkLocal(eth0, 'fe80::1/64').length, 1)
  t.equal(addressWithLinkLocal(eth0, '192.0.2.1/24').length, 1)
})

const texts = [
  '0.0.0.0',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  '2001:db8::1:0:0:1',
  '2001:db8:0:1:1:1:1:1',
  '1::',
]
for (const text of texts) {
  t.test(`${text} goes to bytes and back`, async t => {
    t.equal(addressText(addressBytes(text).bytes), text)
  })
}

t.test('what is no address or prefix is refused', async t => {
  for (const text of ['', '1.2.3', '1.2.3.256', ':::', 'g::', 'fe80::1%eth0', '1.2.3.4 ']) {
    t.throws(() => addressBytes(text), { code: 'TNET_ADDRESS_INVALID' }, JSON.stringify(text))
  }
  for (const text of ['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/x', '1.2.3.4/1/2', '::1/129']) {
    t.throws(() => prefixBytes(text), { code: 'TNET_ADDRESS_INVALID' }, text)
  }
  for (const text of ['', '02:42', '02-42-0a-00-00-01', 'zz:00:00:00:00:00']) {
    t.throws(() => macBytes(text), { code: 'TNET_MAC_INVALID' }, text)
  }
  t.equal(macText(macBytes('02:42:AC:12:00:02')), '02:42:ac:12:00:02')
})

const subnets: [address: string, prefix: string, isOn: boolean][] = [
  ['10.0.1.7', '10.0.1.1/24', true],
  ['10.0.2.7', '10.0.1.1/24', false],
  ['10.0.1.129', '10.0.1.1/25', false],
  ['10.0.1.127', '10.0.1.1/25', true],
  ['10.0.1.1', '10.0.1.1/32', true],
  ['192.0.2.1', '0.0.0.0/0', true],
  ['2001:db8::5', '2001:db8::1/64', true],
  ['2001:db8:0:1::5', '2001:db8::1/64', false],
  ['10.0.0.1', '2001:db8::1/64', false],
]
for (const [address, prefix, isOn] of subnets) {
  t.test(`${address} is ${isOn ? '' : 'not '}on ${prefix}`, async t => {
    t.equal(isOnSubnet(address, prefix), isOn)
  })
}

t.test('attributes nest, are padded, and parse back; garbage never throws', async t => {
  const writer = new MessageWriter()
  writer.string(3, 'blue').nest(18, inner => inner.string(1, 'veth').u32(4, 1450))
  const outer = parseAttributes(Buffer.from(writer.view()))
  t.equal(outer.get(3)?.toString(), 'blue\0')
  const inner = parseAttributes(outer.get(18) ?? Buffer.alloc(0))
  t.equal(inner.get(4)?.readUInt32LE(0), 1450)
  let seed = 7
  const next = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff)
  for (let n = 0; n < 500; n++) {
    const bytes = Buffer.from(Array.from({ length: next() % 64 }, () => next() & 0xff))
    parseAttributes(bytes)
  }
})

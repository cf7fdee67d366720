import '../../sandboxed.ts'
import t from 'tap'
import type { Bridge } from '../../../src/lab/bridge.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'

interface Case {
  what: string
  act: (alpha: Host, blue: Bridge) => Promise<unknown>
  error: { name?: string; code: string | RegExp; errno?: string }
}

const cases: Case[] = [
  {
    what: 'an address outside the bridge',
    act: (_, blue) => blue.container('web', { address: '10.0.2.2' }),
    error: { name: 'UsageError', code: 'TNET_ADDRESS_OUTSIDE' },
  },
  {
    what: 'the address of the bridge itself',
    act: (_, blue) => blue.container('web', { address: '10.0.1.1' }),
    error: { name: 'UsageError', code: 'TNET_ADDRESS_TAKEN' },
  },
  {
    what: 'an address that is none',
    act: (_, blue) => blue.container('web', { address: '10.0.1.300' }),
    error: { name: 'UsageError', code: 'TNET_ADDRESS_INVALID' },
  },
  {
    what: 'a bridge whose address has no prefix length that fits',
    act: alpha => alpha.bridge('red', '10.0.1.1/33'),
    error: { name: 'UsageError', code: /^TNET_ADDRESS/ },
  },
  {
    what: 'a bridge with an address that is none',
    act: alpha => alpha.bridge('red', 'ten/24'),
    error: { name: 'UsageError', code: /^TNET_ADDRESS/ },
  },
  {
    what: 'a second bridge of the same name',
    act: alpha => alpha.bridge('blue', '10.0.9.1/24'),
    error: { name: 'KernelError', code: 'TNET_LINK_EXISTS', errno: 'EEXIST' },
  },
  {
    what: 'a MAC that is none',
    act: (_, blue) => blue.container('web', { mac: '02:42' }),
    error: { name: 'UsageError', code: 'TNET_MAC_INVALID' },
  },
  {
    what: 'a route that leads nowhere',
    act: alpha => alpha.addRoute({ to: '198.51.100.0/24' }),
    error: { name: 'UsageError', code: 'TNET_ROUTE_INVALID' },
  },
  {
    what: 'a route by way of a gateway on no link',
    act: alpha => alpha.addRoute({ to: '198.51.100.0/24', via: '203.0.113.1' }),
    error: { name: 'KernelError', code: 'TNET_ROUTE_UNREACHABLE', errno: 'ENETUNREACH' },
  },
  {
    what: 'a route with host bits',
    act: alpha => alpha.addRoute({ to: '198.51.100.7/24', dev: 'blue' }),
    error: { name: 'KernelError', code: 'TNET_ROUTE_INVALID' },
  },
  {
    what: 'a route by a link that is not there',
    act: alpha => alpha.addRoute({ to: 'default', dev: 'eth7' }),
    error: { name: 'KernelError', code: 'TNET_LINK_MISSING' },
  },
  {
    what: 'an MTU that is too small',
    act: async alpha => (await alpha.link('blue')).setMtu(10),
    error: { name: 'KernelError', code: 'TNET_LINK_INVALID' },
  },
  {
    what: 'a sysctl that is not there',
    act: alpha => alpha.sysctl('net.ipv4.no_such_thing'),
    error: { name: 'EnvironmentError', code: 'TNET_SYSCTL_MISSING' },
  },
  {
    what: 'a sysctl of the whole machine',
    act: alpha => alpha.sysctl('kernel.hostname', 'owned'),
    error: { name: 'UsageError', code: 'TNET_SYSCTL_FOREIGN' },
  },
  {
    what: 'a sysctl that climbs out',
    act: alpha => alpha.sysctl('net/../kernel/hostname', 'owned'),
    error: { name: 'UsageError', code: 'TNET_SYSCTL_INVALID' },
  },
  {
    what: 'a value that a sysctl does not take',
    act: alpha => alpha.sysctl('net.ipv4.ip_forward', 'perhaps'),
    error: { name: 'UsageError', code: 'TNET_SYSCTL_INVALID' },
  },
  {
    what: 'the address of a host on a segment that it is not on',
    act: async alpha => alpha.addressOn(await alpha.lab.segment('elsewhere')),
    error: { name: 'UsageError', code: 'TNET_LAB_MISUSE' },
  },
]

for (const { what, act, error } of cases) {
  t.test(`${what}: ${error.code}, and nothing is half-made`, async t => {
    await using lab = new Lab()
    const alpha = await lab.host('alpha')
    const blue = await alpha.bridge('blue', '10.0.1.1/24')
    const before = await alpha.snapshot()
    const nodes = lab.nodes.length
    const thrown = await act(alpha, blue).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    t.match(thrown, error)
    t.match(thrown, { hint: /./ })
    t.strictSame(await alpha.snapshot(), before)
    t.equal(lab.nodes.length, nodes)
  })
}

t.test('a bridge whose subnet is used up says so', async t => {
  await using lab = new Lab()
  const alpha = await lab.host('alpha')
  const tiny = await alpha.bridge('tiny', '10.0.1.1/30')
  await tiny.container('one')
  await t.rejects(tiny.container('two'), { name: 'UsageError', code: 'TNET_POOL_EXHAUSTED' })
  t.equal(lab.nodes.length, 2)
})

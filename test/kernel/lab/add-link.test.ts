import '../../sandboxed.ts'
import t from 'tap'
import { hasFeature } from '../../../src/kernel/features.ts'
import type { DeviceSpec } from '../../../src/lab/device.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'

/** `alpha`, 192.0.2.1 on its eth0. */
async function onWan(lab: Lab): Promise<Host> {
  const wan = await lab.segment('wan')
  return wan.join('alpha', '192.0.2.1/24')
}

const local = '192.0.2.1'
const made: readonly DeviceSpec[] = [
  { type: 'vxlan', name: 'vxlan42', id: 42, local, dev: 'eth0', mtu: 1450 },
  { type: 'ipip', name: 'ipip1', local, remote: '192.0.2.2', mtu: 1480 },
  { type: 'gre', name: 'gre1', local, remote: '192.0.2.2', key: 7, mtu: 1472 },
  { type: 'gretap', name: 'gretap1', local, remote: '192.0.2.2', mtu: 1462 },
  { type: 'vlan', name: 'eth0.42', parent: 'eth0', id: 42, mtu: 1500 },
  { type: 'macvlan', name: 'shim', parent: 'eth0', mode: 'bridge', mtu: 1500 },
]

for (const spec of made) {
  const { available, reason = '' } = hasFeature(spec.type)
  const skip = available ? false : `${spec.type}: ${reason}`
  t.test(`${spec.type}: it is down and has no address until it is told to`, { skip }, async t => {
    await using lab = new Lab()
    const alpha = await onWan(lab)
    const names = async () => (await alpha.links()).map(({ name }) => name)
    const before = await names()
    const link = await alpha.addLink(spec)
    t.match(await link.info(), { name: spec.name, kind: spec.type, mtu: spec.mtu, isUp: false })
    const prefixes = async () => {
      const all = await alpha.addresses()
      return all.filter(({ index }) => index === link.index).map(({ prefix }) => prefix)
    }
    t.same(await prefixes(), [])
    await link.addAddress('10.0.1.1/24')
    await link.up()
    t.match(await link.info(), { index: link.index, isUp: true })
    t.same(await prefixes(), ['10.0.1.1/24'], 'and no link-local one besides')
    await link.delete()
    t.same(await names(), before)
  })
}

const types = 'vxlan, ipip, gre, gretap, vlan, macvlan'
const unknownType = {
  name: 'UsageError',
  code: 'TNET_LINK_TYPE_UNKNOWN',
  hint: new RegExp(`choose one of ${types};`),
}
const taken = (name: string, port: number) => ({
  name: 'KernelError',
  code: 'TNET_LINK_EXISTS',
  errno: 'EEXIST',
  message: `could not create vxlan device "${name}" on "alpha"`,
  hint:
    `there is already a link called "${name}" here or, if that name is free, a VXLAN device ` +
    `with VNI 42 and port ${port}; use another`,
})
const vxlan = { type: 'vxlan', name: 'vxlan43', id: 43, local }
const macvlan = { type: 'macvlan', name: 'shim', parent: 'eth0', mode: 'bridge' }

/** What a script in JavaScript, or a slip, may ask for; vxlan42 and its VNI 42 are there already. */
const refused: readonly {
  what: string
  spec: object
  error: { name?: string; code: string; message?: string | RegExp; hint?: string | RegExp }
}[] = [
  {
    what: 'a type that there is not',
    spec: { type: 'geneve', name: 'geneve1', id: 1, remote: '192.0.2.2' },
    error: { ...unknownType, message: '"geneve1" cannot be a link of type "geneve"' },
  },
  {
    what: 'a type that another method makes',
    spec: { type: 'bridge', name: 'blue' },
    error: { ...unknownType, hint: /addBridge/ },
  },
  { what: 'no type at all', spec: { name: 'tunnel0', local }, error: unknownType },
  {
    what: 'a VNI that another device has',
    spec: { ...vxlan, id: 42 },
    error: taken('vxlan43', 8472),
  },
  {
    what: 'a name that is taken',
    spec: { ...vxlan, name: 'eth0', id: 42 },
    error: taken('eth0', 8472),
  },
  {
    what: 'a name that is taken, of a macvlan',
    spec: { ...macvlan, name: 'eth0' },
    error: { code: 'TNET_LINK_EXISTS', hint: /^there is already a link called "eth0"/ },
  },
  {
    what: 'a name that the kernel takes for no link',
    spec: { ...vxlan, name: 'a tunnel to beta' },
    error: { name: 'UsageError', code: 'TNET_LINK_NAME_INVALID' },
  },
  {
    what: 'a VNI of more than 24 bits',
    spec: { ...vxlan, id: 2 ** 24 },
    error: { name: 'KernelError', code: 'TNET_LINK_INVALID' },
  },
  {
    what: 'an address that is none',
    spec: { ...vxlan, local: '192.0.2' },
    error: { name: 'UsageError', code: 'TNET_ADDRESS_INVALID', message: /"192\.0\.2"/ },
  },
  {
    what: 'a MAC that is none',
    spec: { ...vxlan, mac: '02:42' },
    error: { name: 'UsageError', code: 'TNET_MAC_INVALID' },
  },
  ...[
    { what: 'an underlay that is not there', spec: { ...vxlan, dev: 'eth9' } },
    { what: 'a parent that is not there', spec: { ...macvlan, parent: 'eth9' } },
  ].map(one => ({
    ...one,
    error: {
      name: 'KernelError',
      code: 'TNET_LINK_MISSING',
      message: 'could not find link "eth9" on "alpha"',
    },
  })),
]

for (const { what, spec, error } of refused) {
  t.test(`${what}: refused, and nothing is made`, async t => {
    await using lab = new Lab()
    const alpha = await onWan(lab)
    await alpha.addLink({ type: 'vxlan', name: 'vxlan42', id: 42, local, dev: 'eth0' })
    const before = await alpha.links()
    await t.rejects(alpha.addLink(spec as DeviceSpec), { hint: /./, ...error })
    t.strictSame(await alpha.links(), before)
  })
}

t.test('the same VNI on another port, or on another node, is another VXLAN', async t => {
  await using lab = new Lab()
  const alpha = await onWan(lab)
  const beta = await lab.host('beta')
  await alpha.addLink({ type: 'vxlan', name: 'vxlan42', id: 42 })
  await t.resolves(alpha.addLink({ type: 'vxlan', name: 'other', id: 42, port: 4789 }))
  await t.resolves(beta.addLink({ type: 'vxlan', name: 'vxlan42', id: 42 }))
  const again = alpha.addLink({ type: 'vxlan', name: 'third', id: 42, port: 4789 })
  await t.rejects(again, taken('third', 4789))
})

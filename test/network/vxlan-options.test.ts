import t from 'tap'
import { checkGroup, vxlanOptions } from '../../src/network/drivers/vxlan-options.ts'

const refused: readonly (readonly [object, RegExp])[] = [
  [{ vnni: 1 }, /there is no option "vnni"/],
  [{ vni: '1' }, /"vni" is a number, not "1"/],
  [{ port: 0 }, /0 is not a UDP port/],
  [{ port: 65536 }, /65536 is not a UDP port/],
  [{ port: 47.5 }, /47.5 is not a UDP port/],
  [{ mtu: 67 }, /from 68 to 65535 bytes, not 67/],
  [{ flat: 'yes' }, /"flat" is a boolean, not "yes"/],
  [{ flat: true, flood: 'unicast' }, /"flood" is head-end or multicast, not "unicast"/],
  [{ flood: 'head-end' }, /a routed network floods nothing; say flat: true/],
  [{ flat: false, flood: 'multicast' }, /a routed network floods nothing/],
  [{ flat: true, group: '239.1.1.1' }, /a group is for flood: multicast/],
  [{ flat: true, flood: 'head-end', group: '239.1.1.1' }, /a group is for flood: multicast/],
  [{ flat: true, directRouting: true }, /a flat network is not routed, so no "directRouting"/],
  [{ flat: true, hostPrefix: 24 }, /a flat network is not routed, so no "hostPrefix"/],
  [{ bridgeName: 7 }, /"bridgeName" is a string, not 7/],
]
for (const [options, reason] of refused) {
  t.test(`refuses ${JSON.stringify(options)}`, async t => {
    t.throws(() => vxlanOptions({ name: 'blue', options: { ...options } }), {
      code: 'TNET_NETWORK_OPTION',
      message: reason,
      hint: /^a vxlan network takes vni, port, directRouting, flat, flood, group, hostPrefix, /,
    })
  })
}

for (const options of [
  {},
  { vni: 42, port: 4789, directRouting: true, hostPrefix: 26, masquerade: false, mtu: 1400 },
  { flat: true, flood: 'multicast', group: '239.7.7.7', bridgeName: 'blue' },
  { flat: true, directRouting: false },
  { flat: undefined },
]) {
  t.test(`takes ${JSON.stringify(options)}`, async t => {
    t.equal(vxlanOptions({ name: 'blue', options }), options)
  })
}

const groups: readonly [group: string, family: 'inet' | 'inet6', isOne: boolean][] = [
  ['224.0.0.0', 'inet', true],
  ['239.255.255.255', 'inet', true],
  ['223.255.255.255', 'inet', false],
  ['240.0.0.0', 'inet', false],
  ['ff05::1', 'inet', false],
  ['ff05::1', 'inet6', true],
  ['FF02::1', 'inet6', true],
  ['fe80::1', 'inet6', false],
  ['239.1.1.1', 'inet6', false],
  ['239.1.1', 'inet', false],
  ['', 'inet', false],
]
for (const [group, family, isOne] of groups) {
  t.test(`"${group}" is ${isOne ? 'a' : 'no'} group of ${family}`, async t => {
    const check = () => checkGroup({ name: 'blue', options: { group } }, family)
    if (isOne) t.doesNotThrow(check)
    else t.throws(check, { code: 'TNET_NETWORK_OPTION', message: /is no multicast address of IPv/ })
  })
}

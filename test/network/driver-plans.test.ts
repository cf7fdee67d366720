import t from 'tap'
import { driverNamed } from '../../src/network/driver-registry.ts'
import { madeBy } from '../../src/network/made-by.ts'
import type { Network } from '../../src/network/network.ts'
import { fakeHost } from './fake-hosts.ts'

const hops = {
  '192.0.2.1': { by: 'eth0', to: '192.0.2.1' },
  '192.0.2.2': { by: 'eth0', to: '192.0.2.2' },
}
const hosts = ['alpha', 'beta'].map((label, n) =>
  fakeHost({ label, links: [{ name: 'eth0', prefixes: [`192.0.2.${n + 1}/24`] }], hops }),
)
const tunnels = 'userspace'

async function plan(driver: string, options: object, subnet?: string) {
  const request = { name: 'blue', hosts, subnet, over: undefined, options: { ...options } }
  return (await driverNamed(driver)).plan?.(request)
}

const refused: readonly [driver: string, options: object, message: RegExp, hint: RegExp][] = [
  [
    'ipip',
    { key: 7 },
    /there is no option "key"/,
    /an? ipip network takes directRouting, hostPrefix/,
  ],
  ['ipip', { mtu: 67 }, /"mtu" is from 68 to 65535 bytes, not 67/, /an? ipip network takes/],
  ['gre', { key: '7' }, /"key" is a number, not "7"/, /a gre network takes key, /],
  ['gre', { key: 0 }, /0 is not a GRE key/, /a whole number from 1 to 4294967295/],
  ['gre', { key: 2 ** 32 }, /4294967296 is not a GRE key/, /a whole number from 1/],
  ['gre', { tunnels: 'module' }, /"tunnels" is not "module"/, /'kernel' or 'userspace'/],
  ['gretap', { hostPrefix: 24 }, /there is no option "hostPrefix"/, /a gretap network takes key, /],
  ['gretap', { key: 1.5 }, /1.5 is not a GRE key/, /a whole number from 1 to 4294967295/],
  ['gretap', { tunnels: 7 }, /"tunnels" is not 7/, /'kernel' or 'userspace'/],
  ['host-gw', { key: 7 }, /there is no option "key"/, /a host-gw network takes hostPrefix/],
  ['host-gw', { mtu: 1e6 }, /"mtu" is from 68 to 65535 bytes/, /a host-gw network takes/],
  ['routed', { hostPrefix: 26 }, /there is no option "hostPrefix"/, /takes blockPrefix, blocks/],
  ['routed', { strictAffinity: 1 }, /"strictAffinity" is a boolean, not 1/, /a routed network/],
  ['vxlan', { vni: 0 }, /0 is not a VNI/, /a VNI is a whole number from 1 to 16777215/],
  ['vxlan', { vni: 2 ** 24 }, /16777216 is not a VNI/, /a whole number from 1 to 16777215/],
]
for (const [driver, options, message, hint] of refused) {
  t.test(`${driver} refuses ${JSON.stringify(options)}`, async t => {
    const asked = { tunnels, ...options }
    const isTunnel = ['ipip', 'gre', 'gretap'].includes(driver)
    await t.rejects(plan(driver, isTunnel ? asked : options), {
      code: 'TNET_NETWORK_OPTION',
      message,
      hint,
    })
  })
}

const flannel = { prefix: 24, hasGateways: true, skipFirst: true }
const plans: readonly [driver: string, options: object, wanted: object][] = [
  ['vxlan', {}, { addressing: flannel }],
  ['vxlan', { vni: 0xffffff, hostPrefix: 26 }, { addressing: { ...flannel, prefix: 26 } }],
  ['vxlan', { flat: true }, { addressing: 'gateway-each' }],
  ['vxlan', { flat: true, flood: 'multicast' }, { addressing: 'gateway-each' }],
  ['ipip', { tunnels }, { addressing: flannel }],
  ['gre', { tunnels, key: 0xffffffff }, { addressing: flannel }],
  ['gretap', { tunnels }, { addressing: 'gateway-each' }],
  ['host-gw', {}, { addressing: flannel }],
  [
    'routed',
    {},
    {
      addressing: { prefix: 26, hasGateways: false, perHost: 20, isStrict: false },
      nextHop: '169.254.1.1',
    },
  ],
]
for (const [driver, options, wanted] of plans) {
  t.test(`${driver} ${JSON.stringify(options)} plans how its hosts share the subnet`, async t => {
    t.same(await plan(driver, options), wanted)
  })
}

t.test('a driver has only what it made', async t => {
  const made = madeBy<{ devices: number }>()
  const blue = { name: 'blue' } as Network
  const unknown = {
    code: 'TNET_NETWORK_UNKNOWN',
    message: 'network "blue" is not one that this process made',
    hint: 'create it in this lab first',
  }
  t.throws(() => made.get(blue), unknown)
  made.set(blue, { devices: 2 })
  t.same(made.get(blue), { devices: 2 })
  made.delete(blue)
  t.throws(() => made.get(blue), unknown)
})

import t from 'tap'
import { bridgeNameFor, bridgeOptions } from '../../src/network/drivers/bridge-options.ts'

const refused: readonly (readonly [object, RegExp])[] = [
  [{ interal: true }, /there is no option "interal"/],
  [{ internal: 'yes' }, /"internal" is a boolean, not "yes"/],
  [{ mtu: 67 }, /from 68 to 65535 bytes, not 67/],
  [{ mtu: 1400.5 }, /not 1400.5/],
  [{ mtu: NaN }, /not NaN/],
  [{ mode: 'host' }, /nat or routed, not "host"/],
  [{ mode: 'routed', internal: true }, /an internal network is not routed/],
  [{ toString: 1 }, /there is no option "toString"/],
]
for (const [options, reason] of refused) {
  t.test(`refuses ${JSON.stringify(options)}`, async t => {
    t.throws(() => bridgeOptions('shop', { ...options }), {
      code: 'TNET_NETWORK_OPTION',
      message: reason,
    })
  })
}

t.test('takes what it knows', async t => {
  const options = { internal: false, icc: true, masquerade: true, mode: 'nat', mtu: 1500 }
  t.equal(bridgeOptions('shop', options), options)
})

t.test('names the bridge after the network, as far as the kernel takes it', async t => {
  t.equal(bridgeNameFor('shop', {}), 'br-shop')
  t.equal(bridgeNameFor('shop', { bridgeName: 'docker0' }), 'docker0')
  for (const name of ['容器网络', 'a rather long name', 'a"b $(c)']) {
    t.match(bridgeNameFor(name, {}), /^[A-Za-z0-9-]{1,15}$/)
  }
})

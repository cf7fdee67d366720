import '../../sandboxed.ts'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import { keptIn, network, stateOf, threeHosts, ways } from './cross-host.ts'

t.setTimeout(600_000)

for (const way of ways) {
  t.test(`${way.name}: what is deleted leaves nothing`, async t => {
    await using w = await threeHosts()
    const { alpha, beta, gamma } = w
    await alpha.addRoute({ to: '203.0.113.0/24', via: '192.0.2.9' })
    await alpha.$`iptables -t nat -A POSTROUTING -s 203.0.113.0/24 -j MASQUERADE`
    const before = await stateOf(alpha, beta, gamma)
    const blue = await network(w, [alpha, beta, gamma], way.options)
    const a1 = await alpha.container('a1', { network: blue, publish: ['8080:80', '53:53/udp'] })
    const c1 = await gamma.container('c1', { network: blue })
    await expectMatrix([a1, c1], 'all')
    await t.rejects(blue.delete(), {
      code: 'TNET_NETWORK_IN_USE',
      message: /"a1", "c1"|"c1", "a1"/,
    })
    await blue.disconnect(a1)
    await blue.disconnect(c1)
    await blue.delete()
    t.same(await stateOf(alpha, beta, gamma), before)
    t.same(await keptIn(w.store), {})
  })
}

import '../../sandboxed.ts'
import t from 'tap'
import { ask, whoami } from './probes.ts'
import { twoNetworks, type TwoNetworks } from './topology.ts'

t.setTimeout(600_000)

type Vantage = 'alpha' | 'outside' | 'c1' | 'c2' | 'c3'

/** Who asks which address, and whom c1 sees asking. */
const vantages: readonly [fact: string, from: Vantage, address: string, seenAs: string][] = [
  ['D13: the host by 127.0.0.1', 'alpha', '127.0.0.1', '172.18.0.1'],
  ['D13: the host by another loopback address', 'alpha', '127.0.0.53', '172.18.0.1'],
  ['D13: the host by its own address', 'alpha', '192.0.2.1', '172.18.0.1'],
  ['D13: the host by the gateway address', 'alpha', '172.18.0.1', '172.18.0.1'],
  ['D13: the host by another network’s gateway', 'alpha', '172.19.0.1', '172.18.0.1'],
  ['D14: another host', 'outside', '192.0.2.1', '192.0.2.9'],
  ['D14: the same bridge by the host’s address', 'c2', '192.0.2.1', '172.18.0.3'],
  ['D14: the same bridge by its gateway', 'c2', '172.18.0.1', '172.18.0.3'],
  ['D14, R3: the container itself by the host’s address', 'c1', '192.0.2.1', '172.18.0.1'],
  ['D14, R3: the container itself by its gateway', 'c1', '172.18.0.1', '172.18.0.1'],
  ['D14, R5: another bridge by the host’s address', 'c3', '192.0.2.1', '172.18.0.1'],
  ['D14, R5: another bridge by its own gateway', 'c3', '172.19.0.1', '172.18.0.1'],
  ['D14, R5: another bridge by the publisher’s gateway', 'c3', '172.18.0.1', '172.18.0.1'],
]

for (const protocol of ['tcp', 'udp'] as const) {
  t.test(`a published ${protocol} port, bridged packets passing iptables`, async t => {
    await using world: TwoNetworks = await twoNetworks()
    await using _server = await whoami(world.c1, 80)
    for (const [fact, from, address, seenAs] of vantages) {
      t.equal(await ask(world[from], address, { port: 8080, protocol }), seenAs, fact)
    }
    t.equal(await ask(world.outside, '192.0.2.1', { port: 8081, protocol }), 'ECONNREFUSED')
  })

  t.test(`a published ${protocol} port, bridged packets passing iptables by`, async t => {
    await using world: TwoNetworks = await twoNetworks({ bridgeNetfilter: false })
    await using _server = await whoami(world.c1, 80)
    for (const [fact, from, address, seenAs] of vantages) {
      // R4: what comes back to the same bridge has to come back through the host.
      const expected = from === 'c2' ? '172.18.0.1' : seenAs
      t.equal(await ask(world[from], address, { port: 8080, protocol }), expected, fact)
    }
  })
}

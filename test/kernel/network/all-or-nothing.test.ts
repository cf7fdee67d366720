// Once, as an ordinary user: what is undone after a failure is the same for root.
import '../../sandboxed.ts'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import {
  keptIn,
  kinds,
  network,
  stateOf,
  threeHosts,
  type ThreeHosts,
  type Way,
} from './cross-host.ts'

t.setTimeout(600_000)

/** Something that is in the way of the third host, so that what was done before it is in vain. */
interface Obstacle {
  what: string
  isFor: (way: Way) => boolean
  code: string | RegExp
  put: (w: ThreeHosts, way: Way) => Promise<unknown>
  clear: (w: ThreeHosts, way: Way) => Promise<unknown>
}

/** gamma's part, which it gets as the third. */
const partOfGamma = ({ options }: Way) =>
  options.driver === 'routed' ? '10.244.0.128/26' : '10.244.3.0/24'

const obstacles: readonly Obstacle[] = [
  {
    what: 'a link with the bridge’s name',
    isFor: ({ options }) => options.driver !== 'routed',
    code: 'TNET_LINK_EXISTS',
    put: ({ gamma }) => gamma.addBridge('br-blue'),
    clear: async ({ gamma }) => (await gamma.link('br-blue')).delete(),
  },
  {
    what: 'a link with the tunnel’s name',
    isFor: ({ device }) => device !== undefined,
    // A stand-in's device is busy when it is of another kind.
    code: /^TNET_LINK_(EXISTS|BUSY)$/,
    put: ({ gamma }, { device = '' }) => gamma.addBridge(device),
    clear: async ({ gamma }, { device = '' }) => (await gamma.link(device)).delete(),
  },
  {
    what: 'a chain with the name of one of ours',
    isFor: () => true,
    code: 'TNET_FIREWALL_REFUSED',
    put: ({ gamma }) => gamma.$`iptables -N TNET-INTO`,
    clear: ({ gamma }) => gamma.$`iptables -X TNET-INTO`,
  },
  {
    what: 'another route to its part on another host',
    isFor: ({ isDivided }) => isDivided,
    code: 'TNET_ROUTE_EXISTS',
    put: ({ beta }, way) => beta.addRoute({ to: partOfGamma(way), via: '192.0.2.9' }),
    clear: ({ beta }, way) => beta.deleteRoute({ to: partOfGamma(way), via: '192.0.2.9' }),
  },
  {
    what: 'a route to its part on itself',
    isFor: ({ options }) => options.driver === 'routed',
    code: 'TNET_ROUTE_EXISTS',
    put: ({ gamma }, way) => gamma.addRoute({ to: partOfGamma(way), type: 'prohibit' }),
    clear: ({ gamma }, way) => gamma.deleteRoute({ to: partOfGamma(way), type: 'prohibit' }),
  },
  {
    what: 'the very route to its part on another host',
    isFor: ({ options }) => options.driver === 'host-gw' || options.driver === 'routed',
    code: 'TNET_ROUTE_EXISTS',
    put: ({ beta }, way) => beta.addRoute({ to: partOfGamma(way), via: '192.0.2.3' }),
    clear: ({ beta }, way) => beta.deleteRoute({ to: partOfGamma(way), via: '192.0.2.3' }),
  },
]

for (const way of kinds) {
  for (const { what, code, put, clear } of obstacles.filter(({ isFor }) => isFor(way))) {
    t.test(`${way.name}: ${what} leaves all hosts and IPAM as they were`, async t => {
      await using w = await threeHosts()
      const { alpha, beta, gamma, store } = w
      const all = () => stateOf(alpha, beta, gamma)
      await put(w, way)
      const empty = await all()
      await t.rejects(network(w, [alpha, beta, gamma], way.options), { code }, 'it is not created')
      t.same([await all(), await keptIn(store)], [empty, {}])

      const blue = await network(w, [alpha, beta], way.options)
      const a1 = await alpha.container('a1', { network: blue })
      const b1 = await beta.container('b1', { network: blue })
      const before = [await all(), await keptIn(store)]
      await t.rejects(blue.addHost(gamma), { code }, 'nor does the third host join')
      t.same([await all(), await keptIn(store)], before)
      await expectMatrix([a1, b1], 'all')

      await clear(w, way)
      await blue.addHost(gamma)
      await expectMatrix([a1, b1, await gamma.container('c1', { network: blue })], 'all')
    })
  }
}

import '../../sandboxed.ts'
import { strict as assert } from 'node:assert'
import { once } from 'node:events'
import t from 'tap'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { Container } from '../../../src/lab/container.ts'
import { poll } from '../../../src/poll.ts'
import { addressOf, keptIn, kinds, network, stateOf, threeHosts, ways } from './cross-host.ts'

t.setTimeout(600_000)

interface Traffic extends Disposable {
  /** How many pings had no answer until now. */
  lost(): Promise<number>
}

/** Fifty pings a second, from now on. */
async function traffic(from: Container, to: Container): Promise<Traffic> {
  const args = ['-n', '-i', '0.02', await addressOf(to)]
  const ping = from.netns.spawn('ping', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  ping.stdout?.on('data', chunk => (said += String(chunk)))
  const closed = once(ping, 'close')
  return {
    async lost() {
      // At least one more, so that what came last is seen to have been answered.
      const before = said.length
      await poll(() => (said.length > before ? true : undefined))
      ping.kill('SIGINT')
      await closed
      const answered = [...said.matchAll(/icmp_seq=(\d+)/g)].map(([, n]) => Number(n))
      assert.ok(answered.length > 1, said)
      // Those after the last that was answered are under way.
      return Math.max(...answered) - new Set(answered).size
    },
    [Symbol.dispose]: () => void ping.kill('SIGKILL'),
  }
}

for (const way of ways) {
  t.test(`${way.name}: a host joins, leaves and joins again, and the others go on`, async t => {
    await using w = await threeHosts()
    const { alpha, beta, gamma } = w
    const blue = await network(w, [alpha, beta], way.options)
    const a1 = await alpha.container('a1', { network: blue })
    const b1 = await beta.container('b1', { network: blue })
    const before = [await stateOf(alpha, beta, gamma), await keptIn(w.store)]
    using pings = await traffic(a1, b1)
    for (const name of ['c1', 'c2']) {
      await blue.addHost(gamma)
      const c = await gamma.container(name, { network: blue, publish: ['8080:80'] })
      await expectMatrix([a1, b1, c], 'all')
      await blue.disconnect(c)
      await blue.removeHost(gamma)
      t.same([await stateOf(alpha, beta, gamma), await keptIn(w.store)], before)
    }
    t.equal(await pings.lost(), 0, 'no packet between the others was lost')
  })
}

for (const way of kinds) {
  t.test(`${way.name}: what cannot be is refused, and nothing changes`, async t => {
    await using w = await threeHosts()
    const { alpha, beta, gamma } = w
    const blue = await network(w, [alpha, beta], way.options)
    const b1 = await beta.container('b1', { network: blue })
    const lonely = await w.lab.host('lonely')
    const before = [await stateOf(alpha, beta, gamma, lonely), await keptIn(w.store)]
    const hosts = 'TNET_NETWORK_HOSTS'
    const refusals: readonly [() => Promise<unknown>, code: string, message: RegExp][] = [
      [() => blue.addHost(beta), hosts, /^network "blue" is on "beta" already$/],
      [() => blue.removeHost(gamma), hosts, /^network "blue" is not on "gamma"$/],
      [
        () => gamma.container('c', { network: blue }),
        hosts,
        /^"c" is on "gamma", where .* is not$/,
      ],
      [
        () => blue.removeHost(beta),
        'TNET_NETWORK_IN_USE',
        /^network "blue" has .* on "beta": "b1"$/,
      ],
      [
        () => blue.addHost(lonely),
        'TNET_UPLINK_NONE',
        /^"lonely" has no link to other hosts: none has/,
      ],
    ]
    for (const [refuse, code, message] of refusals) await t.rejects(refuse, { code, message })
    t.same([await stateOf(alpha, beta, gamma, lonely), await keptIn(w.store)], before)
    const both = await Promise.allSettled([blue.addHost(gamma), blue.addHost(gamma)])
    t.match(both, [{ status: 'fulfilled' }, { status: 'rejected', reason: { code: hosts } }])
    const c1 = await gamma.container('c1', { network: blue })
    await expectMatrix([b1, c1], 'all')
  })
}

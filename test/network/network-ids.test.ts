import t from 'tap'
import type { Netns } from '../../src/kernel/netns.ts'
import type { Network } from '../../src/network/network.ts'
import { NetworkIds } from '../../src/network/overlay/network-ids.ts'

const host = (label: string) => ({ label }) as unknown as Netns
const [alpha, beta, gamma] = ['alpha', 'beta', 'gamma'].map(host) as [Netns, Netns, Netns]
const network = (name: string, hosts: readonly Netns[]) => ({ name, hosts }) as unknown as Network

t.test('each network gets the lowest that none of its hosts uses, and keeps it', async t => {
  const ids = new NetworkIds('VNI', 0xffffff)
  const one = network('one', [alpha, beta])
  const two = network('two', [beta, gamma])
  const three = network('three', [gamma])
  t.same(
    [one, two, three, two].map(net => ids.of(net, undefined)),
    [1, 2, 1, 2],
  )
})

t.test('it is chosen for all its hosts at once, before it is claimed on any', async t => {
  const ids = new NetworkIds('VNI', 0xffffff)
  const one = network('one', [alpha, beta])
  const two = network('two', [beta, gamma])
  ids.of(one, undefined)
  ids.claim(alpha, one)
  ids.of(two, undefined)
  for (const on of two.hosts) ids.claim(on, two)
  ids.claim(beta, one)
  t.equal(ids.of(two, undefined), 2)
})

t.test('what was released on every host is the lowest again', async t => {
  const ids = new NetworkIds('VNI', 0xffffff)
  const one = network('one', [alpha, beta])
  ids.of(one, undefined)
  ids.release(alpha, one)
  t.equal(ids.of(network('two', [alpha, beta]), undefined), 2, 'beta has it still')
  ids.release(beta, one)
  t.equal(ids.of(network('three', [alpha, beta]), undefined), 1)
})

t.test('one that was asked for is claimed host by host, or refused by name', async t => {
  const ids = new NetworkIds('VNI', 0xffffff)
  const one = network('one', [alpha])
  const two = network('two', [alpha, beta])
  ids.of(one, 42)
  ids.claim(alpha, one)
  ids.claim(alpha, one)
  ids.of(two, 42)
  ids.claim(beta, two)
  t.throws(() => ids.claim(alpha, two), {
    code: 'TNET_NETWORK_ID_TAKEN',
    message: '"alpha" has VNI 42 already: "one"',
    hint: 'give network "two" a VNI of its own',
  })
})

t.test('without one there can be a single network on a host', async t => {
  const rows: readonly [NetworkIds, message: string, hint: string][] = [
    [
      new NetworkIds('GRE key', 0xffffffff),
      '"alpha" has a network without a GRE key already: "one"',
      'give network "two" a GRE key of its own',
    ],
    [
      new NetworkIds('IPIP network', 0),
      '"alpha" has an IPIP network already: "one"',
      'nothing tells two apart; take another driver for "two"',
    ],
  ]
  for (const [ids, message, hint] of rows) {
    const one = network('one', [alpha])
    const two = network('two', [alpha])
    for (const net of [one, two]) ids.of(net, 0)
    ids.claim(alpha, one)
    t.throws(() => ids.claim(alpha, two), { code: 'TNET_NETWORK_ID_TAKEN', message, hint })
  }
})

for (const id of [0, -1, 1.5, NaN, 0x1000000]) {
  t.test(`${id} is no VNI`, async t => {
    t.throws(() => new NetworkIds('VNI', 0xffffff).check('blue', id), {
      code: 'TNET_NETWORK_OPTION',
      message: `network "blue": ${id} is not a VNI`,
      hint: 'a VNI is a whole number from 1 to 16777215',
    })
  })
}

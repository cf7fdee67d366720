import t from 'tap'
import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import { randomOf, unhurried } from './odd-stores.ts'

t.setTimeout(600_000)

const ROUNDS = 60

interface Race {
  /** Hosts a to d with a block of four addresses each, all of a's held; three clients and a clock. */
  first: BlockIpam
  second: BlockIpam
  ipam: BlockIpam
  clock: { now: number }
}

async function arranged(seed: number): Promise<Race & { store: MemoryStore }> {
  const store = new MemoryStore()
  const clock = { now: 0 }
  const options = { now: () => clock.now }
  const clients = [1, 2].map(n => new BlockIpam(unhurried(store, randomOf(seed * 2 + n)), options))
  const ipam = new BlockIpam(store, options)
  const space = { subnet: '192.0.2.0/28', gateways: false, strictAffinity: false, leaseMs: 1000 }
  await ipam.createSpace({ name: 'shop', ...space })
  for (const host of ['a', 'b', 'c', 'd']) await ipam.claim('shop', host)
  for (let n = 0; n < 4; n++) await ipam.allocate('shop', { host: 'a', owner: `${n}` })
  return { first: clients[0]!, second: clients[1]!, ipam, clock, store }
}

const empty = async ({ ipam }: Race) => {
  for (let n = 0; n < 4; n++) await ipam.releaseOwner(`${n}`)
}

/** Two calls at once, and the outcomes that they may have. `first` and `second` are `ok` or a code. */
const races: [
  label: string,
  before: (race: Race) => unknown,
  calls: (race: Race) => (() => Promise<unknown>)[],
  outcomes: string[],
][] = [
  [
    'a space is deleted while somebody allocates',
    empty,
    ({ first, second }) => [
      () => first.deleteSpace('shop'),
      () => second.allocate('shop', { host: 'b', owner: 'web' }),
    ],
    ['ok UNKNOWN', 'IN_USE ok'],
  ],
  [
    'a space is deleted while somebody claims',
    async race => {
      await empty(race)
      await race.ipam.releaseHost('shop', 'd')
    },
    ({ first, second }) => [() => first.deleteSpace('shop'), () => second.claim('shop', 'e')],
    ['ok ok', 'ok UNKNOWN'],
  ],
  [
    'a space is deleted twice',
    empty,
    ({ first, second }) => [() => first.deleteSpace('shop'), () => second.deleteSpace('shop')],
    ['ok UNKNOWN', 'UNKNOWN ok'],
  ],
  [
    'a host goes while it borrows',
    async race => {
      await empty(race)
      await race.ipam.claim('shop', 'a')
      for (let n = 0; n < 3; n++) await race.ipam.allocate('shop', { host: 'b', owner: `${n}` })
      await race.ipam.allocate('shop', { host: 'b', owner: '3' })
      await race.ipam.allocate('shop', { host: 'a', owner: 'x', address: '192.0.2.0' })
    },
    ({ first, second }) => [
      () => first.releaseHost('shop', 'c'),
      () => second.allocate('shop', { host: 'c', owner: 'web', address: '192.0.2.1' }),
    ],
    ['ok NONE', 'IN_USE ok'],
  ],
  [
    'a host goes while another borrows of it',
    () => undefined,
    ({ first, second }) => [
      () => first.releaseHost('shop', 'b'),
      () => second.allocate('shop', { host: 'a', owner: 'web' }),
    ],
    ['ok ok', 'IN_USE ok'],
  ],
  [
    'a lease is renewed while its block is taken',
    ({ clock, ipam }) => {
      clock.now = 500
      return Promise.all(['b', 'c', 'd'].map(host => ipam.renew('shop', host))).then(
        () => (clock.now = 1000),
      )
    },
    ({ first, second }) => [() => first.renew('shop', 'a'), () => second.claim('shop', 'e')],
    ['ok FULL', 'NONE ok'],
  ],
  [
    'two take the block of the same lease',
    ({ clock, ipam }) => {
      clock.now = 500
      return Promise.all(['b', 'c', 'd'].map(host => ipam.renew('shop', host))).then(
        () => (clock.now = 1000),
      )
    },
    ({ first, second }) => [() => first.claim('shop', 'e'), () => second.claim('shop', 'f')],
    ['ok FULL', 'FULL ok'],
  ],
  [
    'two ask for the last block',
    ({ ipam }) => ipam.releaseHost('shop', 'd'),
    ({ first, second }) => [() => first.claim('shop', 'e'), () => second.claim('shop', 'f')],
    ['ok FULL', 'FULL ok'],
  ],
  [
    'one owner asks twice, on two hosts',
    () => undefined,
    ({ first, second }) => [
      () => first.allocate('shop', { host: 'b', owner: 'web' }),
      () => second.allocate('shop', { host: 'c', owner: 'web' }),
    ],
    ['ok DUPLICATE', 'DUPLICATE ok'],
  ],
]

/** Begins after some turns, so that either may be ahead. */
async function outcome(call: () => Promise<unknown>, turns: number): Promise<string> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
  try {
    await call()
    return 'ok'
  } catch (error) {
    const { code = String(error) } = error as { code?: string }
    return code.replace(/^TNET_(SPACE|BLOCK|POOL|ADDRESS)_/, '')
  }
}

for (const [label, before, calls, outcomes] of races) {
  t.test(label, async t => {
    const seen = new Set<string>()
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const race = await arranged(seed)
      await before(race)
      const random = randomOf(seed)
      const both = await Promise.all(calls(race).map(call => outcome(call, random() * 40)))
      seen.add(both.join(' '))
      const { isClean, findings } = await new Ipam(race.store).fsck()
      if (!isClean) t.same(findings, [], `seed ${seed}: ${both.join(' ')}`)
    }
    t.same(
      [...seen].filter(found => !outcomes.includes(found)),
      [],
    )
    t.ok(seen.size > 1, `each may win: ${[...seen].join(', ')}`)
  })
}

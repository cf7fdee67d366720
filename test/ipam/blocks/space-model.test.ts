import t from 'tap'
import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import { parseCidr } from '../../../src/ipam/subnet.ts'
import { randomOf } from './odd-stores.ts'
import { Refused, SpaceModel } from './space-model.ts'
import type { ModelRules } from './space-model.ts'

t.setTimeout(600_000)

const STEPS = 300
const SEEDS = Number(process.env['TNET_SEEDS'] ?? 2)
const subnet = parseCidr('10.0.0.0/27')
const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']

/** The real thing, with three clients, as the model speaks of it. */
class Real {
  readonly store = new MemoryStore()
  readonly clock: { now: number }
  readonly #random: () => number
  readonly #clients: BlockIpam[]

  constructor(clock: { now: number }, random: () => number) {
    this.clock = clock
    this.#random = random
    this.#clients = [1, 2, 3].map(() => new BlockIpam(this.store, { now: () => clock.now }))
  }

  get ipam(): BlockIpam {
    return this.#clients[Math.floor(this.#random() * 3)]!
  }

  async claim(host: string): Promise<number> {
    const block = await this.ipam.claim('shop', host)
    return Number(subnet.offset(block.subnet.split('/')[0]!)) / 4
  }

  async allocate(host: string, owner: string): Promise<number> {
    return Number(subnet.offset((await this.ipam.allocate('shop', { host, owner })).address))
  }

  async releaseOwner(owner: string): Promise<number[]> {
    const released = await this.ipam.releaseOwner(owner)
    return released.map(({ address }) => Number(subnet.offset(address)))
  }

  /** As the model's: blocks, then addresses. */
  async state(): Promise<string[][]> {
    const { blocks } = await this.ipam.inspect('shop')
    const held = blocks.filter(({ host }) => host !== undefined)
    const place = (address: string) => Number(subnet.offset(address))
    return [
      held.map(({ subnet, host }) => `${place(subnet.split('/')[0]!) / 4} ${host}`).sort(),
      blocks
        .flatMap(({ addresses }) => addresses)
        .map(({ address, host, owner }) => `${place(address)} ${host} ${owner}`)
        .sort(),
    ]
  }
}

type Step = [label: string, real: () => Promise<unknown>, model: () => unknown]

function randomStep(real: Real, model: SpaceModel, random: () => number): Step {
  const host = hosts[Math.floor(random() * hosts.length)]!
  const owner = `c${Math.floor(random() * 60)}`
  const dice = random() * 100
  if (dice < 50) {
    return [
      `allocate ${host} ${owner}`,
      () => real.allocate(host, owner),
      () => model.allocate(host, owner),
    ]
  }
  if (dice < 72)
    return [`release ${owner}`, () => real.releaseOwner(owner), () => model.releaseOwner(owner)]
  if (dice < 82) return [`claim ${host}`, () => real.claim(host), () => model.claim(host)]
  if (dice < 88) {
    return [
      `renew ${host}`,
      () => real.ipam.renew('shop', host).then(() => undefined),
      () => model.renew(host),
    ]
  }
  if (dice < 93) {
    const options = { withAddresses: random() < 0.2 }
    return [
      `release host ${host} ${options.withAddresses ? 'and all' : ''}`,
      () => real.ipam.releaseHost('shop', host, options),
      () => model.releaseHost(host, options),
    ]
  }
  if (dice < 94)
    return [
      'release expired',
      async () => (await real.ipam.releaseExpired('shop')).sort(),
      () => model.releaseExpired(),
    ]
  const later = Math.floor(random() * 400)
  return [`+${later}`, async () => void (real.clock.now += later), () => void (model.now += later)]
}

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof Refused) return error.message
    return (error as { code?: string }).code ?? error
  }
}

const rules: ModelRules[] = [
  { perHost: 1, isStrict: true, leaseMs: null },
  { perHost: 1, isStrict: true, leaseMs: 1000 },
  { perHost: 3, isStrict: true, leaseMs: 1000 },
  { perHost: 1, isStrict: false, leaseMs: null },
  { perHost: 2, isStrict: false, leaseMs: null },
  { perHost: 2, isStrict: false, leaseMs: 1000 },
]

t.test('blocks, leases and borrowing are as a simple model says', async t => {
  const seen = new Map<string, number>()
  for (const [n, { perHost, isStrict, leaseMs }] of rules.entries()) {
    for (let seed = n * 1000; seed < n * 1000 + SEEDS; seed++) {
      const random = randomOf(seed)
      const model = new SpaceModel({ perHost, isStrict, leaseMs })
      const real = new Real({ now: 0 }, random)
      await real.ipam.createSpace({
        name: 'shop',
        subnet: `${subnet}`,
        blockPrefix: 30,
        gateways: false,
        blocksPerHost: perHost,
        strictAffinity: isStrict,
        ...(leaseMs !== null && { leaseMs }),
      })
      const story: string[] = []
      for (let step = 0; step < STEPS; step++) {
        const [label, doReal, doModel] = randomStep(real, model, random)
        const [is, wanted] = [await outcome(doReal), await outcome(doModel)]
        story.push(`${label}: ${JSON.stringify(is)}`)
        const kind = `${label.replace(/ .*|\d+/, '')}: ${typeof wanted === 'string' ? wanted : 'done'}`
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
        const isSame = JSON.stringify(is) === JSON.stringify(wanted)
        const state = JSON.stringify(await real.state())
        if (isSame && state === JSON.stringify([model.blocks(), model.addresses()])) continue
        t.same(is, wanted, `seed ${seed}, step ${step}: ${label}`)
        t.same(await real.state(), [model.blocks(), model.addresses()])
        t.comment(story.slice(-20).join('\n'))
        return
      }
      t.same((await new Ipam(real.store).fsck()).findings, [], `seed ${seed}`)
    }
  }
  for (const [kind, times] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1)))
    t.ok(times > 4, `${kind}: ${times}`)
  for (const code of ['ADDRESS_DUPLICATE', 'BLOCK_NONE', 'BLOCK_EXPIRED', 'POOL_EXHAUSTED'])
    t.ok(seen.has(`allocate: TNET_${code}`), code)
  t.ok(seen.has('claim: TNET_SPACE_FULL'))
})

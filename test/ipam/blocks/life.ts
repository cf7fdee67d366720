import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import type { SpaceAddress } from '../../../src/ipam/blocks/space-info.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import type { Finding, Store } from '../../../src/ipam/store/store.ts'
import { randomOf } from './odd-stores.ts'

const allowed = new Set([
  'TNET_BLOCK_EXPIRED',
  'TNET_BLOCK_NONE',
  'TNET_POOL_EXHAUSTED',
  'TNET_SPACE_FULL',
  'TNET_BLOCK_IN_USE',
  'TNET_ADDRESS_FREE',
  'TNET_ADDRESS_OWNER',
])

/** What hosts do that share a client: each checks that what it has is its own. */
async function live(
  ipam: BlockIpam,
  {
    hosts,
    clock,
    seed,
    log,
  }: { hosts: string[]; clock: { now: number }; seed: number; log: string[] },
): Promise<void> {
  const random = randomOf(seed * 100 + Number(hosts[0]![1]))
  const held: { owner: string; address: string }[] = []
  const step = async (n: number) => {
    const host = hosts[Math.floor(random() * hosts.length)]!
    const dice = random() * 100
    clock.now += Math.floor(random() * 20)
    if (dice < 45) {
      const owner = `${host}-${n}`
      const { address } = await ipam.allocate('shop', { host, owner })
      log.push(`got ${address} ${owner}`)
      held.push({ owner, address })
    } else if (dice < 65 && held.length > 0) {
      const [{ owner, address }] = held.splice(Math.floor(random() * held.length), 1) as [
        (typeof held)[0],
      ]
      // When its lease ran out, it may have gone to somebody else: never is that one's released.
      await ipam.release('shop', address, { owner })
    } else if (dice < 80) await ipam.claim('shop', host)
    else if (dice < 90) await ipam.renew('shop', host)
    else if (dice < 93) await ipam.releaseHost('shop', host, { withAddresses: random() < 0.3 })
    else clock.now += 300
  }
  for (let n = 0; n < 80; n++) {
    try {
      await step(n)
    } catch (error) {
      const { code = String(error) } = error as { code?: string }
      if (code === 'TNET_ADDRESS_FREE' || code === 'TNET_ADDRESS_OWNER') log.push(`lost: ${code}`)
      else log.push(`${allowed.has(code) ? 'refused' : 'unexpected'}: ${code}`)
    }
  }
}

/** Clients, each with two hosts, on stores that are one; a clock that all of them move. */
export async function lives(
  stores: readonly Store[],
  seed: number,
): Promise<{ log: string[]; findings: Finding[]; holders: SpaceAddress[] }> {
  const clock = { now: 0 }
  const clients = stores.map(store => new BlockIpam(store, { now: () => clock.now }))
  await clients[0]!.createSpace({
    name: 'shop',
    subnet: '10.0.0.0/27',
    blockPrefix: 30,
    gateways: false,
    blocksPerHost: 2,
    leaseMs: 1000,
  })
  const log: string[] = []
  await Promise.all(
    clients.map((ipam, n) => live(ipam, { hosts: [`a${n}`, `b${n}`], clock, seed, log })),
  )
  const { findings } = await new Ipam(stores[0]!).fsck()
  const { blocks } = await clients[0]!.inspect('shop')
  return { log, findings, holders: blocks.flatMap(({ addresses }) => addresses) }
}

/** What should not have happened. */
export function unexpected(log: readonly string[]): string[] {
  return log.filter(line => line.startsWith('unexpected'))
}

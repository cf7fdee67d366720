import { UsageError } from '../../errors.ts'
import { checkName } from '../pool.ts'
import type { Store } from '../store/store.ts'
import { transact } from '../store/transaction.ts'
import type { Transaction } from '../store/transaction.ts'
import type { Visit } from './allocation.ts'
import { Eviction } from './eviction.ts'
import { OpenSpace } from './open-space.ts'
import type { SpaceKeys } from './space-keys.ts'
import { decodeHost, isExpired } from './space-records.ts'
import { unknownSpace } from './space-refusals.ts'
import { Tenant } from './tenant.ts'

/** Refusals after which it helps to take back what hosts have whose lease ran out. */
const FULL = new Set(['TNET_SPACE_FULL', 'TNET_POOL_EXHAUSTED'])
/** Refusals that one host is in the way of, named in the facts. */
const IN_THE_WAY = new Set(['TNET_BLOCK_TAKEN', 'TNET_BLOCK_EVICTED', 'TNET_ADDRESS_AFFINITY'])
/** How often room is made for one call: what was freed, others may take. */
const ROUNDS = 5

/** Transactions on one address space, and room made for them by leases that ran out. */
export class SpaceWork {
  readonly name: string
  readonly keys: SpaceKeys
  readonly #store: Store
  readonly #now: () => number

  constructor(store: Store, keys: SpaceKeys, { space, now }: { space: string; now: () => number }) {
    this.name = space
    this.keys = keys
    this.#store = store
    this.#now = now
  }

  /** What releases addresses takes turns: it may be one block's record that changes. */
  releasing<T>(work: (open: OpenSpace, tx: Transaction) => Promise<T>): Promise<T> {
    return transact(this.#store, this.keys.everyAddress, async tx =>
      work(await OpenSpace.load(tx, this), tx),
    )
  }

  /** Does something in a host's name; again, when room could be made for it. */
  async visit<T>(
    host: string,
    { subject }: { subject: string },
    work: (visit: Visit) => Promise<T>,
  ): Promise<T> {
    checkName('a host', host)
    const attempt = () =>
      transact(this.#store, subject, async tx => {
        // Asked for at once: a store may be far away.
        await Promise.all([tx.get(this.keys.space), tx.get(this.keys.host(host))])
        const open = await OpenSpace.load(tx, this)
        const tenant = await Tenant.load(open, host, this.#now())
        return work({ tx, open, tenant, keys: this.keys })
      })
    for (let round = 0; round < ROUNDS; round++) {
      try {
        return await attempt()
      } catch (error) {
        if (!(await this.#makeRoom(error))) throw error
      }
    }
    return attempt()
  }

  /** @returns whether it may go better now. */
  async #makeRoom(error: unknown): Promise<boolean> {
    if (!(error instanceof UsageError)) return false
    if (FULL.has(error.code)) return (await this.evictExpired()).length > 0
    const { host } = error.facts
    return IN_THE_WAY.has(error.code) && host !== undefined && this.#evict(host)
  }

  eviction(host: string): Eviction {
    checkName('a host', host)
    return new Eviction(this.#store, this, host)
  }

  #evict(host: string): Promise<boolean> {
    const now = this.#now()
    return this.eviction(host).run(record => isExpired(record, now))
  }

  /** @returns the hosts whose leases had run out, and that have nothing now. */
  async evictExpired(): Promise<string[]> {
    if ((await this.#store.get(this.keys.space)) === undefined) throw unknownSpace(this.name)
    const evicted: string[] = []
    for (const { key, value } of await this.#store.list(this.keys.host())) {
      if (!isExpired(decodeHost(key, value), this.#now())) continue
      const host = decodeURIComponent(key.slice(this.keys.host().length))
      if (await this.#evict(host)) evicted.push(host)
    }
    return evicted
  }
}

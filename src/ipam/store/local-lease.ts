import { DeadlineError, UsageError } from '../../errors.ts'
import { randomId } from '../../kernel/random-id.ts'
import type { StoreLease } from './store.ts'

/** TNET_LEASE_LOST */
export function leaseLost(id: string): DeadlineError {
  return new DeadlineError(`lease ${id} ran out: the keys that were put under it are gone`, {
    code: 'TNET_LEASE_LOST',
    hint: 'begin another lease, and renew it at a third of its time',
  })
}

/** Throws TNET_LEASE_TIME for what is no time. */
export function checkLeaseTime(ttlMs: number): void {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return
  throw new UsageError(`a lease cannot last ${ttlMs} ms`, {
    code: 'TNET_LEASE_TIME',
    hint: 'give it a number of milliseconds above 0, such as 60000',
  })
}

/** What a store does for the leases that this machine's clock decides about. */
export interface LeaseKeeper {
  /** Lets a lease run for `ttlMs` from now on; TNET_LEASE_LOST when it has ended. */
  renew(id: string, ttlMs: number): Promise<void>
  end(id: string): Promise<void>
}

/** A lease of a store on this machine. */
export class LocalLease implements StoreLease {
  readonly id = randomId(12)
  readonly #keeper: LeaseKeeper
  readonly #ttlMs: number

  constructor(keeper: LeaseKeeper, ttlMs: number) {
    checkLeaseTime(ttlMs)
    this.#keeper = keeper
    this.#ttlMs = ttlMs
  }

  renew(): Promise<void> {
    return this.#keeper.renew(this.id, this.#ttlMs)
  }

  end(): Promise<void> {
    return this.#keeper.end(this.id)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }
}

import { randomBytes } from 'node:crypto'
import type { IRequestOp, ITxnRequest, ITxnResponse } from 'etcd3'
import { nowMs } from '../../../clock.ts'
import { DeadlineError } from '../../../errors.ts'
import { leaseLost } from '../local-lease.ts'
import { note } from './etcd-cluster.ts'
import type { EtcdCluster } from './etcd-cluster.ts'
import { EtcdFailure } from './etcd-failure.ts'
import { EtcdLease, isLeaseLost, leaseNumber } from './etcd-lease.ts'

/** A client that died leaves its slots for so long. */
const TTL_MS = 60_000

/** A key of ours alone that every change writes: it tells afterwards whether a change was made. */
interface Slot {
  readonly key: Buffer
  readonly lease: EtcdLease
  /** The revision of what we know to have been written there last; 0: nothing yet. */
  revision: number
}

/** A transaction, but for what a session adds to it. */
export type Txn = Required<Pick<ITxnRequest, 'compare' | 'success' | 'failure'>>

/**
 * Makes changes of which the outcome is known even when the answer is lost: a connection that
 * breaks, a leader that dies. Each change compares a slot and writes a word into it that nobody
 * wrote before. To learn what became of a change, one that is never in doubt reads the slot: if the
 * word is there, the change was made; if not, another word is written, so that a change that is
 * still on its way can no longer be made.
 *
 * Slots are `.clients/LEASE/NUMBER`, and vanish with the lease of their client.
 */
export class EtcdSession {
  readonly #cluster: EtcdCluster
  readonly #prefix: string
  readonly #free: Slot[] = []
  #count = 0
  #lease: Promise<EtcdLease> | undefined
  #renewAt = 0

  constructor(cluster: EtcdCluster, prefix: string) {
    this.#cluster = cluster
    this.#prefix = prefix
  }

  /**
   * Makes a change.
   *
   * @param leases what the change puts keys under.
   * @returns etcd's answer, the slot's part of it last; undefined when the answer was lost, but the
   * change was made.
   * @throws DeadlineError TNET_STORE_UNKNOWN_OUTCOME, TNET_LEASE_LOST; else nothing was changed.
   */
  async change(txn: Txn, leases: Iterable<string> = []): Promise<ITxnResponse | undefined> {
    const deadline = this.#cluster.deadline()
    const failures = new Map<string, EtcdFailure>()
    for (;;) {
      const slot = await this.#take(deadline)
      const member = this.#cluster.member
      const outcome = await this.#attempt(txn, slot, deadline)
      if (!(outcome instanceof EtcdFailure)) {
        if (outcome === 'made') return undefined
        if (outcome !== 'lost slot') return outcome
        continue
      }
      note(failures, member, outcome)
      if (outcome.trouble === 'lease lost') await this.#refuseLost(leases, deadline)
      else if (!outcome.isPassing || !(await this.#cluster.pause(deadline))) {
        throw this.#cluster.explain(failures)
      }
    }
  }

  /** Lets go of the slots; an etcd that cannot be reached will do so by itself. */
  async close(timeoutMs: number): Promise<void> {
    try {
      const lease = await this.#lease
      await lease?.end(nowMs() + timeoutMs)
    } catch {
      // They go when their time is up.
    }
  }

  /** A failure after which it is known that nothing was changed, or what became of the change. */
  async #attempt(
    txn: Txn,
    slot: Slot,
    deadline: number,
  ): Promise<ITxnResponse | EtcdFailure | 'made' | 'lost slot'> {
    const word = randomBytes(12)
    const request = withSlot(txn, slot, word)
    try {
      const answer = await this.#cluster.once(
        (client, options) => client.kv.txn(request, options),
        deadline,
      )
      return this.#settle(slot, answer)
    } catch (error) {
      if (!(error instanceof EtcdFailure)) throw error
      if (!error.mayHaveHappened) {
        if (error.trouble !== 'lease lost') this.#free.push(slot)
        return error
      }
      return (await this.#wasMade(slot, word, deadline)) ? 'made' : error
    }
  }

  #settle(slot: Slot, answer: ITxnResponse): ITxnResponse | 'lost slot' {
    if (answer.succeeded) slot.revision = Number(answer.header.revision)
    else {
      const [its] = answer.responses.at(-1)!.response_range.kvs
      if (Number(its?.mod_revision ?? 0) !== slot.revision) {
        // Nobody else writes there: its lease ran out, as when this process was stopped.
        this.#lease = undefined
        return 'lost slot'
      }
    }
    this.#free.push(slot)
    return answer
  }

  /** Either our lease ran out, and another will do, or one of the change's own. */
  async #refuseLost(leases: Iterable<string>, deadline: number): Promise<void> {
    this.#lease = undefined
    for (const id of leases) {
      const request = { ID: leaseNumber(id), keys: false }
      const { TTL } = await this.#cluster.call(
        (client, options) => client.leaseClient.leaseTimeToLive(request, options),
        deadline,
      )
      if (Number(TTL) <= 0) throw leaseLost(id)
    }
  }

  /** The slot is not used again: what may still be on its way has nowhere to go. */
  async #wasMade({ key, lease }: Slot, word: Buffer, deadline: number): Promise<boolean> {
    const fence = { key, value: randomBytes(12), lease: leaseNumber(lease.id) }
    const question: ITxnRequest = {
      compare: [{ key, target: 'Value', result: 'Equal', value: word }],
      failure: [{ request_put: fence }],
    }
    try {
      const answer = await this.#cluster.call(
        (client, options) => client.kv.txn(question, options),
        deadline,
      )
      return answer.succeeded
    } catch (cause) {
      throw new DeadlineError(
        `etcd at ${this.#cluster.member} did not say whether it made a change`,
        {
          code: 'TNET_STORE_UNKNOWN_OUTCOME',
          facts: { etcd: cause instanceof Error ? cause.message : String(cause) },
          hint: 'look whether it did when etcd is back, or let a lease undo it',
          cause,
        },
      )
    }
  }

  async #take(deadline: number): Promise<Slot> {
    const lease = await this.#current(deadline)
    for (let slot = this.#free.pop(); slot !== undefined; slot = this.#free.pop()) {
      if (slot.lease === lease) return slot
    }
    const key = Buffer.from(`${this.#prefix}${lease.id}/${this.#count++}`)
    return { key, lease, revision: 0 }
  }

  /** Our lease, which changes keep alive; after a longer silence there is another. */
  async #current(deadline: number): Promise<EtcdLease> {
    if (this.#lease !== undefined && nowMs() < this.#renewAt) return this.#lease
    const old = this.#lease
    this.#renewAt = nowMs() + TTL_MS / 3
    this.#lease = this.#renewed(old, deadline)
    try {
      return await this.#lease
    } catch (error) {
      this.#lease = undefined
      throw error
    }
  }

  async #renewed(old: Promise<EtcdLease> | undefined, deadline: number): Promise<EtcdLease> {
    const lease = await old
    try {
      await lease?.renew(deadline)
      if (lease !== undefined) return lease
    } catch (error) {
      if (!isLeaseLost(error)) throw error
    }
    return EtcdLease.grant(this.#cluster, TTL_MS, deadline)
  }
}

function withSlot(txn: Txn, { key, lease, revision }: Slot, word: Buffer): ITxnRequest {
  const put: IRequestOp = { request_put: { key, value: word, lease: leaseNumber(lease.id) } }
  return {
    compare: [...txn.compare, { key, target: 'Mod', result: 'Equal', mod_revision: revision }],
    success: [...txn.success, put],
    failure: [...txn.failure, { request_range: { key } }],
  }
}

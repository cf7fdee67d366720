import { randomBytes } from 'node:crypto'
import type { Etcd3 } from 'etcd3'
import { TnetError } from '../../../errors.ts'
import { checkLeaseTime, leaseLost } from '../local-lease.ts'
import type { StoreLease } from '../store.ts'
import type { EtcdCluster } from './etcd-cluster.ts'
import { EtcdFailure } from './etcd-failure.ts'

/** A lease's id as requests have it: a signed number of 64 bits; `etcdctl` shows it in hex. */
export function leaseNumber(id: string): string {
  return `${BigInt(`0x${id}`)}`
}

/**
 * A lease that etcd's own clock decides about. It lasts whole seconds, and at least one and a half
 * times as long as etcd takes to elect a leader.
 */
export class EtcdLease implements StoreLease {
  readonly id: string
  readonly #cluster: EtcdCluster

  private constructor(cluster: EtcdCluster, id: string) {
    this.#cluster = cluster
    this.id = id
  }

  static async grant(
    cluster: EtcdCluster,
    ttlMs: number,
    deadline = cluster.deadline(),
  ): Promise<EtcdLease> {
    checkLeaseTime(ttlMs)
    // Chosen here, so that asking again after an answer that was lost makes no second lease.
    const bytes = randomBytes(8)
    bytes[0]! &= 0x7f
    const id = bytes.toString('hex')
    const request = { ID: leaseNumber(id), TTL: Math.ceil(ttlMs / 1000) }
    await cluster.call(async (client, options) => {
      try {
        await client.leaseClient.leaseGrant(request, options)
      } catch (cause) {
        if (new EtcdFailure(cause).trouble !== 'lease exists') throw cause
      }
    }, deadline)
    return new EtcdLease(cluster, id)
  }

  async renew(deadline = this.#cluster.deadline()): Promise<void> {
    const isLive = await this.#cluster.call(
      (client, options) => keepAlive(client, leaseNumber(this.id), options),
      deadline,
    )
    if (!isLive) throw leaseLost(this.id)
  }

  async end(deadline = this.#cluster.deadline()): Promise<void> {
    await this.#cluster.call(async (client, options) => {
      try {
        await client.leaseClient.leaseRevoke({ ID: leaseNumber(this.id) }, options)
      } catch (cause) {
        if (new EtcdFailure(cause).trouble !== 'lease lost') throw cause
      }
    }, deadline)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }
}

type StreamOptions = Parameters<Etcd3['leaseClient']['leaseKeepAlive']>[0]

/** Asks once, on a stream of its own. @returns whether the lease was still there. */
async function keepAlive(client: Etcd3, number: string, options: StreamOptions): Promise<boolean> {
  const stream = await client.leaseClient.leaseKeepAlive(options)
  return new Promise((resolve, reject) => {
    stream.on('data', ({ TTL }) => {
      resolve(Number(TTL) > 0)
      stream.end()
    })
    stream.on('error', reject)
    stream.on('end', () => reject(new Error('14 UNAVAILABLE: the stream ended')))
    stream.write({ ID: number })
  })
}

/** Whether an error says that a lease ran out. */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof TnetError && error.code === 'TNET_LEASE_LOST'
}

import { isUtf8 } from 'node:buffer'
import type { IKeyValue, ITxnResponse } from 'etcd3'
import { EnvironmentError } from '../../errors.ts'
import { isReadOnly } from './entries.ts'
import { etcdChange } from './etcd/etcd-change.ts'
import { EtcdCluster } from './etcd/etcd-cluster.ts'
import { EtcdLease } from './etcd/etcd-lease.ts'
import { readSettings } from './etcd/etcd-options.ts'
import type { EtcdOptions } from './etcd/etcd-options.ts'
import { listRange, prefixEnd } from './etcd/etcd-range.ts'
import { EtcdSession } from './etcd/etcd-session.ts'
import { KnownEntries } from './etcd/known-entries.ts'
import type { Change, Entry, Finding, Store, StoreLease } from './store.ts'

export type { EtcdOptions, RelayedEndpoint } from './etcd/etcd-options.ts'

/** What `.format` says: that the keys beside it are ours, and how to read them. */
const FORMAT = 'tnet-lab store 1'
/** Keys of the store itself; what is kept in it begins with no dot. */
const OWN = '.'

/**
 * A store in etcd, version 3, for any number of processes on any number of machines. A change is
 * one etcd transaction that compares the `mod_revision` of what it was based on: there is no lock,
 * so no client can die with one.
 *
 *     PREFIX.format              what the keys beside it are
 *     PREFIX.clients/LEASE/N     see `EtcdSession`
 *     PREFIX…                    what is kept
 *
 * @example
 * await using store = await EtcdStore.open({ endpoints: 'http://192.0.2.1:2379' })
 * const ipam = new Ipam(store)
 */
export class EtcdStore implements Store {
  readonly #cluster: EtcdCluster
  readonly #session: EtcdSession
  readonly #known = new KnownEntries()
  readonly #prefix: string
  #isClosed = false

  private constructor(cluster: EtcdCluster, prefix: string) {
    this.#cluster = cluster
    this.#prefix = prefix
    this.#session = new EtcdSession(cluster, `${prefix}${OWN}clients/`)
  }

  /**
   * Connects, and makes sure that the prefix is empty or ours.
   *
   * @throws UsageError TNET_STORE_ENDPOINT, TNET_STORE_PASSWORD, TNET_STORE_AUTH_REQUIRED,
   * TNET_STORE_CERTIFICATE, TNET_STORE_PREFIX; EnvironmentError TNET_STORE_UNREACHABLE,
   * TNET_STORE_CERTIFICATE, TNET_STORE_DENIED, TNET_STORE_FORMAT; DeadlineError
   * TNET_STORE_TIMEOUT, TNET_STORE_NO_QUORUM. Every later call may throw most of these as well.
   */
  static async open(options: EtcdOptions): Promise<EtcdStore> {
    const settings = readSettings(options)
    const cluster = await EtcdCluster.load(settings)
    try {
      await claim(cluster, settings.prefix)
      return new EtcdStore(cluster, settings.prefix)
    } catch (error) {
      cluster.close()
      throw error
    }
  }

  async get(key: string): Promise<Entry | undefined> {
    const request = { key: this.#bytes(key) }
    const { kvs, header } = await this.#cluster.call((client, options) =>
      client.kv.range(request, options),
    )
    return this.#learn(key, kvs[0], header.revision)
  }

  async recall(key: string, isLikelyAbsent: boolean): Promise<Entry | undefined> {
    const known = this.#known.get(key)
    if (known !== undefined) return known.entry
    return isLikelyAbsent ? undefined : this.get(key)
  }

  async list(prefix: string): Promise<Entry[]> {
    const pairs = await listRange(this.#cluster, this.#bytes(prefix))
    const entries = pairs.filter(({ key }) => isUtf8(key)).map(pair => this.#entry(pair))
    return entries.filter(({ key }) => !key.startsWith(OWN))
  }

  async commit(change: Change): Promise<boolean> {
    const txn = etcdChange(change, key => this.#bytes(key))
    const answer = isReadOnly(change)
      ? await this.#cluster.call((client, options) => client.kv.txn(txn, options))
      : await this.#session.change(txn, new Set(change.leases?.values()))
    this.#remember(change, answer)
    return answer?.succeeded ?? true
  }

  lease(ttlMs: number): Promise<StoreLease> {
    return EtcdLease.grant(this.#cluster, ttlMs)
  }

  /** etcd looks after itself; what somebody else wrote below our prefix, nobody does. */
  async check(): Promise<Finding[]> {
    const pairs = await listRange(this.#cluster, Buffer.from(this.#prefix))
    const findings: Finding[] = []
    for (const { key, value } of pairs) {
      const what = foreign(key, value, this.#prefix)
      if (what === undefined) continue
      const where = printable(key)
      const message = `the key ${where} is not one of ours: ${what}`
      findings.push({ code: 'TNET_FSCK_FOREIGN', where, message, isRepaired: false })
    }
    return findings
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#session.close(500)
    this.#cluster.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #bytes(key: string): Buffer {
    return Buffer.from(`${this.#prefix}${key}`)
  }

  #entry({ key, value, mod_revision: revision }: IKeyValue): Entry {
    return {
      key: key.toString().slice(this.#prefix.length),
      value: value.toString(),
      revision: Number(revision),
    }
  }

  #learn(key: string, pair: IKeyValue | undefined, asOf: string): Entry | undefined {
    const entry = pair === undefined ? undefined : this.#entry(pair)
    this.#known.learn(key, entry, Number(asOf))
    return entry
  }

  /** What a change, made or refused, tells about the keys that it was about. */
  #remember(change: Change, answer: ITxnResponse | undefined): void {
    const { put = new Map<string, string>(), delete: deleted = [], deletePrefixes = [] } = change
    if (answer?.succeeded === false) {
      for (const [n, key] of [...(change.expect?.keys() ?? [])].entries()) {
        this.#learn(key, answer.responses[n]?.response_range.kvs[0], answer.header.revision)
      }
      return
    }
    for (const prefix of deletePrefixes) this.#known.forgetPrefix(prefix)
    for (const key of [...deleted, ...put.keys()]) this.#known.forget(key)
    if (answer === undefined) return
    const revision = Number(answer.header.revision)
    for (const key of deleted) this.#known.learn(key, undefined, revision)
    for (const [key, value] of put) this.#known.learn(key, { key, value, revision }, revision)
  }
}

/** Makes an empty prefix ours. */
async function claim(cluster: EtcdCluster, prefix: string): Promise<void> {
  const [all, key] = [Buffer.from(prefix), Buffer.from(`${prefix}${OWN}format`)]
  const { kvs } = await cluster.call((client, options) => client.kv.range({ key }, options))
  if (kvs[0]?.value.toString() === FORMAT) return
  // Comparing a whole prefix reads it all, so that is not done where it is known to be ours.
  const range = { key: all, range_end: prefixEnd(all) }
  const request = {
    compare: [{ ...range, target: 'Create', result: 'Equal', create_revision: 0 } as const],
    success: [{ request_put: { key, value: Buffer.from(FORMAT) } }],
    failure: [{ request_range: { key } }],
  }
  const answer = await cluster.call((client, options) => client.kv.txn(request, options))
  if (answer.succeeded) return
  // Another client may have been faster.
  const found = answer.responses[0]?.response_range.kvs[0]?.value.toString()
  if (found === FORMAT) return
  throw new EnvironmentError(`the keys below ${prefix} in etcd at ${cluster.member} are not ours`, {
    code: 'TNET_STORE_FORMAT',
    facts: { found: found ?? `keys, but no ${key.toString()}`, expected: FORMAT },
    hint: 'choose another prefix',
  })
}

/** Why a key is nothing that this store wrote, if so. */
function foreign(key: Buffer, value: Buffer, prefix: string): string | undefined {
  if (!isUtf8(key)) return 'it is no text'
  if (!isUtf8(value) && !key.toString().startsWith(`${prefix}${OWN}clients/`)) {
    return 'its value is no text'
  }
  const own = key.toString().slice(prefix.length)
  if (!own.startsWith(OWN) || own === `${OWN}format` || own.startsWith(`${OWN}clients/`)) return
  return 'the store makes no such key'
}

function printable(key: Buffer): string {
  return isUtf8(key) ? key.toString() : encodeURI(key.toString('latin1'))
}

import type { ICompare, IRequestOp } from 'etcd3'
import { UsageError } from '../../../errors.ts'
import type { Change } from '../store.ts'
import { leaseNumber } from './etcd-lease.ts'
import { nextKey, prefixEnd } from './etcd-range.ts'
import type { Txn } from './etcd-session.ts'

/** `--max-txn-ops` of etcd by default, less the one that a session adds. */
const MOST = 127

/** What a change is in etcd's terms; `bytes` makes a key of ours one of etcd's. */
export function etcdChange(change: Change, bytes: (key: string) => Buffer): Txn {
  const { expect = new Map<string, number>(), expectPrefixes = new Map<string, number>() } = change
  const compare: ICompare[] = []
  for (const [key, revision] of expect) {
    compare.push({ key: bytes(key), target: 'Mod', result: 'Equal', mod_revision: revision })
  }
  for (const [prefix, revision] of expectPrefixes) {
    const key = bytes(prefix)
    const range = { key, range_end: prefixEnd(key) }
    compare.push({ ...range, target: 'Mod', result: 'Less', mod_revision: revision + 1 })
  }
  const success = [...deletions(change, bytes), ...puts(change, bytes)]
  // What is so instead, in the order of `expect`.
  const failure = [...expect.keys()].map(key => ({ request_range: { key: bytes(key) } }))
  const operations = Math.max(compare.length, success.length)
  if (operations > MOST) throw tooLarge(operations)
  return { compare, success, failure }
}

function* puts({ put, leases }: Change, bytes: (key: string) => Buffer): Generator<IRequestOp> {
  for (const [key, value] of put ?? []) {
    const lease = leases?.get(key)
    const request = { key: bytes(key), value: Buffer.from(value) }
    yield {
      request_put: lease === undefined ? request : { ...request, lease: leaseNumber(lease) },
    }
  }
}

/** etcd refuses to delete and put one key in one transaction: the ranges leave gaps for puts. */
function* deletions(change: Change, bytes: (key: string) => Buffer): Generator<IRequestOp> {
  const kept = [...(change.put?.keys() ?? [])].map(bytes).sort((a, b) => Buffer.compare(a, b))
  for (const key of change.delete ?? []) {
    if (change.put?.has(key) !== true) yield { request_delete_range: { key: bytes(key) } }
  }
  for (const prefix of change.deletePrefixes ?? []) {
    let key = bytes(prefix)
    const end = prefixEnd(key)
    const within = kept.filter(
      other => Buffer.compare(other, key) >= 0 && Buffer.compare(other, end) < 0,
    )
    for (const gap of within) {
      if (!gap.equals(key)) yield { request_delete_range: { key, range_end: gap } }
      key = nextKey(gap)
    }
    yield { request_delete_range: { key, range_end: end } }
  }
}

function tooLarge(operations: number): UsageError {
  return new UsageError(`a change of ${operations} keys is too large for etcd`, {
    code: 'TNET_STORE_CHANGE_SIZE',
    facts: { most: String(MOST) },
    hint: 'change fewer keys at once',
  })
}

import type { IKeyValue } from 'etcd3'
import { TnetError } from '../../../errors.ts'
import { nowMs } from '../../../clock.ts'
import type { EtcdCluster } from './etcd-cluster.ts'

/** Keys in one answer, so that none gets too large or takes too long. */
const PAGE = 1000

/** Where a range of keys ends that begin with `prefix`: UTF-8 has no byte above 0xf4. */
export function prefixEnd(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix)
  end[end.length - 1]! += 1
  return end
}

/** The key that comes right after another one. */
export function nextKey(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.from([0])])
}

/**
 * Every key that begins with `prefix`, as of one revision, however many pages that takes. Begun
 * anew when etcd forgets that revision in the meantime.
 *
 * @throws EnvironmentError TNET_STORE_COMPACTED when it does so until the deadline.
 */
export async function listRange(
  cluster: Pick<EtcdCluster, 'call' | 'deadline'>,
  prefix: Buffer,
  page = PAGE,
): Promise<IKeyValue[]> {
  const deadline = cluster.deadline()
  let compacted: TnetError | undefined
  for (;;) {
    try {
      return await listPages(cluster, prefix, { page, deadline })
    } catch (error) {
      const isIt = error instanceof TnetError && error.code === 'TNET_STORE_COMPACTED'
      if (isIt) compacted = error
      // Not that time ran out, but what it was spent on.
      if (!isIt || nowMs() >= deadline) throw compacted ?? error
    }
  }
}

async function listPages(
  cluster: Pick<EtcdCluster, 'call'>,
  prefix: Buffer,
  { page, deadline }: { page: number; deadline: number },
): Promise<IKeyValue[]> {
  const found: IKeyValue[] = []
  let key = prefix
  let revision = '0'
  for (;;) {
    const request = { key, range_end: prefixEnd(prefix), limit: page, revision }
    const answer = await cluster.call(
      (client, options) => client.kv.range(request, options),
      deadline,
    )
    for (const pair of answer.kvs) found.push(pair)
    const last = answer.kvs.at(-1)
    if (!answer.more || last === undefined) return found
    key = nextKey(last.key)
    if (revision === '0') ({ revision } = answer.header)
  }
}

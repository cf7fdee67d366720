import { TnetError, UsageError } from '../errors.ts'
import { withReasons } from '../ipam/store/etcd/etcd-failure.ts'
import {
  readSettings,
  type EtcdOptions,
  type RelayedEndpoint,
} from '../ipam/store/etcd/etcd-options.ts'
import { EtcdStore } from '../ipam/store/etcd-store.ts'
import type { Store } from '../ipam/store/store.ts'
import { isAddress } from '../kernel/netlink/address-bytes.ts'
import { Relay } from '../kernel/relay.ts'
import { addressesFor } from './hosts-file.ts'
import type { Node } from './node.ts'

/** What `EtcdStore.open` takes besides the endpoints. */
export type NodeEtcdOptions = Omit<EtcdOptions, 'endpoints'>

function unknown(node: Node, url: string, host: string): UsageError {
  return new UsageError(`"${node.label}" knows no etcd at ${JSON.stringify(url)}`, {
    code: 'TNET_STORE_ENDPOINT',
    hint: 'write it as http://192.0.2.10:2379, or with the name of a node of the lab',
    facts: { host },
  })
}

/** Where that is, as the node sees it: an address, or a node of the lab by its name. */
function placeOf(node: Node, url: string): { address: string; port: number } {
  // URL forgets a port that is its protocol's own.
  const [, port] = /:(\d+)$/.exec(url) ?? []
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  const named = node.lab.nodes.find(({ label, netns }) => label === host || netns.name === host)
  const address = named === undefined ? host : addressesFor(node, named)[0]?.address
  if (address === undefined || !isAddress(address)) throw unknown(node, url, host)
  return { address, port: Number(port) }
}

/** Does what may fail at etcd; its error says why the relays on the way reached nobody, if so. */
type Telling = <T>(work: () => Promise<T>) => Promise<T>

function tellingOf(relays: ReadonlyMap<string, Relay>): Telling {
  return async work => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof TnetError)) throw error
      const reasons = [...relays].flatMap(([endpoint, { failure }]) =>
        failure === undefined ? [] : [[endpoint, failure] as const],
      )
      throw withReasons(error, new Map(reasons))
    }
  }
}

function tellingStore(store: EtcdStore, telling: Telling): Store {
  const close = () => store.close()
  return {
    get: key => telling(() => store.get(key)),
    list: prefix => telling(() => store.list(prefix)),
    recall: (key, isLikelyAbsent) => telling(() => store.recall(key, isLikelyAbsent)),
    commit: change => telling(() => store.commit(change)),
    lease: async ttlMs => {
      const lease = await telling(() => store.lease(ttlMs))
      const end = () => telling(() => lease.end())
      const renew = () => telling(() => lease.renew())
      return { id: lease.id, renew, end, [Symbol.asyncDispose]: end }
    },
    check: () => telling(() => store.check()),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * Opens an etcd as a node reaches it: by its links, its routes, its rules. The client's own sockets
 * are in this process; a relay leads each endpoint into the node's namespace.
 */
export async function etcdFrom(
  node: Node,
  endpoints: string | readonly string[],
  options: NodeEtcdOptions = {},
): Promise<Store> {
  const relays = new Map<string, Relay>()
  const relayed: RelayedEndpoint[] = []
  for (const { name: as } of readSettings({ endpoints }).endpoints) {
    const to = placeOf(node, as)
    const relay = await Relay.open(node.netns.fd, { to, label: node.label })
    node.lab.undo.push(`relay to ${as}`, () => relay.close())
    relays.set(as, relay)
    relayed.push({ url: `${new URL(as).protocol}//127.0.0.1:${relay.port}`, as })
  }
  const telling = tellingOf(relays)
  const store = await telling(() => EtcdStore.open({ ...options, endpoints: relayed }))
  node.lab.undo.push('etcd client', () => store.close())
  return tellingStore(store, telling)
}

import { UsageError } from '../errors.ts'
import type { EtcdOptions, RelayedEndpoint } from '../ipam/store/etcd/etcd-options.ts'
import { EtcdStore } from '../ipam/store/etcd-store.ts'
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
  if (!URL.canParse(url)) throw unknown(node, url, '')
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const named = node.lab.nodes.find(({ label, netns }) => label === host || netns.name === host)
  const address = named === undefined ? host : addressesFor(node, named)[0]?.address
  if (address === undefined || !isAddress(address)) throw unknown(node, url, host)
  return { address, port: port === '' ? 2379 : Number(port) }
}

/**
 * Opens an etcd as a node reaches it: by its links, its routes, its rules. The client's own sockets
 * are in this process; a relay leads each endpoint into the node's namespace.
 */
export async function etcdFrom(
  node: Node,
  endpoints: string | readonly string[],
  options: NodeEtcdOptions = {},
): Promise<EtcdStore> {
  const relayed: RelayedEndpoint[] = []
  for (const as of [endpoints].flat()) {
    const to = placeOf(node, as)
    const relay = await Relay.open(node.netns.fd, { to, label: node.label })
    node.lab.undo.push(`relay to ${as}`, () => relay.close())
    relayed.push({ url: `${new URL(as).protocol}//127.0.0.1:${relay.port}`, as })
  }
  const store = await EtcdStore.open({ ...options, endpoints: relayed })
  node.lab.undo.push('etcd client', () => store.close())
  return store
}

import { EnvironmentError } from '../errors.ts'
import type { SpaceDetails } from '../ipam/blocks/space-info.ts'
import type { PoolDetails } from '../ipam/pool-info.ts'
import type { Store } from '../ipam/store/store.ts'
import { transact } from '../ipam/store/transaction.ts'
import type { Endpoint, Network, NetworkSubnet } from './network.ts'

/** A network as it is kept: `networks/NAME`, JSON, its hosts by their labels. */
export interface NetworkRecord extends Omit<Network, 'hosts' | 'parts' | 'over'> {
  readonly hosts: readonly string[]
  readonly parts: readonly (NetworkSubnet & { readonly host: string })[]
}

/** A network with all that is on it. */
export interface NetworkDetails extends NetworkRecord {
  readonly endpoints: readonly Endpoint[]
  /** The state of its pool, when all hosts share one. */
  readonly pool: PoolDetails | undefined
  /** The state of its blocks, when each host has its own. */
  readonly space: SpaceDetails | undefined
}

const networkKey = (name: string) => `networks/${encodeURIComponent(name)}`
const endpointKey = (id: string) => `endpoints/${encodeURIComponent(id)}`

function parse(key: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EnvironmentError(`the record ${key} cannot be read`, {
      code: 'TNET_NETWORK_DAMAGED',
      hint: 'delete the record, or the store that holds it',
      cause,
    })
  }
}

function recordOf(network: Network): NetworkRecord {
  const { hosts, parts, ...rest } = network
  return {
    ...rest,
    hosts: hosts.map(host => host.label),
    parts: parts.map(part => ({ ...part, host: part.host.label })),
  }
}

/** Networks and endpoints as everybody who has the same store sees them. */
export class NetworkRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  #put(key: string, value: object): Promise<void> {
    return transact(this.#store, key, async tx => tx.put(key, JSON.stringify(value)))
  }

  #delete(key: string): Promise<void> {
    return transact(this.#store, key, async tx => tx.delete(key))
  }

  async #list<T>(prefix: string): Promise<T[]> {
    return (await this.#store.list(prefix)).map(({ key, value }) => parse(key, value) as T)
  }

  putNetwork(network: Network): Promise<void> {
    return this.#put(networkKey(network.name), recordOf(network))
  }

  deleteNetwork(name: string): Promise<void> {
    return this.#delete(networkKey(name))
  }

  async network(name: string): Promise<NetworkRecord | undefined> {
    const key = networkKey(name)
    const entry = await this.#store.get(key)
    return entry === undefined ? undefined : (parse(key, entry.value) as NetworkRecord)
  }

  /** By name. */
  networks(): Promise<NetworkRecord[]> {
    return this.#list('networks/')
  }

  /** One transaction for as many as go into one (etcd takes 128 changes). */
  async putEndpoints(endpoints: readonly Endpoint[]): Promise<void> {
    for (let from = 0; from < endpoints.length; from += 100) {
      await transact(this.#store, 'endpoints', async tx => {
        for (const endpoint of endpoints.slice(from, from + 100)) {
          tx.put(endpointKey(endpoint.id), JSON.stringify(endpoint))
        }
      })
    }
  }

  deleteEndpoint(id: string): Promise<void> {
    return this.#delete(endpointKey(id))
  }

  async endpointsOf(network: string): Promise<Endpoint[]> {
    const all = await this.#list<Endpoint>('endpoints/')
    return all.filter(endpoint => endpoint.network === network)
  }
}

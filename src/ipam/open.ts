import type { BlockIpam } from './blocks/block-ipam.ts'
import type { Ipam } from './ipam.ts'
import type { EtcdOptions } from './store/etcd/etcd-options.ts'
import type { Store } from './store/store.ts'

/**
 * A store in any etcd v3, as this process reaches it; a node of a lab has its own: `node.etcd`.
 *
 * @throws UsageError TNET_STORE_ENDPOINT, TNET_STORE_PASSWORD, TNET_STORE_CERTIFICATE and the like;
 * EnvironmentError or DeadlineError when etcd does not answer, or refuses
 * @example
 * const store = await openEtcd({ endpoints: 'https://etcd.example:2379', ca: '/etc/etcd/ca.pem' })
 */
export async function openEtcd(options: EtcdOptions): Promise<Store> {
  return (await import('./store/etcd-store.ts')).EtcdStore.open(options)
}

/** Addresses kept in a store: pools that all share, and spaces of which each host has blocks. */
export async function openIpam(store: Store): Promise<{ ipam: Ipam; blocks: BlockIpam }> {
  const { Ipam } = await import('./ipam.ts')
  const { BlockIpam } = await import('./blocks/block-ipam.ts')
  return { ipam: new Ipam(store), blocks: new BlockIpam(store) }
}

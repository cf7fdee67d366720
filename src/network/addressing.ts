import type { Ipam } from '../ipam/ipam.ts'
import { parseRoute, routeList } from '../kernel/netlink/route.ts'
import type { Netns } from '../kernel/netns.ts'
import type { Undo } from '../undo.ts'
import type { ConnectOptions, CreateNetworkOptions } from './network-options.ts'
import type { Endpoint, Network, NetworkSubnet } from './network.ts'

/** The pool of a network's IPv6 subnet; that of its IPv4 subnet is called as the network is. */
const ipv6Pool = (network: string) => `${network} (IPv6)`

/** Everything that the kernel routes to in the hosts' main tables. */
function usedSubnets(hosts: readonly Netns[]): string[] {
  return hosts.flatMap(host =>
    host
      .dump(routeList, parseRoute)
      .filter(({ to, family, table }) => to !== 'default' && family === 'inet' && table === 254)
      .map(({ to }) => to),
  )
}

/** Subnet and gateway from IPAM, once or for both families. */
export async function createPools(
  ipam: Ipam,
  name: string,
  options: CreateNetworkOptions,
  undo: Undo,
): Promise<NetworkSubnet & { ipv6: NetworkSubnet | undefined }> {
  const { subnet, gateway, range, auxiliary, policy, ipv6 } = options
  const wanted = { subnet, gateway, range, auxiliary, policy }
  const given = Object.fromEntries(Object.entries(wanted).filter(([, v]) => v !== undefined))
  const used = subnet === undefined ? usedSubnets(options.hosts) : []
  const create = async (pool: Parameters<Ipam['createPool']>[0]) => {
    const made = await ipam.createPool(pool)
    undo.push('pool', () => ipam.deletePool(pool.name))
    return { subnet: made.subnet, gateway: made.gateway }
  }
  const first = await create({ name, ...given, used })
  if (ipv6 === undefined) return { ...first, ipv6 }
  return { ...first, ipv6: await create({ name: ipv6Pool(name), subnet: ipv6 }) }
}

export async function deletePools(ipam: Ipam, { name, ipv6 }: Network): Promise<void> {
  await ipam.deletePool(name)
  if (ipv6 !== undefined) await ipam.deletePool(ipv6Pool(name))
}

/** An endpoint's addresses, in its name. */
export async function allocateAddresses(
  ipam: Ipam,
  { name, ipv6 }: Network,
  { owner, options, undo }: { owner: string; options: ConnectOptions; undo: Undo },
): Promise<Pick<Endpoint, 'address' | 'prefix' | 'ipv6'>> {
  undo.push('addresses', async () => void (await ipam.releaseOwner(owner)))
  const allocate = async (pool: string, address: string | undefined) => {
    const given = await ipam.allocate(pool, {
      owner,
      ...(address === undefined ? {} : { address }),
    })
    return { address: given.address, prefix: given.cidr }
  }
  const first = await allocate(name, options.address)
  if (ipv6 === undefined) return { ...first, ipv6 }
  return { ...first, ipv6: await allocate(ipv6Pool(name), options.ipv6) }
}

/** The default routes that a container gets by this network: of each family, where it has none. */
export function gatewaysFor(
  network: Network,
  container: Netns,
  wanted: boolean | undefined,
): string[] {
  if (wanted === false || network.isInternal) return []
  const all = [network.gateway, network.ipv6?.gateway].filter(gateway => gateway !== undefined)
  if (wanted === true) return all
  const has = container
    .dump(routeList, parseRoute)
    .filter(({ to, table }) => to === 'default' && table === 254)
    .map(({ family }) => family)
  return all.filter(gateway => !has.includes(gateway.includes(':') ? 'inet6' : 'inet'))
}

import fs from 'node:fs'
import { MemoryStore } from '../../../src/ipam/store/memory-store.ts'
import type { Store } from '../../../src/ipam/store/store.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import type { LabNetwork } from '../../../src/lab/lab-network.ts'
import type { OwnNetworkOptions } from '../../../src/lab/lab-network-options.ts'
import type { LabNetworks } from '../../../src/lab/lab-networks.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Segment } from '../../../src/lab/segment.ts'
import { ruleLines } from './topology.ts'

/** One way for containers on different hosts to reach each other, and what follows from it. */
export interface Way {
  name: string
  options: OwnNetworkOptions
  /** Of a container, where the underlay's is 1500. */
  mtu: number
  /** Each host has a part of the subnet. */
  isDivided: boolean
  /** Of the device that a host has for it, if its name is known before. */
  device?: string
}

const part = { isDivided: true }
const flat = { isDivided: false }

export const ways: readonly Way[] = [
  { name: 'vxlan', options: { driver: 'vxlan' }, mtu: 1450, ...part, device: 'flannel.1' },
  {
    name: 'vxlan with direct routing',
    options: { driver: 'vxlan', directRouting: true },
    mtu: 1450,
    ...part,
    device: 'flannel.1',
  },
  {
    name: 'vxlan flat, head-end',
    options: { driver: 'vxlan', flat: true },
    mtu: 1450,
    ...flat,
    device: 'vxlan.1',
  },
  {
    name: 'vxlan flat, multicast',
    options: { driver: 'vxlan', flat: true, flood: 'multicast' },
    mtu: 1450,
    ...flat,
    device: 'vxlan.1',
  },
  { name: 'ipip', options: { driver: 'ipip' }, mtu: 1480, ...part, device: 'flannel.ipip' },
  { name: 'gre', options: { driver: 'gre' }, mtu: 1476, ...part, device: 'flannel.gre' },
  {
    name: 'gre with a key',
    options: { driver: 'gre', key: 7 },
    mtu: 1472,
    ...part,
    device: 'gre.7',
  },
  { name: 'gretap', options: { driver: 'gretap' }, mtu: 1462, ...flat },
  { name: 'gretap with a key', options: { driver: 'gretap', key: 7 }, mtu: 1458, ...flat },
  { name: 'host-gw', options: { driver: 'host-gw' }, mtu: 1500, ...part },
  { name: 'routed', options: { driver: 'routed' }, mtu: 1500, ...part },
]

/** One of each kind, for what does not depend on the bytes that a tunnel puts around a packet. */
export const kinds: readonly Way[] = ways.filter(({ name }) =>
  ['vxlan', 'vxlan flat, head-end', 'ipip', 'gretap', 'host-gw', 'routed'].includes(name),
)

export interface ThreeHosts extends AsyncDisposable {
  lab: Lab
  /** The lab's networks, and the store that they are kept in. */
  networks: LabNetworks
  store: Store
  wan: Segment
  alpha: Host
  beta: Host
  gamma: Host
  outside: Host
}

/**
 *     alpha 192.0.2.1 ─┐         ┌─ gamma 192.0.2.3
 *                      ├── wan ──┤
 *     beta  192.0.2.2 ─┘         └─ outside 192.0.2.9
 */
export async function threeHosts(): Promise<ThreeHosts> {
  const lab = new Lab()
  const store = new MemoryStore()
  const networks = await lab.networksIn(store)
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const dispose = () => lab.close()
  return { lab, networks, store, wan, alpha, beta, gamma, outside, [Symbol.asyncDispose]: dispose }
}

/** The whole of every network here, unless it says another. */
export const SUBNET = '10.244.0.0/16'

/** A network of the given hosts. */
export function network(
  { networks }: ThreeHosts,
  hosts: readonly Host[],
  options: OwnNetworkOptions,
): Promise<LabNetwork> {
  return networks.create('blue', { subnet: SUBNET, hosts, ...options })
}

export interface SixContainers extends ThreeHosts {
  blue: LabNetwork
  a1: Container
  a2: Container
  b1: Container
  b2: Container
  c1: Container
  c2: Container
}

/**
 *     a1 ─┬─ alpha ─── beta ─┬─ b1      a1 publishes 8080 to 80, TCP and UDP
 *     a2 ─┘      └─────┐     └─ b2
 *                    gamma ─┬─ c1
 *                           └─ c2
 */
export async function sixContainers(
  options: OwnNetworkOptions,
  { before }: { before?: (w: ThreeHosts) => Promise<unknown> } = {},
): Promise<SixContainers> {
  const w = await threeHosts()
  await before?.(w)
  const { alpha, beta, gamma } = w
  const blue = await network(w, [alpha, beta, gamma], options)
  const publish = ['8080:80', '8080:80/udp']
  const a1 = await alpha.container('a1', { network: blue, publish })
  const a2 = await alpha.container('a2', { network: blue })
  const b1 = await beta.container('b1', { network: blue })
  const b2 = await beta.container('b2', { network: blue })
  const c1 = await gamma.container('c1', { network: blue })
  const c2 = await gamma.container('c2', { network: blue })
  return { ...w, blue, a1, a2, b1, b2, c1, c2 }
}

/** A container's address on its network. */
export async function addressOf(container: Container, device = 'eth0'): Promise<string> {
  const { index } = await container.link(device)
  const addresses = await container.addresses()
  const mine = addresses.find(one => one.index === index && one.family === 'inet')
  return mine?.address ?? `no address on ${device}`
}

/** Switches of a host's own links and bridges that a network might turn. */
function sysctls(host: Host): Record<string, string> {
  const folders = ['net/ipv4/conf/all', 'net/ipv4/conf/default', 'net/ipv4/conf/eth0', 'net/bridge']
  return host.netns.insideNet(() => {
    const all: Record<string, string> = {}
    for (const folder of folders) {
      if (!fs.existsSync(`/proc/sys/${folder}`)) continue
      for (const name of fs.readdirSync(`/proc/sys/${folder}`)) {
        // Docker and Flannel turn forwarding on as well, and leave it; the kernel the other with it.
        if (name === 'forwarding' || name === 'accept_redirects') continue
        all[`${folder}/${name}`] = fs.readFileSync(`/proc/sys/${folder}/${name}`, 'latin1')
      }
    }
    return all
  })
}

/** All that a network could have changed on hosts, but what the kernel changes by itself. */
export async function stateOf(...hosts: readonly Host[]): Promise<Record<string, unknown>> {
  return Object.fromEntries(
    await Promise.all(hosts.map(async host => [host.label, await stateOfOne(host)] as const)),
  )
}

async function stateOfOne(host: Host) {
  const { links, addresses, routes, rules, neighbours, fdb } = await host.snapshot()
  return {
    links: links.map(({ index, name, kind, mtu, mac, isUp }) => {
      return { index, name, kind, mtu, mac, isUp }
    }),
    addresses,
    routes: routes.filter(({ table }) => table === 254),
    rules,
    neighbours: neighbours.filter(({ state }) => state === 'permanent'),
    // The groups of IPv6 the kernel joins when it likes.
    fdb: fdb.filter(({ isPermanent, mac }) => isPermanent && !mac.startsWith('33:33:')),
    iptables: await ruleLines(host),
    sysctls: sysctls(host),
  }
}

/**
 * Every key but IPAM's index, which stays once it was written; with its value, but for the address
 * that was given last.
 */
export async function keptIn(store: Store): Promise<Record<string, string>> {
  const entries = (await store.list('')).filter(({ key }) => key !== 'ipam/index')
  return Object.fromEntries(
    entries.map(({ key, value }) => [key, value.replace(/,"last":("\d+"|null)/, '')]),
  )
}

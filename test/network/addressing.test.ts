import t from 'tap'
import { BlockIpam } from '../../src/ipam/blocks/block-ipam.ts'
import { Ipam } from '../../src/ipam/ipam.ts'
import { MemoryStore } from '../../src/ipam/store/memory-store.ts'
import type { Netns } from '../../src/kernel/netns.ts'
import type { Addressing } from '../../src/network/addressing/addressing.ts'
import { BlockPerHost } from '../../src/network/addressing/block-per-host.ts'
import { SharedSubnet } from '../../src/network/addressing/shared-subnet.ts'
import type { BlockPlan } from '../../src/network/network-driver.ts'
import type { CreateNetworkOptions } from '../../src/network/network-options.ts'
import type { Network } from '../../src/network/network.ts'
import { flannelBlocks } from '../../src/network/overlay/block-plan.ts'
import { Undo } from '../../src/undo.ts'

/** A host that routes to these. */
function host(label: string, ...routes: string[]): Netns {
  const dump = () => routes.map(to => ({ to, family: 'inet', table: 254 }))
  return { label, name: label, dump } as unknown as Netns
}
const [alpha, beta] = [host('alpha'), host('beta')]
const hosts = [alpha, beta]

async function create(addressing: Addressing, options: Partial<CreateNetworkOptions> = {}) {
  const undo = new Undo('the network')
  const subnets = await addressing.create('blue', { hosts, ...options }, undo)
  return { undo, network: { name: 'blue', ...subnets } as unknown as Network }
}

async function keysOf(store: MemoryStore): Promise<string[]> {
  return (await store.list('')).map(({ key }) => key).filter(key => key !== 'ipam/index')
}

/** Connects an endpoint without any wish. */
async function give(addressing: Addressing, network: Network, at: Netns, owner: string) {
  const { address, prefix, subnet } = await addressing.allocate(network, at, { owner, options: {} })
  return `${address} ${prefix} ${subnet}`
}

const flannel: BlockPlan = { prefix: 24, hasGateways: true, skipFirst: true }
const calico: BlockPlan = { prefix: 30, hasGateways: false, perHost: 1, isStrict: false }

t.test('Flannel’s: a block for each host, with a gateway, the first one left out (F8)', async t => {
  const store = new MemoryStore()
  const blocks = new BlockPerHost(new BlockIpam(store), flannel)
  const { undo, network } = await create(blocks, { subnet: '10.244.0.0/16' })
  t.match(network, { subnet: '10.244.0.0/16', gateway: undefined, ipv6: undefined })
  t.same(await blocks.addHost(network, alpha), { subnet: '10.244.1.0/24', gateway: '10.244.1.1' })
  t.same(await blocks.addHost(network, beta), { subnet: '10.244.2.0/24', gateway: '10.244.2.1' })
  t.equal(await give(blocks, network, beta, 'db'), '10.244.2.2 10.244.2.2/24 10.244.2.0/24')
  await t.rejects(blocks.removeHost(network, beta), { code: 'TNET_BLOCK_IN_USE' })
  await blocks.release('db')
  for (const at of hosts) await blocks.removeHost(network, at)
  await undo.run()
  t.same(await keysOf(store), [])
})

t.test('Calico’s: whole blocks of addresses that stand alone, lent when need be (K1)', async t => {
  const blocks = new BlockPerHost(new BlockIpam(new MemoryStore()), calico)
  const { network } = await create(blocks, { subnet: '10.244.0.0/28' })
  t.same(await blocks.addHost(network, alpha), { subnet: '10.244.0.0/30', gateway: undefined })
  await blocks.addHost(network, beta)
  const given: string[] = []
  for (let n = 0; n < 5; n++) given.push(await give(blocks, network, alpha, `a${n}`))
  t.equal(given[0], '10.244.0.0 10.244.0.0/32 10.244.0.0/30')
  t.equal(given[3], '10.244.0.3 10.244.0.3/32 10.244.0.0/30')
  t.equal(given[4], '10.244.0.4 10.244.0.4/32 10.244.0.4/30', 'of the block that is beta’s')
})

t.test('a subnet is found that no host routes to, and no other network has', async t => {
  const store = new MemoryStore()
  const ipam = new BlockIpam(store)
  await ipam.createSpace({ name: 'other', subnet: '10.244.0.0/16', skipFirst: true })
  const blocks = new BlockPerHost(ipam, flannel)
  const routing = [alpha, host('beta', '10.245.1.0/24')]
  t.equal((await create(blocks, { hosts: routing })).network.subnet, '10.246.0.0/16')
})

const meaningless = [
  { gateway: '10.244.0.1' },
  { range: '10.244.1.0/24' },
  { auxiliary: { router: '10.244.0.2' } },
  { policy: 'next-fit' as never },
  { ipv6: '2001:db8::/64' },
]
for (const option of meaningless) {
  const [name] = Object.keys(option)
  t.test(`where each host has a part, "${name}" has no meaning`, async t => {
    const store = new MemoryStore()
    const blocks = new BlockPerHost(new BlockIpam(store), flannel)
    await t.rejects(create(blocks, { subnet: '10.244.0.0/16', ...option }), {
      code: 'TNET_NETWORK_OPTION',
      message: `network "blue": each host has a part of its own, so no "${name}"`,
      hint: /one subnet for all hosts: vxlan with flat: true/,
      facts: { option: name },
    })
    t.same(await keysOf(store), [])
  })
}

t.test('what cannot be divided so is told in the network’s words', async t => {
  const ipam = new BlockIpam(new MemoryStore())
  const rows: readonly [BlockPlan, hint: RegExp][] = [
    [{ ...flannel, prefix: 17 }, /"hostPrefix" of 18/],
    [{ ...calico, prefix: 17 }, /"blockPrefix" of 18/],
  ]
  for (const [plan, hint] of rows) {
    await t.rejects(create(new BlockPerHost(ipam, plan), { subnet: '10.244.0.0/16' }), {
      code: 'TNET_SPACE_BLOCKS',
      message: 'network "blue" cannot be divided among hosts',
      hint,
    })
  }
})

t.test('a flat network’s hosts have a gateway each, out of the one subnet', async t => {
  const store = new MemoryStore()
  const shared = new SharedSubnet(new Ipam(store), { addressing: 'gateway-each' })
  const { undo, network } = await create(shared, { subnet: '10.244.0.0/16' })
  t.equal(network.gateway, undefined)
  t.same(await shared.addHost(network, alpha), { subnet: '10.244.0.0/16', gateway: '10.244.0.1' })
  t.same(await shared.addHost(network, beta), { subnet: '10.244.0.0/16', gateway: '10.244.0.2' })
  t.equal(await give(shared, network, beta, 'db'), '10.244.0.3 10.244.0.3/16 10.244.0.0/16')
  await shared.removeHost(network, alpha)
  t.match(await shared.addHost(network, host('gamma')), { gateway: '10.244.0.1' }, 'free again')
  await t.rejects(create(shared, { subnet: '10.245.0.0/16', gateway: '10.245.0.9' }), {
    code: 'TNET_NETWORK_OPTION',
    message: 'network "blue": each host has a gateway of its own, so no "gateway"',
    facts: { option: 'gateway' },
  })
  await shared.release('db')
  for (const at of [beta, host('gamma')]) await shared.removeHost(network, at)
  await undo.run()
  t.same(await keysOf(store), [])
})

const plans: readonly [subnet: string | undefined, wanted: number | undefined, prefix: number][] = [
  [undefined, undefined, 24],
  ['10.244.0.0/16', undefined, 24],
  ['10.244.0.0/21', undefined, 24],
  ['10.244.0.0/22', undefined, 24],
  ['10.244.0.0/23', undefined, 25],
  ['10.244.0.0/28', undefined, 30],
  ['10.244.0.0/16', 26, 26],
]
for (const [subnet, wanted, prefix] of plans) {
  t.test(`F8: ${subnet ?? 'any subnet'} is cut into /${prefix}`, async t => {
    const request = { name: 'blue', hosts, subnet, options: {}, over: undefined }
    t.same(flannelBlocks(request, wanted), { prefix, hasGateways: true, skipFirst: true })
  })
}

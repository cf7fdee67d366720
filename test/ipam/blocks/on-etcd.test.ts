import '../../sandboxed.ts'
import t from 'tap'
import { BlockIpam } from '../../../src/ipam/blocks/block-ipam.ts'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { EtcdStore } from '../../../src/ipam/store/etcd-store.ts'
import { EtcdServers, needsEtcd } from '../store/etcd-server.ts'
import { lives, unexpected } from './life.ts'

t.setTimeout(600_000)

t.test('etcd: blocks of hosts', needsEtcd, async t => {
  await using servers = await EtcdServers.start()
  const open = async (prefix: string) =>
    Promise.all([1, 2, 3, 4].map(() => EtcdStore.open({ endpoints: servers.endpoints, prefix })))

  await t.test('fifty hosts that claim at once get a block each', async t => {
    const stores = await open('claims/')
    const clients = stores.map(store => new BlockIpam(store))
    await clients[0]!.createSpace({ name: 'shop', subnet: '10.244.0.0/16', skipFirst: true })
    const claimed = await Promise.all(
      Array.from({ length: 50 }, (_, n) => clients[n % 4]!.claim('shop', `h${n}`)),
    )
    t.equal(new Set(claimed.map(({ subnet }) => subnet)).size, 50)
    t.same((await new Ipam(stores[0]!).fsck()).findings, [])
    await Promise.all(stores.map(store => store.close()))
  })

  await t.test('nobody has what another has, whoever comes, goes and expires', async t => {
    const stores = await open('lives/')
    const { log, findings, holders } = await lives(stores, 11)
    t.same(findings, [])
    t.equal(new Set(holders.map(({ address }) => address)).size, holders.length)
    t.same(unexpected(log), [])
    t.ok(log.filter(line => line.startsWith('got')).length > 40)
    await Promise.all(stores.map(store => store.close()))
  })

  await t.test('what is large is changed in steps that etcd takes', async t => {
    const [store, ...others] = await open('large/')
    let now = 0
    const ipam = new BlockIpam(store!, { now: () => now })
    const rules = { blockPrefix: 30, gateways: false, blocksPerHost: 50, leaseMs: 60_000 }
    await ipam.createSpace({ name: 'shop', subnet: '10.0.0.0/22', ...rules })
    await ipam.claim('shop', 'a')
    for (let n = 0; n < 200; n++) await ipam.allocate('shop', { host: 'a', owner: `c${n}` })
    t.equal((await ipam.blocks('shop')).length, 50)
    await t.rejects(ipam.deleteSpace('shop'), { code: 'TNET_POOL_IN_USE' })
    await ipam.claim('shop', 'b')
    now = 60_000
    t.same(await ipam.releaseExpired('shop'), ['a', 'b'])
    t.match(await ipam.inspect('shop'), { unclaimed: 256n, blocks: [] })
    for (let n = 0; n < 50; n++) await ipam.claim('shop', 'big', { subnet: `10.0.0.${n * 4}/30` })
    await ipam.releaseHost('shop', 'big')
    for (let n = 0; n < 150; n++) await ipam.claim('shop', `h${n}`)
    await ipam.deleteSpace('shop')
    t.match(await store!.list(''), [{ key: 'ipam/index' }])
    await Promise.all([store!, ...others].map(each => each.close()))
  })
})

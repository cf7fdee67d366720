/**
 *  client on alpha 192.0.2.1 ─┐
 *  client on beta  192.0.2.2 ─┼─── wan ─── etcd on keeper 192.0.2.10
 *  client on gamma 192.0.2.3 ─┘
 */
import { strict as assert } from 'node:assert'
import { setTimeout } from 'node:timers/promises'
import { expect, scenario } from 'tnet-lab'

export default scenario('one IPAM for all hosts, kept in etcd', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const gamma = await wan.join('gamma', '192.0.2.3/24')
  const hosts = [alpha, beta, gamma]

  const keeper = await wan.join('keeper', '192.0.2.10/24')
  const url = 'http://192.0.2.10:2379'
  const urls = ['--listen-client-urls', url, '--advertise-client-urls', url]
  await keeper.spawn('etcd', ['--data-dir', '/run/etcd', ...urls], {
    ready: { port: 2379 },
    readyTimeoutMs: 20_000,
  })

  const onAlpha = await lab.networksIn(await alpha.etcd(url))
  const onBeta = await lab.networksIn(await beta.etcd(url))
  const onGamma = await lab.networksIn(await gamma.etcd(url))
  const clients = [onAlpha, onBeta, onGamma]

  await step('clients reach etcd over the underlay, each from its own host', async () => {
    await using wire = await alpha.capture('eth0')
    await onAlpha.list()
    await expect(wire).toSee({ protocol: 'tcp', source: alpha, destinationPort: 2379 })
    await expect(wire).not.toSee({ protocol: 'tcp', source: beta })
  })

  await step('one pool: whoever asks, no address is given twice', async () => {
    await onAlpha.ipam.createPool({ name: 'flat', subnet: '10.9.0.0/24' })
    const asked = clients.flatMap(({ ipam }, n) =>
      Array.from({ length: 5 }, (_, k) => ipam.allocate('flat', { owner: `${hosts[n]}-${k}` })),
    )
    const given = (await Promise.all(asked)).map(({ address }) => address)
    assert.equal(new Set(given).size, 15)
    const { addresses } = await onGamma.ipam.inspect('flat')
    assert.deepEqual(
      addresses.map(({ address }) => address),
      Array.from({ length: 15 }, (_, n) => `10.9.0.${n + 2}`),
      'and the lowest fifteen are taken',
    )
    await onBeta.ipam.release('flat', '10.9.0.7')
    assert.equal((await onGamma.ipam.allocate('flat')).address, '10.9.0.7')
  })

  await step('a block for each host: what alpha gives out, beta need not ask for', async () => {
    const space = { name: 'blocks', subnet: '10.8.0.0/24', blockPrefix: 26, blocksPerHost: 1 }
    await onAlpha.blocks.createSpace({ ...space, strictAffinity: false })
    const blocks = await Promise.all(
      clients.map(({ blocks }, n) => blocks.claim('blocks', `${hosts[n]}`)),
    )
    assert.equal(new Set(blocks.map(({ subnet }) => subnet)).size, 3)
    const web = await onAlpha.blocks.allocate('blocks', { host: 'alpha', owner: 'web' })
    const db = await onBeta.blocks.allocate('blocks', { host: 'beta', owner: 'db' })
    assert.equal(web.block, blocks[0]?.subnet)
    assert.equal(db.block, blocks[1]?.subnet)
    assert.equal((await onGamma.blocks.blocks('blocks')).length, 3)
  })

  await step('a network that alpha creates is on the list of beta and gamma', async () => {
    const blue = await onAlpha.create('blue', { driver: 'vxlan', subnet: '10.244.0.0/16', hosts })
    const web = await alpha.container('web', { network: blue })
    const db = await gamma.container('db', { network: blue })
    for (const client of clients) {
      assert.deepEqual(
        (await client.list()).map(({ name }) => name),
        ['blue'],
      )
      const { endpoints } = await client.inspect('blue')
      assert.deepEqual(endpoints.map(({ container }) => container).sort(), ['db', 'web'])
    }
    await assert.rejects(onBeta.create('blue', { hosts: [beta] }), { code: 'TNET_NETWORK_EXISTS' })
    await expect(web).toPing(db)
  })

  await step('a client that is gone keeps its addresses until its lease runs out', async () => {
    const { ipam } = onBeta
    const holds = async (address: string) =>
      (await ipam.inspect('flat')).addresses.some(held => held.address === address)
    const mayfly = await beta.etcd(url)
    const lease = await mayfly.lease(2000)
    const theirs = (await lab.networksIn(mayfly)).ipam
    const { address } = await theirs.allocate('flat', { owner: 'mayfly', lease: lease.id })
    await ipam.reclaim('flat')
    assert.ok(await holds(address), 'while the lease lasts it is theirs')
    // Nobody renews it any more. There is no lock to be stuck: etcd's own clock decides.
    await mayfly.close()
    for (let n = 0; n < 200 && (await holds(address)); n++) {
      await setTimeout(50)
      await ipam.reclaim('flat')
    }
    assert.equal(await holds(address), false)
  })
})

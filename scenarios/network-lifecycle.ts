/**
 *  web eth0 .2 ─┐
 *               ├─ shop 192.168.0.0/24 ─ alpha ─── wan ─── outside
 *  db  eth0 .3 ─┘                     192.0.2.1          192.0.2.9
 *      eth1 .2 ─── vault 192.168.5.0/24, internal
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

export default scenario('a network is created, used and deleted', async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const before = await alpha.snapshot()
  const rulesBefore = (await alpha.$`iptables-save`).stdout
  const ipam = await lab.ipam()
  /** What IPAM has given out: address and who has it. */
  const given = async (pool: string) =>
    (await ipam.inspect(pool)).addresses.map(({ address, owner }) => `${address} ${owner}`)

  const shop = await step('create: the driver makes a bridge, IPAM gives it a subnet', async () => {
    const network = await lab.network('shop', { subnet: '192.168.0.0/24', hosts: [alpha] })
    assert.equal(network.gateway, '192.168.0.1')
    assert.deepEqual(
      (await lab.networks()).map(({ name, driver }) => `${name} ${driver}`),
      ['shop bridge'],
    )
    assert.equal((await ipam.inspect('shop')).free, 253n)
    return network
  })
  const web = await alpha.container('web')
  const db = await alpha.container('db')

  await step(
    'connect: an address, a veth pair and a default route for each container',
    async () => {
      const endpoint = await shop.connect(web, { publish: ['8080:80'] })
      await shop.connect(db)
      assert.equal(endpoint.address, '192.168.0.2')
      assert.equal((await given('shop')).length, 2)
      await expect(web).toHaveAddress('192.168.0.2/24', { dev: 'eth0' })
      await expect(web).toHaveRoute('default', { via: '192.168.0.1' })
      await expect(web).toPing(db)
      await expect(web).toPing(outside)
    },
  )

  await step('a published port leads to its container', async () => {
    await using _site = await web.serve(80, () => 'hello from web')
    await expect(outside).toCurl('http://192.0.2.1:8080/', { body: 'hello from web' })
  })

  const vault = await step('a container may be on more than one network', async () => {
    const network = await lab.network('vault', {
      subnet: '192.168.5.0/24',
      hosts: [alpha],
      internal: true,
    })
    await network.connect(db)
    await expect(db).toHaveAddress('192.168.5.2/24', { dev: 'eth1' })
    await expect(web).not.toPing('192.168.5.2')
    return network
  })

  await step('a network in use is not deleted', async () => {
    await assert.rejects(shop.delete(), /db.*web|web.*db/s)
    await expect(web).toPing(db)
  })

  await step('disconnect: the address is free again, and given to the next one', async () => {
    await shop.disconnect(web)
    assert.equal((await given('shop')).length, 1)
    await expect(db).not.toPing('192.168.0.2')
    const cache = await alpha.container('cache', { network: shop })
    await expect(cache).toHaveAddress('192.168.0.2/24')
    await shop.disconnect(cache)
  })

  await step('delete: nothing is left of either network', async () => {
    await shop.disconnect(db)
    await vault.disconnect(db)
    await shop.delete()
    await vault.delete()
    assert.deepEqual(await lab.networks(), [])
    assert.deepEqual(await ipam.list(), [])
    const after = await alpha.snapshot()
    const names = ({ links }: typeof after) => links.map(({ name }) => name)
    assert.deepEqual(names(after), names(before))
    assert.deepEqual(after.routes, before.routes)
    const rules = (text: string) => text.split('\n').filter(line => line.startsWith('-'))
    assert.deepEqual(rules((await alpha.$`iptables-save`).stdout), rules(rulesBefore))
  })
})

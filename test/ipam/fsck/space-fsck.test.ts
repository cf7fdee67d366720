import t from 'tap'
import { checkMending } from './mending.ts'
import { arranged, damages, root } from './space-damages.ts'

t.test('nothing is wrong with what BlockIpam makes', async t => {
  const { ipam } = await arranged()
  t.same(await ipam.fsck(), { isClean: true, findings: [], pools: 4, addresses: 6 })
})

t.test('each damage is named, and mended', async t => {
  await checkMending(t, damages, arranged, async ({ spaces }, label) => {
    const held = (await spaces.inspect('shop')).blocks.flatMap(({ addresses }) => addresses)
    t.match(
      held.map(({ host, owner }) => `${host} ${owner}`),
      ['alpha web', 'alpha app', 'alpha db', 'alpha job', 'delta bus'],
      `${label}: nobody lost an address`,
    )
    t.equal((await spaces.allocate('shop', { host: 'beta', owner: 'new' })).address, '192.0.2.4')
  })
})

t.test('what is left of a space that is gone is cleared away', async t => {
  const a = await arranged()
  await a.remove(`${root}/space`)
  await a.edit('ipam/index', value => (value as unknown as unknown[]).pop())
  const { findings } = await a.ipam.fsck({ repair: true })
  t.match(findings, [
    { code: 'TNET_FSCK_ORPHAN', where: 'shop', message: /no such address space, but 18 records/ },
  ])
  t.same(
    (await a.dump()).filter(line => line.includes('shop')),
    [],
  )
})

t.test('what a person has to decide is reported and left alone', async t => {
  const a = await arranged()
  const two = '{"kind":"allocated","owner":"web","host":"beta"}'
  await a.put(`${root}/addresses/192.0.2.4%2F30/192.0.2.5`, two)
  await a.put(`${root}/strange`, 'x')
  await a.put(`${root}/pools/203.0.113.0%2F30`, '{}')
  await a.put('ipam/spaces/lost/space', '{')
  const blue = 'ipam/pools/blue'
  await a.edit(blue, v => ((v['definition'] as { subnet: string }).subnet = '10.0.0.0/8'))
  await a.edit(blue, v => ((v['definition'] as { gateway: null }).gateway = null))
  await a.spaces.createSpace({ name: 'more', subnet: '10.7.0.0/16' })
  const { findings, isClean } = await a.ipam.fsck({ repair: true })
  t.notOk(isClean)
  const left = findings.filter(f => !f.isRepaired).map(f => `${f.code} ${f.where} ${f.message}`)
  t.match(left.sort(), [
    /DUPLICATE shop "web" has 192\.0\.2\.0 and 192\.0\.2\.5: release one/,
    /FOREIGN ipam\/spaces\/shop\/strange/,
    /OVERLAP blue it \(10\.0\.0\.0\/8\) overlaps address space "more" \(10\.7\.0\.0\/16\)/,
    /POOL 203\.0\.113\.0\/30 it is no block of space "shop"/,
    /SPACE lost its record cannot be read, and the index does not know it/,
  ])
  t.equal(left.length, 5)
  t.equal(await a.at(`${root}/addresses/192.0.2.4%2F30/192.0.2.5`), two)
  t.equal(await a.at(`${root}/owners/web`), '192.0.2.0')
})

t.test('damage is an error of every other call, with the way out', async t => {
  const a = await arranged()
  await a.remove(`${root}/pools/192.0.2.4%2F30`)
  const ask = { host: 'beta', owner: 'new' }
  const damaged = { code: 'TNET_POOL_DAMAGED', hint: /fsck/ }
  await t.rejects(a.spaces.allocate('shop', ask), damaged)
  await a.put(`${root}/hosts/beta`, '{"blocks":1}')
  await t.rejects(a.spaces.claim('shop', 'beta'), damaged)
  await a.put(`${root}/space`, '{"definition":{"subnet":"10.0.0.0/8"}}')
  await t.rejects(a.spaces.claim('shop', 'alpha'), damaged)
  await t.rejects(a.spaces.inspect('shop'), damaged)
})

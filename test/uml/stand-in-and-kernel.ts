/**
 *  web ── br ── stand-in, alpha ────── wan ────── beta, kernel's device ── br ── db
 *                    192.0.2.1                   192.0.2.2
 *
 * For a kernel that has the devices: what the stand-in sends, the kernel reads, and the other way
 * round. With that, what the scenarios show where only the stand-in runs is shown of real bytes.
 */
import { strict as assert } from 'node:assert'
import { expect, scenario } from 'tnet-lab'

const kinds = [
  { driver: 'ipip', mtu: 1480 },
  { driver: 'gre', mtu: 1476 },
  { driver: 'gre', key: 42, mtu: 1472 },
  { driver: 'gretap', mtu: 1462 },
  { driver: 'gretap', key: 42, mtu: 1458 },
  { driver: 'vlan', id: 42, mtu: 1500 },
] as const

export default scenario("a stand-in and the kernel's device", async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const large = 'x'.repeat(1_000_000)

  for (const [n, { mtu, ...kind }] of kinds.entries()) {
    await step(`understand each other: ${Object.values(kind).join(' ')}`, async () => {
      const blue = await lab.network('blue', {
        ...kind,
        subnet: '10.244.0.0/16',
        hosts: [alpha, beta],
        tunnels: { alpha: 'userspace', beta: 'kernel' },
      })
      const web = await alpha.container(`web${n}`, { network: blue })
      const db = await beta.container(`db${n}`, { network: blue })
      await expect(web).toPing(db, { payload: mtu - 28, fragment: false })
      await expect(db).toPing(web, { payload: mtu - 28, fragment: false })
      await expect(web).not.toPing(db, { payload: mtu - 27, fragment: false })
      for (const [server, client] of [
        [web, db],
        [db, web],
      ] as const) {
        await using site = await server.serve(80, () => large)
        const { body } = await client.fetch(site, { timeoutMs: 20_000 })
        assert.ok(body === large, 'a megabyte arrives as it was sent')
      }
      for (const container of [web, db]) await blue.disconnect(container)
      await blue.delete()
    })
  }
})

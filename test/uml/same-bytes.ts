/**
 *  web ── br ── stand-in, alpha ────── wan ────── beta, kernel's device ── br ── db
 *                    192.0.2.1                   192.0.2.2
 *
 * For a kernel that has the devices: for packets that differ in time to live and type of service,
 * both ends put the same outer header in front, but for what must differ.
 */
import { strict as assert } from 'node:assert'
import { scenario, type Container } from 'tnet-lab'

const kinds = [
  { driver: 'ipip', header: 20 },
  { driver: 'gre', header: 24 },
  { driver: 'gre', key: 42, header: 28 },
  { driver: 'gretap', header: 24 },
  { driver: 'gretap', key: 42, header: 28 },
] as const
/** Type of service, with the two bits about congestion; time to live. */
const packets = [
  [0, 64],
  [0xb9, 10],
  [0x02, 200],
  [0x03, 99],
] as const

export default scenario("a stand-in's bytes are the kernel's", async ({ lab, step }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')

  for (const [n, { header, ...kind }] of kinds.entries()) {
    await step(Object.values(kind).join(' '), async () => {
      const blue = await lab.network('blue', {
        ...kind,
        subnet: '10.244.0.0/16',
        hosts: [alpha, beta],
        tunnels: { alpha: 'userspace', beta: 'kernel' },
      })
      const web = await alpha.container(`web${n}`, { network: blue })
      const db = await beta.container(`db${n}`, { network: blue })
      const outer = async (from: Container, to: Container, [tos, ttl]: readonly number[]) => {
        await using wire = await beta.capture('eth0')
        await from.$`ping -c 1 -W 5 -Q ${tos} -t ${ttl} ${to}`
        const request = wire.packets().find(packet => String(packet).includes('echo request'))
        assert.ok(request !== undefined)
        const bytes = Buffer.from(request.bytes.subarray(14, 14 + header))
        assert.notEqual(bytes.readUInt16BE(4), 0, 'an identification')
        // Identification, checksum and addresses differ.
        return bytes.fill(0, 4, 6).fill(0, 10, 20).toString('hex')
      }
      for (const packet of packets) {
        assert.equal(await outer(web, db, packet), await outer(db, web, packet))
      }
      for (const container of [web, db]) await blue.disconnect(container)
      await blue.delete()
    })
  }
})

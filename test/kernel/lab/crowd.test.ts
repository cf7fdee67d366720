import '../../sandboxed.ts'
import t from 'tap'
import { Lab } from '../../../src/lab/lab.ts'
import type { Host } from '../../../src/lab/host.ts'

t.setTimeout(600_000)

async function crowd(lab: Lab, count: number): Promise<Host[]> {
  const wan = await lab.segment('wan')
  const hosts: Host[] = []
  for (let n = 1; n <= count; n++) hosts.push(await wan.join(`h${n}`, `192.0.2.${n}/24`))
  return hosts
}

/** Who a host knows without asking. */
async function known(host: Host): Promise<string[]> {
  const neighbours = await host.neighbours()
  return neighbours.filter(({ state }) => state === 'permanent').map(({ address }) => address)
}

t.test('thirty-two hosts on a segment find each other by ARP', async t => {
  await using lab = new Lab()
  const hosts = await crowd(lab, 32)
  for (const host of hosts) t.same(await known(host), [])
})

t.test('of more, each knows all others from the start, late ones too', async t => {
  await using lab = new Lab()
  const hosts = await crowd(lab, 34)
  const all = hosts.map((_, n) => `192.0.2.${n + 1}`)
  for (const [n, host] of hosts.entries()) {
    t.same(
      new Set(await known(host)),
      new Set(all.filter((_, other) => other !== n)),
      `${host.label} knows the others`,
    )
  }
  const [first, last] = [hosts[0]!, hosts[33]!]
  const macOf = async (host: Host) => (await (await host.link('eth0')).info()).mac
  const entry = (await first.neighbours()).find(({ address }) => address === '192.0.2.34')
  t.equal(entry?.mac, await macOf(last), 'and by their own MAC')
})

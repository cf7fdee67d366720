/**
 *         ┌ web-vxlan                                       db-vxlan ┐
 *         ├ web-ipip                                         db-ipip ┤
 *  alpha ─┼ web-gre                                           db-gre ┼─ beta
 *     │   ├ web-host-gw                                   db-host-gw ┤   │
 *     │   └ web-routed                                     db-routed ┘   │
 *     └ 192.0.2.1 ────────────────── wan, MTU 1500 ─────────── 192.0.2.2 ┘
 */
import { strict as assert } from 'node:assert'
import { expect, scenario, type Container } from 'tnet-lab'

interface Way {
  driver: string
  maker: string
  web: Container
  db: Container
  /** Bytes around each packet, the largest packet, milliseconds there and back, Mbit/s. */
  overhead: number
  mtu: number
  roundTrip: number
  throughput: number
}

/** Outer length less inner length, of an echo request on the wire. */
async function overheadOf({ web, db }: Way): Promise<number> {
  await using wire = await db.host.capture('eth0')
  await expect(web).toPing(db)
  const request = wire
    .packets()
    .find(({ layers }) => layers.some(each => 'name' in each && each.name === 'echo request'))
  const ip = request?.layers.filter(each => each.protocol === 'ipv4') ?? []
  return (ip.at(0)?.totalLength ?? NaN) - (ip.at(-1)?.totalLength ?? NaN)
}

/** The largest packet that passes whole: of 1500 bytes, or what ping is told that it may be. */
async function mtuOf({ web, db }: Way): Promise<number> {
  const large = await web.$({ nothrow: true })`ping -c 1 -W 0.3 -M do -s ${1500 - 28} ${db}`
  const told = /mtu ?= ?(\d+)/.exec(large.stdout + large.stderr)?.[1] ?? 1500
  const payload = Number(told) - 28
  await expect(web).toPing(db, { payload, fragment: false })
  await expect(web).not.toPing(db, { payload: payload + 1, fragment: false })
  return payload + 28
}

/** The median of 21 pings. */
async function roundTripOf({ web, db }: Way): Promise<number> {
  const { stdout } = await web.$`ping -n -c 21 -i 0.005 ${db}`
  const times = [...stdout.matchAll(/time=([\d.]+)/g)].map(match => Number(match[1]))
  return times.toSorted((a, b) => a - b).at(times.length / 2) ?? NaN
}

/** TCP: 16 MB, or what passes of them in a second. */
async function throughputOf({ web, db }: Way): Promise<number> {
  await using _site = await db.serve(80, () => ({ body: new Uint8Array(16e6) }))
  const curl = web.$({ nothrow: true })
  const { stdout } = await curl`curl -so /dev/null --max-time 1 -w ${'%{speed_download}'} ${db}`
  return (Number(stdout) * 8) / 1e6
}

function tableOf(ways: readonly Way[]): string {
  const rows = ways.map(({ driver, maker, overhead, mtu, roundTrip, throughput }) =>
    [driver, maker, overhead, mtu, roundTrip.toFixed(3), throughput.toFixed(0)].map(String),
  )
  const head = ['way', 'made by', 'bytes more', 'largest packet', 'round trip, ms', 'TCP, Mbit/s']
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map(row => row[n]?.length ?? 0)))
  return [head, ...rows]
    .map(row => row.map((cell, n) => (n < 2 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))))
    .map(cells => cells.join('  '))
    .join('\n')
}

export default scenario('overlay or routes: what each way costs', async ({ lab, step, note }) => {
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const ways: Way[] = []
  for (const [n, driver] of ['vxlan', 'ipip', 'gre', 'host-gw', 'routed'].entries()) {
    const subnet = `10.${244 + n}.0.0/16`
    const network = await lab.network(driver, { driver, subnet, hosts: [alpha, beta] })
    const web = await alpha.container(`web-${driver}`, { network })
    const db = await beta.container(`db-${driver}`, { network })
    const tunnel = (await alpha.links()).find(({ name }) => name === `flannel.${driver}`)
    const maker = tunnel === undefined || tunnel.kind === driver ? 'kernel' : 'userspace stand-in'
    ways.push({ driver, maker, web, db, overhead: NaN, mtu: NaN, roundTrip: NaN, throughput: NaN })
  }

  const each = (what: 'overhead' | 'mtu') =>
    Object.fromEntries(ways.map(way => [way.driver, way[what]]))

  await step('an overlay packs every packet into another; a route adds nothing', async () => {
    for (const way of ways) way.overhead = await overheadOf(way)
    assert.deepEqual(each('overhead'), { vxlan: 50, ipip: 20, gre: 24, 'host-gw': 0, routed: 0 })
  })

  await step('what it adds, the largest packet lacks', async () => {
    await Promise.all(ways.map(async way => (way.mtu = await mtuOf(way))))
    const left = { vxlan: 1450, ipip: 1480, gre: 1476, 'host-gw': 1500, routed: 1500 }
    assert.deepEqual(each('mtu'), left)
  })

  await step('time and throughput, on this machine, now', async () => {
    for (const way of ways) way.roundTrip = await roundTripOf(way)
    for (const way of ways) way.throughput = await throughputOf(way)
    note(tableOf(ways))
  })
})

import '../../sandboxed.ts'
import t, { type Test } from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { expectMatrix } from '../../../src/expect/matrix/expect-matrix.ts'
import type { Node } from '../../../src/lab/node.ts'
import { ask, whoami } from './probes.ts'
import {
  addressOf,
  sixContainers,
  ways,
  type SixContainers,
  type ThreeHosts,
  type Way,
} from './cross-host.ts'

t.setTimeout(600_000)

const protocols = ['tcp', 'udp'] as const

interface Question {
  fact: string
  from: Node
  address: string
  port?: number
  seenAs: string
}

/** F9 among containers, and out of the network. */
async function sources(w: SixContainers): Promise<Question[]> {
  const { alpha, a1, a2, b1, c2 } = w
  const address = await addressOf(a1)
  return [
    { fact: 'on one host', from: a2, address, seenAs: await addressOf(a2) },
    { fact: 'on another host', from: b1, address, seenAs: await addressOf(b1) },
    { fact: 'on the third host', from: c2, address, seenAs: await addressOf(c2) },
    { fact: 'to outside', from: b1, address: '192.0.2.9', seenAs: '192.0.2.2' },
    { fact: 'to another host itself', from: b1, address: '192.0.2.1', seenAs: '192.0.2.2' },
    { fact: 'to its own host', from: a1, address: '192.0.2.1', seenAs: address },
    { fact: 'of a host itself', from: alpha, address: '192.0.2.9', seenAs: '192.0.2.1' },
  ]
}

/** The published port of a1, from everywhere. */
async function publishedPort(
  { blue, alpha, beta, outside, a1, a2, b1 }: SixContainers,
  { callsIptables = true } = {},
): Promise<Question[]> {
  // Without a bridge, whose address it is, the kernel takes the uplink's.
  const own = blue.partOf(alpha).gateway ?? '192.0.2.1'
  const port = 8080
  const address = '192.0.2.1'
  return [
    { fact: 'outside', from: outside, address, port, seenAs: '192.0.2.9' },
    { fact: 'another host', from: beta, address, port, seenAs: '192.0.2.2' },
    { fact: 'a container of another host', from: b1, address, port, seenAs: '192.0.2.2' },
    {
      fact: 'a container of its host',
      from: a2,
      address,
      port,
      seenAs: callsIptables ? await addressOf(a2) : own,
    },
    { fact: 'the container itself', from: a1, address, port, seenAs: own },
    { fact: 'its host', from: alpha, address, port, seenAs: own },
    { fact: 'its host by 127.0.0.1', from: alpha, address: '127.0.0.1', port, seenAs: own },
  ]
}

async function checkAll(t: Test, questions: readonly Question[]): Promise<void> {
  for (const protocol of protocols) {
    for (const { fact, from, address, port = 80, seenAs } of questions) {
      t.equal(await ask(from, address, { port, protocol }), seenAs, `${fact}, ${protocol}`)
    }
  }
}

/** Whom a container sees when outside sends to it by way of a host that it is not on (F9). */
function seenByAnother({ name, options, isDivided }: Way): string {
  if (!isDivided || options.driver === 'routed') return '192.0.2.9'
  const isPlain = options.driver === 'host-gw' || name === 'vxlan with direct routing'
  return isPlain ? '192.0.2.2' : '10.244.2.0'
}

for (const way of ways) {
  t.test(
    `${way.name}: all containers reach each other, in whole packets of ${way.mtu}`,
    async () => {
      await using w = await sixContainers(way.options)
      const { a1, a2, b1, b2, c1, c2 } = w
      await expectMatrix([a1, a2, b1, b2, c1, c2], 'all')
      for (const to of [a2, c2]) {
        await expect(a1).toHaveLink('eth0', { mtu: way.mtu })
        await expect(a1).toPing(to, { payload: way.mtu - 28, fragment: false })
        await expect(a1, { windowMs: 50 }).not.toPing(to, {
          payload: way.mtu - 27,
          fragment: false,
        })
      }
    },
  )

  t.test(`${way.name}: who is seen asking (F9), by which way ever`, async t => {
    await using w = await sixContainers(way.options)
    const { outside, a1 } = w
    await using _a1 = await whoami(a1, 80)
    await using _outside = await whoami(outside, 80)
    await using _alpha = await whoami(w.alpha, 80)
    await t.test('among containers, and out', async t => checkAll(t, await sources(w)))
    await t.test('by a published port', async t => checkAll(t, await publishedPort(w)))
    await t.test('from outside by its own address, over any host', async t => {
      const to = { from: outside, address: await addressOf(a1) }
      await outside.addRoute({ to: w.blue.subnet, via: '192.0.2.1' })
      await checkAll(t, [{ ...to, fact: 'its own host', seenAs: '192.0.2.9' }])
      await outside.replaceRoute({ to: w.blue.subnet, via: '192.0.2.2' })
      await checkAll(t, [{ ...to, fact: 'another host', seenAs: seenByAnother(way) }])
    })
  })
}

/** As on a kernel without br_netfilter. */
async function bridgedPacketsPassBy({ alpha, beta, gamma }: ThreeHosts): Promise<void> {
  for (const host of [alpha, beta, gamma]) {
    await host.sysctl('net.bridge.bridge-nf-call-iptables', 0)
  }
}

const unbridged = ways.filter(({ name }) =>
  ['vxlan', 'vxlan flat, head-end', 'gretap'].includes(name),
)
for (const way of unbridged) {
  t.test(`${way.name}: the same where bridged packets pass iptables by (R4)`, async t => {
    await using w = await sixContainers(way.options, { before: bridgedPacketsPassBy })
    await using _a1 = await whoami(w.a1, 80)
    await using _outside = await whoami(w.outside, 80)
    await using _alpha = await whoami(w.alpha, 80)
    await checkAll(t, await sources(w))
    await checkAll(t, await publishedPort(w, { callsIptables: false }))
    const { outside, a1 } = w
    const to = { from: outside, address: await addressOf(a1) }
    // Nothing tells its own host's way from another's on a flat network, so both are hidden.
    const own = way.isDivided ? '192.0.2.9' : '10.244.0.1'
    const other = way.isDivided ? '10.244.2.0' : '10.244.0.2'
    await outside.addRoute({ to: w.blue.subnet, via: '192.0.2.1' })
    await checkAll(t, [{ ...to, fact: 'its own host', seenAs: own }])
    await outside.replaceRoute({ to: w.blue.subnet, via: '192.0.2.2' })
    await checkAll(t, [{ ...to, fact: 'another host', seenAs: other }])
  })
}

import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { failure, world, type World } from './world.ts'

/** What a failure says beyond what was received. */
async function why(expectation: Promise<void>): Promise<string> {
  const text = await failure(expectation)
  return /^ {2}why +([^]*?)\n {2}command/m.exec(text)?.[1]?.replace(/\n +/g, '\n') ?? ''
}

const brief = { timeoutMs: 100 }
const ping = ({ web, outside }: World) => expect(web).toPing(outside, brief)

/** What is wrong with the way from web to outside, and what the failure says of it. */
const faults: readonly [what: string, (w: World) => Promise<unknown>, says: string][] = [
  [
    'no route',
    w => w.web.deleteRoute({ to: 'default', via: '10.0.1.1' }),
    'web has no route to 192.0.2.9',
  ],
  [
    'a route that ends packets',
    w => w.web.addRoute({ to: '192.0.2.9', type: 'prohibit' }),
    'web has a prohibit route to 192.0.2.9',
  ],
  [
    'a gateway that does not forward',
    w => w.alpha.forward(false),
    'forwarding is off on gateway alpha (blue)',
  ],
  [
    'a gateway that is down',
    async w => (await w.alpha.link('blue')).down(),
    'link blue of alpha is down',
  ],
  [
    'a target that is gone from the wire',
    w => Promise.resolve(w.outside.$`ip link set eth0 arp off`),
    '192.0.2.9 does not answer ARP from alpha (eth0)',
  ],
  [
    'no way back',
    w => w.outside.deleteRoute({ to: '10.0.1.0/24', via: '192.0.2.1' }),
    'on the way back, unless a rule rewrites the source: outside has no route to 10.0.1.2',
  ],
  [
    'a policy',
    w => Promise.resolve(w.alpha.$`iptables -P FORWARD DROP`),
    'alpha drops it: policy of FORWARD: -P DROP',
  ],
  [
    'a rule of the gateway',
    w => Promise.resolve(w.alpha.$`iptables -A FORWARD -s 10.0.1.2 -j DROP`),
    'alpha drops it: FORWARD: -s 10.0.1.2/32 -j DROP',
  ],
  [
    'a rule in another table',
    w => Promise.resolve(w.alpha.$`iptables -t raw -A PREROUTING -s 10.0.1.2 -j DROP`),
    'alpha drops it: raw PREROUTING: -s 10.0.1.2/32 -j DROP',
  ],
  [
    'a rule of the target',
    w => Promise.resolve(w.outside.$`iptables -A INPUT -p icmp -j DROP`),
    'outside drops it: INPUT: -p icmp -j DROP',
  ],
]

for (const [what, breakIt, says] of faults) {
  t.test(`${what} is named`, async t => {
    await using w = await world()
    await w.alpha.forward()
    await w.outside.addRoute({ to: '10.0.1.0/24', via: '192.0.2.1' })
    await ping(w)
    await breakIt(w)
    await w.alpha.$`ip neigh flush all`
    t.equal(await why(ping(w)), says)
  })
}

t.test('a rule of the host between two of its containers is named', async t => {
  await using w = await world()
  await w.alpha.sysctl('net.bridge.bridge-nf-call-iptables', 1)
  await w.alpha.$`iptables -P FORWARD DROP`
  t.equal(
    await why(expect(w.web).toPing(w.app, brief)),
    'alpha drops it: policy of FORWARD: -P DROP',
  )
})

t.test('IPv6 is followed as well', async t => {
  await using w = await world()
  const place = async (name: string, on: typeof w.web | typeof w.alpha, address: string) =>
    (await on.link(name)).addAddress(address)
  await place('eth0', w.web, '2001:db8:1::2/64')
  await place('blue', w.alpha, '2001:db8:1::1/64')
  await place('eth0', w.alpha, '2001:db8:2::1/64')
  await place('eth0', w.outside, '2001:db8:2::9/64')
  const ask = () => expect(w.web).toPing('2001:db8:2::9', brief)
  t.equal(await why(ask()), 'web has no route to 2001:db8:2::9')
  await w.web.addRoute({ to: 'default', via: '2001:db8:1::1' })
  t.equal(await why(ask()), 'forwarding is off on gateway alpha (blue)')
  await w.alpha.forward()
  t.match(await why(ask()), /^on the way back.*outside has no route to 2001:db8:1::2$/)
  await w.outside.addRoute({ to: '2001:db8:1::/64', via: '2001:db8:2::1' })
  await ask()
  await w.alpha.$`ip6tables -A FORWARD -p ipv6-icmp -j DROP`
  t.equal(await why(ask()), 'alpha drops it: FORWARD: -p ipv6-icmp -j DROP')
})

t.test('where nothing is known, nothing is said', async t => {
  await using w = await world()
  await w.alpha.forward()
  t.equal(await why(expect(w.web).toPing('192.0.2.9', { ttl: 1, ...brief })), WAY_BACK)
  await w.web.addRule({ from: '10.0.1.2', table: 100 })
  await w.web.addRoute({ to: 'default', type: 'blackhole', table: 100 })
  t.equal(await why(expect(w.web).toPing('192.0.2.9', brief)), '')
})

const WAY_BACK =
  'on the way back, unless a rule rewrites the source: outside has no route to 10.0.1.2'

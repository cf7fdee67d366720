import '../../sandboxed.ts'
import t from 'tap'
import { firewallOf } from '../../../src/firewall/iptables-firewall.ts'
import { ask, askBlocked, pings, whoami } from './probes.ts'
import { counted, twoNetworks, world } from './topology.ts'

t.setTimeout(600_000)

const protocols = ['tcp', 'udp'] as const

t.test('D6: containers of one network reach each other', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.c1, 80)
  t.ok(await pings(w.c2, '172.18.0.2'))
  for (const protocol of protocols) {
    const seenAs = await ask(w.c2, '172.18.0.2', { port: 80, protocol })
    t.equal(seenAs, '172.18.0.3', `D9: and never masqueraded, ${protocol}`)
  }
})

for (const bridgeNetfilter of [true, false]) {
  const how = bridgeNetfilter ? 'by a rule' : 'by isolated ports'
  t.test(`D6: with ICC off they do not, published or not, ${how}`, async t => {
    await using w = await twoNetworks({ icc: false, bridgeNetfilter })
    await using _server = await whoami(w.c1, 80)
    await using _outside = await whoami(w.outside, 80)
    t.notOk(await pings(w.c2, '172.18.0.2', 1))
    for (const protocol of protocols) {
      const blocked = (address: string, port: number) =>
        askBlocked(w.c2, address, { port, protocol })
      // Isolated ports do not even answer for the address: no neighbour in place of no reply.
      t.match(await blocked('172.18.0.2', 80), /ETIMEDOUT|EHOSTUNREACH/)
      t.equal(await blocked('192.0.2.1', 8080), 'ETIMEDOUT', 'its published port')
      t.equal(
        await ask(w.c2, '192.0.2.9', { port: 80, protocol }),
        '192.0.2.1',
        'but outbound works',
      )
      t.equal(await ask(w.c3, '192.0.2.1', { port: 8080, protocol }), '172.18.0.1', 'as do others')
    }
    t.ok(await pings(w.c2, '172.18.0.1'), 'and the gateway answers')
  })
}

t.test('D7: nobody outside of the bridge reaches a container by its own address', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.c1, 80)
  const drop = '! -i br-blue -m addrtype ! --dst-type LOCAL -j DROP'
  for (const node of [w.c3, w.outside]) {
    for (const protocol of protocols) {
      const before = await counted(w.alpha, 'raw', drop)
      const blocked = (port: number) => askBlocked(node, '172.18.0.2', { port, protocol })
      const outcomes = await Promise.all([blocked(80), blocked(81)])
      t.same(outcomes, ['ETIMEDOUT', 'ETIMEDOUT'], `${node}, ${protocol}: published or not`)
      t.ok((await counted(w.alpha, 'raw', drop)) >= before + 2, 'in the raw table')
    }
    t.notOk(await pings(node, '172.18.0.2', 1))
  }
  t.equal(await ask(w.alpha, '172.18.0.2', { port: 80 }), '172.18.0.1', 'the host itself does')
})

t.test('D7: and without the raw rule the bridge’s own default drop is left', async t => {
  await using w = await twoNetworks({ masquerade: false })
  await using _server = await whoami(w.c1, 81)
  const before = await counted(w.alpha, 'filter', '! -i br-blue -o br-blue -j DROP')
  t.equal(await askBlocked(w.outside, '172.18.0.2', { port: 81 }), 'ETIMEDOUT')
  t.ok((await counted(w.alpha, 'filter', '! -i br-blue -o br-blue -j DROP')) > before)
})

t.test('D8: what leaves a bridge is accepted, and so are its replies', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.outside, 80)
  t.equal(await ask(w.c3, '192.0.2.9', { port: 80 }), '192.0.2.1')
  t.ok((await counted(w.alpha, 'filter', '-i br-green -j ACCEPT')) > 0)
  t.ok((await counted(w.alpha, 'filter', '-o br-green -m conntrack')) > 0)
})

t.test('D8: the user’s rules are asked first', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.outside, 80)
  t.equal(await ask(w.c1, '192.0.2.9', { port: 80 }), '192.0.2.1')
  await w.alpha.$`iptables -A TNET-USER -s 172.18.0.2 -j REJECT`
  t.equal(await ask(w.c1, '192.0.2.9', { port: 80 }), 'ECONNREFUSED')
  t.equal(await ask(w.c2, '192.0.2.9', { port: 80 }), '192.0.2.1', 'the others’ too')
})

t.test('D9: outbound traffic has the host’s address', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.outside, 80)
  for (const protocol of protocols) {
    t.equal(await ask(w.c1, '192.0.2.9', { port: 80, protocol }), '192.0.2.1')
  }
})

t.test('D9: or its own, with MASQUERADE off', async t => {
  await using w = await twoNetworks({ masquerade: false })
  await using _server = await whoami(w.outside, 80)
  for (const protocol of protocols) {
    t.equal(await ask(w.c1, '192.0.2.9', { port: 80, protocol }), '172.18.0.2')
  }
})

t.test('D12: FORWARD drops by default where the network turned forwarding on', async t => {
  await using w = await world()
  t.equal(await w.alpha.sysctl('net.ipv4.ip_forward'), '0')
  const net = await w.lab.network('blue', { hosts: [w.alpha] })
  const policy = async () => {
    const counters = await firewallOf(w.alpha.netns).counters({ table: 'filter' })
    return counters.find(({ chain, rule }) => chain === 'FORWARD' && rule.startsWith('-P'))?.target
  }
  t.equal(await policy(), 'DROP')
  t.equal(await w.alpha.sysctl('net.ipv4.ip_forward'), '1')
  await net.delete()
  t.equal(await policy(), 'ACCEPT', 'until the last network goes')
})

t.test('D12: but not where it was on before', async t => {
  await using w = await world()
  await w.alpha.forward()
  await w.lab.network('blue', { hosts: [w.alpha] })
  const counters = await firewallOf(w.alpha.netns).counters({ table: 'filter' })
  t.match(
    counters.find(({ chain }) => chain === 'FORWARD'),
    { rule: '-P ACCEPT' },
  )
})

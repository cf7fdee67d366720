import '../../sandboxed.ts'
import t from 'tap'
import { ask, askBlocked, whoami } from './probes.ts'
import { twoNetworks, type TwoNetworks } from './topology.ts'

t.setTimeout(600_000)

/** Deletes or adds rules by hand, to see what each is there for. */
function nat(world: TwoNetworks, verb: '-A' | '-D', rule: string[]) {
  return world.alpha.$`iptables -t nat ${verb} TNET-POSTROUTING ${rule}`
}

const localMasquerade = [
  '-o',
  'br-blue',
  '-m',
  'addrtype',
  '--src-type',
  'LOCAL',
  '-j',
  'MASQUERADE',
]

t.test('R1: 127.0.0.1 needs route_localnet and MASQUERADE of local sources', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.c1, 80)
  const question = { port: 8080 }
  const localnet = 'net/ipv4/conf/br-blue/route_localnet'
  t.equal(await ask(w.alpha, '127.0.0.1', question), '172.18.0.1')
  await w.alpha.sysctl(localnet, 0)
  t.equal(await askBlocked(w.alpha, '127.0.0.1', question), 'ETIMEDOUT')
  t.equal(await ask(w.alpha, '192.0.2.1', question), '172.18.0.1', 'the other address does not')
  await w.alpha.sysctl(localnet, 1)
  await nat(w, '-D', localMasquerade)
  t.equal(await askBlocked(w.alpha, '127.0.0.1', question), 'ETIMEDOUT')
  await nat(w, '-A', localMasquerade)
  t.equal(await ask(w.alpha, '127.0.0.1', question), '172.18.0.1')
})

t.test('R2: br_netfilter’s switch is set for each host, and a network can choose', async t => {
  await using w = await twoNetworks({ bridgeNetfilter: false })
  const key = 'net.bridge.bridge-nf-call-iptables'
  t.equal(await w.alpha.sysctl(key), '0')
  t.equal(await w.outside.sysctl(key), '1')
  const other = w.lab.network('red', { hosts: [w.alpha], bridgeNetfilter: true })
  await t.rejects(other, { code: 'TNET_NETWORK_OPTION', facts: { networks: 'blue, green' } })
})

t.test('R3: a container reaches itself by MASQUERADE and a hairpin port', async t => {
  await using w = await twoNetworks()
  await using _server = await whoami(w.c1, 80)
  const question = { port: 8080 }
  const port = await w.alpha.link('c1')
  t.equal(await ask(w.c1, '192.0.2.1', question), '172.18.0.1')
  await port.setPort({ hairpin: false })
  t.equal(await askBlocked(w.c1, '192.0.2.1', question), 'ETIMEDOUT')
  await port.setPort({ hairpin: true })
  const self = ['172.18.0.2/32', '-d', '172.18.0.2/32', '-p', 'tcp', '-m', 'tcp', '--dport', '80']
  await nat(w, '-D', ['-s', ...self, '-j', 'MASQUERADE'])
  t.equal(await askBlocked(w.c1, '192.0.2.1', question), 'ETIMEDOUT')
  await nat(w, '-A', ['-s', ...self, '-j', 'MASQUERADE'])
  t.equal(await ask(w.c1, '192.0.2.1', question), '172.18.0.1')
})

t.test('R3: without bridge-nf-call-iptables it needs no hairpin', async t => {
  await using w = await twoNetworks({ bridgeNetfilter: false })
  await using _server = await whoami(w.c1, 80)
  await (await w.alpha.link('c1')).setPort({ hairpin: false })
  t.equal(await ask(w.c1, '192.0.2.1', { port: 8080 }), '172.18.0.1')
})

t.test('R4: without it, the same bridge needs MASQUERADE', async t => {
  await using w = await twoNetworks({ bridgeNetfilter: false })
  await using _server = await whoami(w.c1, 80)
  const question = { port: 8080 }
  const rule = ['-s', '172.18.0.0/16', '-o', 'br-blue', '-m', 'conntrack', '--ctstate', 'DNAT']
  t.equal(await ask(w.c2, '192.0.2.1', question), '172.18.0.1')
  await nat(w, '-D', [...rule, '-j', 'MASQUERADE'])
  t.equal(await askBlocked(w.c2, '192.0.2.1', question), 'ETIMEDOUT')
  t.equal(await ask(w.c3, '192.0.2.1', question), '172.18.0.1', 'R5: another bridge never does')
  await nat(w, '-A', [...rule, '-j', 'MASQUERADE'])
  t.equal(await ask(w.c2, '192.0.2.1', question), '172.18.0.1')
})

t.test(
  'C10, C12: UDP follows a port to its next container, the same client socket too',
  async t => {
    await using w = await twoNetworks()
    await using _first = await whoami(w.c1, 80)
    await using _second = await whoami(w.c2, 80)
    const question = { port: 8080, protocol: 'udp', sourcePort: 40000 } as const
    t.equal(await ask(w.outside, '192.0.2.1', question), '192.0.2.9')
    await w.blue.disconnect(w.c1)
    await w.blue.disconnect(w.c2)
    await w.blue.connect(w.c2, { publish: ['8080:80/udp'], address: '172.18.0.7' })
    t.equal(await ask(w.outside, '192.0.2.1', question), '192.0.2.9')
  },
)
